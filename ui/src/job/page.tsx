import { useEffect, useMemo, useState } from 'preact/hooks'
import type { DatasetDetail, Job, Version } from '../api/api.gen.ts'
import { type ApiError, asApiError, call } from '../api/client.ts'
import { ended, jobs } from '../api/jobs.ts'
import { bytes, count, counted, dateTime } from '../format.ts'
import { go } from '../router.ts'
import { useHeader } from '../shell/header.tsx'
import { Missing } from '../shell/missing.tsx'
import { Failure, Words } from '../shell/notice.tsx'
import { say } from '../shell/say.ts'
import { useTitle } from '../shell/title.ts'
import { UploadAgain } from '../upload/again.tsx'
import { take } from '../upload/drop.tsx'
import { RunAgain } from './again.tsx'
import { toldWords } from './reading.tsx'
import { Steps } from './steps.tsx'
import { jobWords, mayHelp, optionsHelp, progressOf, span } from './words.ts'
import './page.css'

/** One job: how far it is, or what went wrong, where, and what can be done. */
export function JobPage({ id }: { id: string }) {
  useEffect(() => jobs.follow(id), [id])
  const job = jobs.job(id).value
  const error = jobs.error(id).value
  if (error?.status === 404) return <Missing />
  if (!job) {
    return (
      <main class="page narrow message" id="main" tabIndex={-1} aria-busy={!error}>
        {error && <Failure error={error} />}
      </main>
    )
  }
  return <Told job={job} />
}

function Told({ job }: { job: Job }) {
  const { dataset, version } = useOrigin(job)
  const name = version?.name ?? dataset?.name ?? 'this file'
  const [failure, setFailure] = useState<ApiError | null>(null)
  const header = useMemo(
    () => ({
      crumbs: [
        { name: 'Datasets', href: '/' },
        ...(dataset ? [{ name: dataset.name, href: `/d/${dataset.id}` }] : []),
        { name: 'Job' },
      ],
    }),
    [dataset],
  )
  useHeader(header)
  const title = headline(job, name)
  useTitle(title)
  const mayChange = dataset?.role === 'editor' || dataset?.role === 'owner'
  const act = async (what: 'cancel' | 'retry') => {
    setFailure(null)
    try {
      jobs.put(await call(what === 'cancel' ? 'POST /api/v1/jobs/{id}/cancel' : 'POST /api/v1/jobs/{id}/retry', { path: { id: job.id } }))
      say(what === 'cancel' ? 'Canceled' : 'Started again')
    } catch (thrown) {
      setFailure(asApiError(thrown))
    }
  }
  const open = `/d/${job.dataset_id}?v=${job.version}`
  const { step, share } = progressOf(job)
  const words = jobWords(job)
  const partly = job.status === 'failed' && version?.summary && !version.summary.complete ? version.summary : null
  return (
    <main class="page narrow job" id="main" tabIndex={-1}>
      <p class="job-kick">
        Version {job.version}
        {version && `, ${bytes(version.size)}`}, uploaded {dateTime(version?.created_at ?? job.created_at)}
      </p>
      <h1>{title}</h1>
      {job.error && job.status === 'failed' && <Explanation job={job} />}
      {failure && <Failure error={failure} />}
      {job.status !== 'failed' && (
        <div class="job-steps">
          {job.status !== 'succeeded' && <Steps step={step} share={share} label={`Progress of ${name}`} halted={ended(job)} />}
          <p>
            <b>{words.now}</b>
            {words.figures.map((figure) => ` · ${figure}`).join('')}
          </p>
        </div>
      )}
      {partly && (
        <p class="job-partly">
          {counted(partly.rows, 'row')} before the fault were read.{' '}
          <a class="link" href={open}>
            See what they hold
          </a>
        </p>
      )}
      <div class="job-actions">
        {(job.status === 'succeeded' || job.status === 'running') && (
          <a class="button primary" href={open}>
            {job.status === 'succeeded' ? 'Open the report' : 'Watch the report grow'}
          </a>
        )}
        {mayChange && !ended(job) && (
          <button class="button" type="button" onClick={() => void act('cancel')}>
            Cancel
          </button>
        )}
        {mayChange && ((job.status === 'failed' && mayHelp(job.error)) || job.status === 'canceled') && (
          <button class="button" type="button" onClick={() => void act('retry')}>
            Try again as it was
          </button>
        )}
        {mayChange && job.status === 'failed' && !mayHelp(job.error) && (
          <UploadAgain onFiles={(files) => take(files, { datasetId: job.dataset_id })} />
        )}
        {version && (
          <a class="button" href={`/api/v1/datasets/${job.dataset_id}/versions/${job.version}/download`} download>
            Download the file
          </a>
        )}
      </div>
      {mayChange && ended(job) && (job.status !== 'failed' || optionsHelp(job.error)) && (
        <RunAgain job={job} onStarted={(next) => {
          jobs.put(next)
          go(`/jobs/${next.id}`)
        }} />
      )}
      <Facts job={job} />
    </main>
  )
}

