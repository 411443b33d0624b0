type Message = { kind: 'who' } | { kind: 'mine'; ids: string[] } | { kind: 'gone' }

/**
 * What the browser's other tabs are sending. The server lists their uploads as unfinished too, and without
 * this a second tab would ask for files that are on their way already.
 */
export class Neighbours {
  private readonly channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('assay.uploads') : undefined

  constructor(
    private readonly on: {
      /** The uploads that this tab sends. */
      mine: () => string[]
      /** Another tab sends these. */
      theirs: (ids: Set<string>) => void
      /** Another tab that was sending closes. */
      gone: () => void
    },
  ) {
    if (!this.channel) return
    this.channel.onmessage = (event) => {
      const message = event.data as Message
      if (message.kind === 'who') this.tell()
      else if (message.kind === 'mine') on.theirs(new Set(message.ids))
      else on.gone()
    }
    addEventListener('pagehide', () => {
      if (on.mine().length > 0) this.send({ kind: 'gone' })
    })
  }

  ask() {
    this.send({ kind: 'who' })
  }

  tell() {
    const ids = this.on.mine()
    if (ids.length > 0) this.send({ kind: 'mine', ids })
  }

  private send(message: Message) {
    this.channel?.postMessage(message)
  }
}
