import { batch } from '@preact/signals'
import { Download, Ellipsis, FileDown, Pencil, RotateCw, Trash2, Upload } from 'lucide'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { DatasetDetail, Job, Version } from '../api/api.gen.ts'
import { asApiError } from '../api/client.ts'
import { ended } from '../api/jobs.ts'
import type { Report } from '../api/report.gen.ts'
import { dateTime } from '../format.ts'
import { Icon } from '../icon.tsx'
import { session } from '../session.ts'
import { useHeader } from '../shell/header.tsx'
import { Missing } from '../shell/missing.tsx'
import { Failure, Notice } from '../shell/notice.tsx'
import { say } from '../shell/say.ts'
import { useTitle } from '../shell/title.ts'
import { accept, take } from '../upload/drop.tsx'
import { DeleteDialog, OptionsDialog, RenameDialog, type Asked } from './dialogs.tsx'
import { FindColumn } from './find.tsx'
import { Findings } from './findings.tsx'
import { Hero } from './hero.tsx'
import { Page } from './load.ts'
import { Menu } from './menu.tsx'
import { Arrivals } from './arrivals.tsx'
import { optionsHelp } from '../job/words.ts'
import { narrow } from './narrow.ts'
import { pageOf, savePage } from './save-page.ts'
import { Failed, Reading, Skeleton, stageOf } from './states.tsx'
import { downloadHref, VersionList, VersionPicker } from './versions.tsx'
import { Tables } from './tables.tsx'
import { tableHref, view } from './view.ts'
import './page.css'

/** One dataset: what is in the file. */
export function DatasetPage({ id }: { id: string }) {
  const page = useMemo(() => new Page(id), [id])
  useEffect(() => {
    page.start()
    return () => page.stop()
  }, [page])
  const { version, table } = view.value
  useEffect(() => {
    batch(() => {
      page.wanted.value = version
      page.wantedTable.value = table
    })
  }, [page, version, table])

  const error = page.error.value
  if (error?.status === 404) return <Missing />
  if (error && !page.dataset.value) {
    return (
      <main class="page narrow message" id="main" tabIndex={-1}>
        <h1>This dataset cannot be shown now</h1>
        <Failure error={error} />
        <p class="message-actions">
          <button class="button primary" type="button" onClick={() => void page.load()}>
            Try again
          </button>
        </p>
      </main>
    )
  }
  return <Overview page={page} />
}

function Overview({ page }: { page: Page }) {
  const [asked, setAsked] = useState<Asked>(null)
  const [fault, setFault] = useState<ReturnType<typeof asApiError> | null>(null)
  const dataset = page.dataset.value
  const versions = page.versions.value
  const current = page.current.value
  const report = page.report.value
  const job = page.job.value
  const stage = stageOf(report, job, page.reportError.value, current)
  const running = job !== null && !ended(job)
  const noSuchTable = page.reportError.value?.code === 'no_such_table' ? page.reportError.value : null
  const seen = useRef<string | null>(null)
  if (running) seen.current = job.id
  const canEdit = dataset !== null && dataset.role !== 'viewer'
  useTitle(dataset?.name ?? '')
  const save = useCallback(() => {
    const [shown, version] = [page.report.peek(), page.current.peek()]
    if (!shown || !version) return
    setFault(null)
    pageOf({ id: page.id, n: version.version }, shown.tables.length > 1 ? shown.source.table : undefined).then(
      (html) => {
        savePage(html, shown.source.name)
        say('The page is saved')
      },
      (thrown: unknown) => setFault(asApiError(thrown)),
    )
  }, [page])
  useHeader(useHeaderContent(page, setAsked, save))
  useReadySaid(stage === 'ready' && report?.provisional === false, dataset?.name)

  if (!dataset || !versions) {
    return (
      <main class="page overview" id="main" tabIndex={-1} aria-busy="true" aria-label="Loading the dataset">
        <div class="hero-skeleton" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
        <Skeleton />
      </main>
    )
  }
  if (!current) {
    return (
      <main class="page narrow message" id="main" tabIndex={-1}>
        <h1>{dataset.name}</h1>
        <p>
          {versions.length === 0 ? 'No version of this dataset has been uploaded yet.' : `There is no version ${view.value.version ?? ''} of this dataset.`}
        </p>
        <p class="message-actions">
          <a class="button primary" href={versions.length === 0 ? '/' : window.location.pathname}>
            {versions.length === 0 ? 'All datasets' : 'Show the newest version'}
          </a>
        </p>
      </main>
    )
  }

  const act = (what: () => Promise<void>) => {
    setFault(null)
    what().catch((thrown: unknown) => setFault(asApiError(thrown)))
  }
  const options = canEdit && !running ? () => setAsked('options') : undefined
  return (
    <main class="page overview" id="main" tabIndex={-1} aria-busy={stage === 'loading' || report?.provisional === true}>
      <Hero
        name={dataset.name}
        report={report}
        kick={<Kick dataset={dataset} versions={versions} current={current} job={job} report={report} />}
        description={dataset.description}
        steady={seen.current !== null}
        awaited={running}
        {...(options ? { onOptions: options } : {})}
      />
      {fault && <Failure error={fault} />}
      {job && (running || (seen.current === job.id && job.status === 'succeeded')) && (
        <Reading job={job} again={report !== null && !report.provisional} {...(canEdit ? { onCancel: () => act(() => page.cancel()) } : {})} />
      )}
      <Arrivals page={page} />
      {noSuchTable && (
        <div class="failed">
          <Notice severity="error">
            <b>The file has no table “{view.value.table}”.</b>
            <a class="link" href={tableHref(null)}>
              Show the table that it opens with
            </a>
          </Notice>
        </div>
      )}
      {stage === 'failed' && !running && !noSuchTable && (
        <Failed
          job={job}
          error={page.reportError.value}
          report={report}
          {...(canEdit && job
            ? { onRetry: () => act(() => page.retry()) }
            : page.reportError.value?.temporary
              ? { onRetry: () => void page.loadReport() }
              : {})}
          {...(options ? { onOptions: options } : {})}
          {...(canEdit ? { onFiles: (files: File[]) => take(files, { datasetId: dataset.id }) } : {})}
        />
      )}
      {report ? (
        <>
          <Tables report={report} />
          <Findings report={report} windows={page.windows} />
        </>
      ) : (
        stage !== 'failed' && <Skeleton />
      )}
      <VersionList versions={versions} current={current} />
      {asked === 'rename' && <RenameDialog page={page} dataset={dataset} onClose={() => setAsked(null)} />}
      {asked === 'options' && <OptionsDialog page={page} report={report} onClose={() => setAsked(null)} />}
      {asked === 'delete' && <DeleteDialog page={page} dataset={dataset} versions={versions.length} onClose={() => setAsked(null)} />}
    </main>
  )
}

