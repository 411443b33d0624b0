/** Pauses between tries: doubling from `first` to `most`, each between half and one and a half of that, so that many clients spread. */
export function backoff(tries: number, random: () => number = Math.random, first = 500, most = 15_000): number {
  return Math.round(Math.min(most, first * 2 ** tries) * (0.5 + random()))
}

/** A wait that can be cut short: by `wake` (try at once) or by the signal (give up waiting; rejects with its reason). */
export class Nap {
  private wakers = new Set<() => void>()

  /** Ends all waits now. */
  wake() {
    for (const waker of [...this.wakers]) waker()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        this.wakers.delete(done)
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      const stop = () => {
        done()
        reject(signal!.reason as Error)
      }
      const timer = setTimeout(done, ms)
      this.wakers.add(done)
      signal?.addEventListener('abort', stop)
    })
  }
}