function headline(job: Job, name: string) {
  switch (job.status) {
    case 'failed':
      return `${name} could not be read`
    case 'canceled':
      return `${name}: canceled`
    case 'succeeded':
      return `${name} is read`
    case 'running':
      return `${name} is being read`
    default:
      return `${name} waits its turn`
  }
}

/** What went wrong, where it stands in the file, and what to do. */
function Explanation({ job }: { job: Job }) {
  const error = job.error!
  return (
    <section class="explanation" aria-label="What happened">
      <h2>What happened</h2>
      <p class="explanation-what">{error.message}</p>
      {(error.row !== null || error.offset !== null) && (
        <dl class="explanation-where">
          {error.row !== null && (
            <div>
              <dt>Row</dt>
              <dd>{count(error.row)}</dd>
            </div>
          )}
          {error.offset !== null && (
            <div>
              <dt>Byte</dt>
              <dd>{count(error.offset)}</dd>
            </div>
          )}
        </dl>
      )}
      {error.hint && (
        <>
          <h2>What to do</h2>
          <p>
            <Words of={error.hint} />
          </p>
        </>
      )}
    </section>
  )
}

function Facts({ job }: { job: Job }) {
  const facts: Array<[string, string]> = [['Job', job.id]]
  if (job.error && job.status === 'failed') facts.push(['Code', job.error.code])
  if (job.options) facts.push(['Told', toldWords(job.options)])
  if (job.attempt > 1) facts.push(['Tries', String(job.attempt)])
  if (job.started_at) facts.push(['Started', dateTime(job.started_at)])
  if (job.finished_at) facts.push(['Ended', dateTime(job.finished_at)])
  if (job.started_at && job.finished_at) facts.push(['Took', span(job.started_at, job.finished_at)])
  return (
    <section class="job-facts" aria-labelledby="facts">
      <h2 id="facts">Details</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** The dataset and the version that the job is about; absent until they are known. */
function useOrigin(job: Job): { dataset?: DatasetDetail; version?: Version } {
  const [dataset, setDataset] = useState<DatasetDetail>()
  const [version, setVersion] = useState<Version>()
  const { dataset_id: id, version: n } = job
  useEffect(() => {
    let here = true
    call('GET /api/v1/datasets/{id}', { path: { id } }).then(
      (found) => here && setDataset(found),
      () => {},
    )
    findVersion(id, n).then(
      (found) => here && setVersion(found),
      () => {},
    )
    return () => {
      here = false
    }
    // Again with each status: the summary comes with the end.
  }, [id, n, job.status])
  return { ...(dataset ? { dataset } : {}), ...(version ? { version } : {}) }
}

async function findVersion(id: string, n: number): Promise<Version | undefined> {
  let cursor: string | undefined
  do {
    const page = await call('GET /api/v1/datasets/{id}/versions', { path: { id }, query: cursor ? { cursor } : {} })
    const found = page.items.find((v) => v.version === n)
    if (found) return found
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return undefined
}