/** Which version is shown, when it was read, whose it is, and the file's own name. */
function Kick({ dataset, versions, current, job, report }: { dataset: DatasetDetail; versions: Version[]; current: Version; job: Job | null; report: Report | null }) {
  const me = session.value.state === 'in' ? session.value.me : null
  const workspace = me?.workspaces.find((w) => w.id === dataset.workspace_id && !w.personal)?.name
  const last = job ?? current.job
  // A whole report beside a job that failed is of an earlier one.
  const finished = last?.status === 'succeeded' || report?.complete === false ? last?.finished_at : null
  return (
    <>
      <VersionPicker versions={versions} current={current} />
      {report && finished && !report.provisional && <span>profiled {dateTime(finished)}</span>}
      {workspace && <span>{workspace}</span>}
      {current.name !== dataset.name && <span>{current.name}</span>}
    </>
  )
}

/** Where the page stands, the search field and the buttons, in the header. Kept until one of them changes. */
function useHeaderContent(page: Page, ask: (what: Asked) => void, save: () => void) {
  const dataset = page.dataset.value
  const current = page.current.value
  const running = page.job.value !== null && !ended(page.job.value)
  const columns = page.report.value?.columns.length ?? 0
  const hasReport = page.report.value?.provisional === false
  const job = page.job.value
  const rereads = !running && (hasReport || job?.status !== 'failed' || optionsHelp(job.error))
  return useMemo(() => {
    if (!dataset) return { crumbs: [{ name: 'Datasets', href: '/' }] }
    return {
      crumbs: [{ name: 'Datasets', href: '/' }, { name: dataset.name }],
      tools: (
        <>
          {columns > 0 && <WideFind />}
          {current && (
            <a class="button download" href={downloadHref(current)} download aria-label={`Download ${current.name}`}>
              <Icon of={Download} size={15} /> <span>Download</span>
            </a>
          )}
          <More dataset={dataset} rereads={rereads} ask={ask} {...(hasReport ? { onPage: save } : {})} />
        </>
      ),
    }
  }, [dataset, current, rereads, columns > 0, hasReport, ask, save])
}

/** On a narrow screen the search field stands over the ledger. */
function WideFind() {
  return narrow.value ? null : <FindColumn />
}

function More({ dataset, rereads, ask, onPage }: { dataset: DatasetDetail; rereads: boolean; ask: (what: Asked) => void; onPage?: () => void }) {
  const input = useRef<HTMLInputElement>(null)
  const edits = dataset.role !== 'viewer'
  if (!edits && !onPage) return null
  return (
    <>
      <Menu className="button square" label="More" name={<Icon of={Ellipsis} size={16} />}>
        {onPage && (
          <button type="button" onClick={onPage}>
            <Icon of={FileDown} size={15} /> Save the report as one page
          </button>
        )}
        {edits && (
          <button type="button" onClick={() => input.current?.click()}>
            <Icon of={Upload} size={15} /> Add a version
          </button>
        )}
        {edits && rereads && (
          <button type="button" onClick={() => ask('options')}>
            <Icon of={RotateCw} size={15} /> Read with other options
          </button>
        )}
        {edits && (
          <button type="button" onClick={() => ask('rename')}>
            <Icon of={Pencil} size={15} /> Name and description
          </button>
        )}
        {edits && (
          <button type="button" class="danger" onClick={() => ask('delete')}>
            <Icon of={Trash2} size={15} /> Delete
          </button>
        )}
      </Menu>
      <input
        ref={input}
        class="hush"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept={accept}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          take(files, { datasetId: dataset.id })
        }}
      />
    </>
  )
}

/** Says that the numbers are final, to whom does not see them come in. */
function useReadySaid(ready: boolean, name: string | undefined) {
  const before = useRef<boolean | null>(null)
  useEffect(() => {
    if (before.current === false && ready && name) say(`${name} is read`)
    before.current = ready
  }, [ready])
}
