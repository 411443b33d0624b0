import { Search } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Dataset, LatestVersion } from '../api/api.gen.ts'
import { jobs } from '../api/jobs.ts'
import { SmallFingerprint } from '../charts/fingerprint.tsx'
import { ago, bytes, count, counted, dateTime, percent } from '../format.ts'
import { Icon } from '../icon.tsx'
import { jobWords } from '../job/words.ts'
import { setQuery } from '../router.ts'
import { session } from '../session.ts'
import { Failure } from '../shell/notice.tsx'
import { say } from '../shell/say.ts'
import type { DatasetList } from './datasets.ts'

/** The datasets, newest activity first. */
export function Ledger({ list, text }: { list: DatasetList; text: string }) {
  const items = list.items.value
  const error = list.error.value
  const next = list.next.value
  useEffect(() => {
    if (text && list.loaded.value) say(`${counted(items.length, 'dataset')} found`)
  }, [items])
  return (
    <section class="home-section" aria-labelledby="ledger" aria-busy={!list.loaded.value}>
      <div class="home-head">
        <h2 id="ledger">Datasets</h2>
        <Find text={text} />
      </div>
      {error && (
        <Failure error={error}>
          <button class="link" type="button" onClick={() => void list.reload()}>
            Try again
          </button>
        </Failure>
      )}
      {items.length > 0 && (
        <table class="datasets">
          <thead>
            <tr>
              <th scope="col">
                <span class="hush">Fingerprint</span>
              </th>
              <th scope="col">Name</th>
              <th scope="col" class="num">
                Rows
              </th>
              <th scope="col" class="num">
                Columns
              </th>
              <th scope="col" class="num">
                Missing
              </th>
              <th scope="col">Alerts</th>
              <th scope="col" class="num">
                Size
              </th>
              <th scope="col" class="num">
                Changed
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((dataset) => (
              <Line dataset={dataset} key={dataset.id} />
            ))}
          </tbody>
        </table>
      )}
      {list.loaded.value && items.length === 0 && !error && (
        <p class="ledger-none">
          {text ? (
            <>
              Nothing is called “{text}”.{' '}
              <button class="link" type="button" onClick={() => setQuery({ q: null })}>
                Show all
              </button>
            </>
          ) : (
            'The first dataset appears here.'
          )}
        </p>
      )}
      {next && (
        <p class="ledger-more">
          <button class="button" type="button" onClick={() => void list.more()}>
            Show more
          </button>
        </p>
      )}
    </section>
  )
}

function Find({ text }: { text: string }) {
  const [value, setValue] = useState(text)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => setValue(text), [text])
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (next: string) => {
    setValue(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setQuery({ q: next.trim() || null }, { replace: true }), 200)
  }
  return (
    <label class="find">
      <Icon of={Search} size={15} />
      <span class="hush">Find a dataset</span>
      <input type="search" placeholder="Find a dataset" value={value} onInput={(event) => type(event.currentTarget.value)} data-find />
      <kbd aria-hidden="true">/</kbd>
    </label>
  )
}

function Line({ dataset }: { dataset: Dataset }) {
  const { latest } = dataset
  const summary = latest?.summary
  return (
    <tr class="dataset">
      <td class="dataset-print">{summary && summary.rows > 0 && <SmallFingerprint bands={summary.bands} />}</td>
      <th scope="row" class="dataset-name">
        <a href={`/d/${dataset.id}`}>{dataset.name}</a>
        <Below dataset={dataset} />
      </th>
      {summary ? (
        <>
          <td class="num" data-label="rows">
            {count(summary.rows)}
          </td>
          <td class="num" data-label={summary.columns === 1 ? 'column' : 'columns'}>
            {count(summary.columns)}
          </td>
          <td class="num" data-label="missing">
            {percent(summary.missing_share)}
          </td>
          <td class="dataset-alerts">
            {/* How severe they are, the summary does not say: a bare number, and no sign. */}
            {summary.alerts > 0 ? alertWords(summary.alerts) : <span class="note">no alerts</span>}
          </td>
        </>
      ) : (
        <td colSpan={4} class="dataset-state">
          {latest ? <State dataset={dataset} latest={latest} /> : 'no file yet'}
        </td>
      )}
      <td class="num dataset-size">{latest && bytes(latest.size)}</td>
      <td class="num dataset-when">
        <time dateTime={dataset.updated_at} title={dateTime(dataset.updated_at)}>
          {ago(dataset.updated_at)}
        </time>
      </td>
    </tr>
  )
}

/** The engine lists no more than so many alerts, and the summary counts those. */
const listedAtMost = 2000

const alertWords = (n: number) => (n === listedAtMost ? `${count(n)} or more alerts` : counted(n, 'alert'))

/** What stands small under the name: the file, where its name tells more, and what is going on with it. */
function Below({ dataset }: { dataset: Dataset }) {
  const { latest } = dataset
  if (!latest) return null
  const words: string[] = []
  const workspace = sharedWorkspace(dataset)
  if (workspace) words.push(workspace)
  if (latest.version > 1) words.push(`version ${latest.version}`)
  if (latest.name !== dataset.name) words.push(latest.name)
  return (
    <span class="note">
      {words.join(', ')}
      {latest.summary && latest.job_status !== 'succeeded' && (
        <>
          {words.length > 0 && ' · '}
          <State dataset={dataset} latest={latest} />
        </>
      )}
    </span>
  )
}

/** The workspace's name, unless it is the reader's own. */
function sharedWorkspace(dataset: Dataset): string | null {
  const me = session.value.state === 'in' ? session.value.me : null
  const workspace = me?.workspaces.find((w) => w.id === dataset.workspace_id)
  return workspace && !workspace.personal ? workspace.name : null
}

function State({ dataset, latest }: { dataset: Dataset; latest: LatestVersion }) {
  const job = latest.job_id ? jobs.job(latest.job_id).value : undefined
  const status = job?.status ?? latest.job_status
  if (status === 'failed' && latest.job_id) {
    return (
      <>
        {failedWords(latest)}{' '}
        <a href={`/jobs/${latest.job_id}`}>
          What happened<span class="hush"> to {dataset.name}</span>
        </a>
      </>
    )
  }
  if (status === 'canceled' && latest.job_id) {
    return (
      <>
        Reading was canceled.{' '}
        <a href={`/jobs/${latest.job_id}`}>
          Its job<span class="hush"> of {dataset.name}</span>
        </a>
      </>
    )
  }
  if (job) return <>{[jobWords(job).now, ...jobWords(job).figures.slice(0, 1)].join(', ').toLowerCase()}</>
  return <>{status === 'queued' ? 'waiting' : status === 'running' ? 'being read' : ''}</>
}

/** What failed, as a sentence: with a summary beside it, that is of what was read before the fault, or of an earlier reading. */
function failedWords({ summary }: LatestVersion): string {
  if (!summary) return 'It could not be read.'
  return summary.complete ? 'It could not be read again.' : 'Only a part of it could be read.'
}
