import { useEffect, useState } from 'preact/hooks'
import { call } from '../api/client.ts'
import { ended, jobs } from '../api/jobs.ts'

/** IDs of the jobs that had not ended when the page was opened, and of those that began since. */
export function useUnfinished(): string[] {
  const [ids, setIds] = useState<string[]>([])
  useEffect(() => {
    let here = true
    const add = (more: string[]) => setIds((before) => [...new Set([...before, ...more])])
    for (const status of ['running', 'queued'] as const) {
      call('GET /api/v1/jobs', { query: { status } }).then(
        (page) => {
          for (const job of page.items) jobs.put(job)
          if (here) add(page.items.map((job) => job.id))
        },
        () => {
          // The list below says what is wrong; the cards come with the next event.
        },
      )
    }
    const stop = jobs.latest.subscribe((job) => {
      if (job && !ended(job)) add([job.id])
    })
    return () => {
      here = false
      stop()
    }
  }, [])
  return ids
}
