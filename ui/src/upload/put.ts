/** A part was not taken. `status` 0: the connection was lost, or nothing moved for too long. */
export class PutError extends Error {
  override readonly name = 'PutError'
  constructor(readonly status: number) {
    super(status === 0 ? 'The connection was lost.' : `The storage answered ${status}.`)
  }
}

/** Nothing sent for so long means that the connection is dead, whatever the browser believes. */
const stall = 60_000

export interface Put {
  url: string
  headers: Record<string, string>
  body: Blob
  /** Bytes of the body that have left, as they leave. */
  onProgress: (sent: number) => void
  signal: AbortSignal
}

/** Sends one part to the storage. XMLHttpRequest, because fetch does not tell how much has left. Throws PutError, or the signal's reason. */
export function put({ url, headers, body, onProgress, signal }: Put): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const request = new XMLHttpRequest()
    let timer: ReturnType<typeof setTimeout> | undefined
    const abort = () => request.abort()
    const settle = (end: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      end()
    }
    const alive = () => {
      clearTimeout(timer)
      timer = setTimeout(abort, stall)
    }
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => {
      alive()
      onProgress(event.loaded)
    }
    request.onload = () =>
      settle(() => (request.status >= 200 && request.status < 300 ? resolve() : reject(new PutError(request.status))))
    request.onerror = () => settle(() => reject(new PutError(0)))
    request.onabort = () => settle(() => reject(signal.aborted ? (signal.reason as Error) : new PutError(0)))
    signal.addEventListener('abort', abort)
    alive()
    request.send(body)
  })
}
