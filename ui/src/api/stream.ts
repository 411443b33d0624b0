import type { Job } from './api.gen.ts'
import { address } from './client.ts'

/** What tells of changed jobs as they happen: the server's event stream, shared by all tabs of the browser. */
export interface Stream {
  close(): void
}

const name = 'assay.jobs'
const firstRetry = 2_000
const lastRetry = 60_000

/**
 * Listens for jobs. Browsers open about six connections to one origin over all tabs, so one tab holds the
 * stream and tells the others; which one, the browser's locks decide. Where there are none (plain HTTP on
 * a LAN address) each tab listens for itself, but only while it can be seen.
 * Nothing here is to be relied on: whoever follows a job also asks for it when the stream is silent.
 */
export function openStream(onJob: (job: Job) => void): Stream {
  const ending = new AbortController()
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : undefined
  if (channel) channel.onmessage = (event) => onJob(event.data as Job)

  if (channel && navigator.locks) {
    const tell = (job: Job) => {
      onJob(job)
      channel.postMessage(job)
    }
    navigator.locks
      .request(name, { signal: ending.signal }, () => listen(tell, ending.signal))
      .catch(() => {
        // Closed before its turn came.
      })
  } else {
    listenWhileVisible(onJob, ending.signal)
  }
  return {
    close() {
      ending.abort()
      channel?.close()
    },
  }
}

function listenWhileVisible(onJob: (job: Job) => void, ending: AbortSignal) {
  let current: AbortController | undefined
  const turn = () => {
    if (document.visibilityState === 'visible') {
      if (current) return
      current = new AbortController()
      void listen(onJob, current.signal)
    } else {
      current?.abort()
      current = undefined
    }
  }
  turn()
  document.addEventListener('visibilitychange', turn, { signal: ending })
  ending.addEventListener('abort', () => current?.abort())
}

/**
 * Keeps an EventSource open until `ending`. The browser itself reconnects after a lost connection; where it
 * gives up (an answer that is no stream) this tries again, less and less often.
 */
function listen(onJob: (job: Job) => void, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let wait = firstRetry
    const connect = () => {
      const events = new EventSource(address('/api/v1/events'))
      source = events
      events.onopen = () => (wait = firstRetry)
      events.onmessage = (event) => onJob(JSON.parse(event.data as string) as Job)
      events.onerror = () => {
        if (events.readyState !== EventSource.CLOSED) return
        timer = setTimeout(connect, wait)
        wait = Math.min(wait * 2, lastRetry)
      }
    }
    const stop = () => {
      clearTimeout(timer)
      source?.close()
      resolve()
    }
    if (ending.aborted) return stop()
    ending.addEventListener('abort', stop)
    connect()
  })
}
