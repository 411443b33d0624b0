import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Dataset } from '../api/api.gen.ts'
import { call } from '../api/client.ts'
import { ended, jobs } from '../api/jobs.ts'
import { query } from '../router.ts'
import { useTitle } from '../shell/title.ts'
import { JobCard, UploadCard } from '../upload/card.tsx'
import { uploads } from '../upload/uploads.ts'
import { DatasetList } from './datasets.ts'
import { Entrance } from './entrance.tsx'
import { Ledger } from './ledger.tsx'
import { useUnfinished } from './unfinished.ts'
import './home.css'

/** One drop target; what is on its way; what there is. */
export function Home() {
  useTitle('Datasets')
  const text = query.value.get('q') ?? ''
  const list = useMemo(() => new DatasetList(), [])
  useEffect(() => list.search(text), [text])
  useEffect(
    () => () => {
      list.close()
      uploads.tidy((id) => {
        const job = jobs.job(id).peek()
        return job !== undefined && ended(job) && job.status !== 'failed'
      })
    },
    [],
  )
  useEffect(() => list.refreshOn(jobs.latest), [])

  const transfers = uploads.list.value
  const sentJobs = new Set(transfers.map((t) => t.result.value?.job_id))
  const unfinished = useUnfinished().filter((id) => !sentJobs.has(id))
  const empty = list.empty.value && transfers.length === 0 && unfinished.length === 0
  return (
    <main class="page home" id="main" tabIndex={-1}>
      <h1 class="hush">Datasets</h1>
      <Entrance large={empty} />
      {transfers.length + unfinished.length > 0 && (
        <section class="home-section" aria-labelledby="on-the-way">
          <h2 id="on-the-way">On the way</h2>
          <ul class="cards">
            {transfers.map((transfer) => (
              <UploadCard transfer={transfer} key={transfer} />
            ))}
            {unfinished.map((id) => (
              <UnfinishedCard id={id} known={list.items.value} key={id} />
            ))}
          </ul>
        </section>
      )}
      {!empty && <Ledger list={list} text={text} />}
    </main>
  )
}

/** A job that was begun before this page was loaded, or by a program. */
function UnfinishedCard({ id, known }: { id: string; known: Dataset[] }) {
  const job = jobs.job(id).value
  const [name, setName] = useState('')
  const dataset = known.find((d) => d.id === job?.dataset_id)
  const wanted = job && !dataset && !name ? job.dataset_id : null
  useEffect(() => {
    if (!wanted) return
    call('GET /api/v1/datasets/{id}', { path: { id: wanted } }).then(
      (found) => setName(found.name),
      () => {},
    )
  }, [wanted])
  // A job that succeeded is a line of the ledger; its card has nothing to add.
  if (job && ended(job) && job.status !== 'failed') return null
  return <JobCard id={id} name={dataset?.name ?? (name || 'A file')} />
}
