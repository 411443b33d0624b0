// Everything one dataset page knows from the server, as signals: the dataset, its versions, the chosen version's report and
// the job that makes it. A report that grows while its job runs is asked for again as the job moves.
import { batch, computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals'
import type { DatasetDetail, Job, Options, Version } from '../api/api.gen.ts'
import { ApiError, asApiError, call, fetched } from '../api/client.ts'
import { ended, jobs } from '../api/jobs.ts'
import type { Column, Report } from '../api/report.gen.ts'
import { Windows } from './windows.ts'

/** A provisional report is asked for at most so often (ms), and never twice at a time. */
const pace = 1_000
/** While there is none yet, a little more often: the first one is what everybody waits for. */
const firstPace = 300

type Shown = { version: number; table: string | null }

export class Page {
  readonly dataset = signal<DatasetDetail | null>(null)
  readonly versions = signal<Version[] | null>(null)
  /** The dataset itself cannot be shown. */
  readonly error = signal<ApiError | null>(null)

  /** Of a very wide table most columns are but outlined; `windows` has them in full once they are looked at. */
  readonly report = signal<Report | null>(null)
  readonly windows = new Windows((spans) => this.loadColumns(spans))
  /** Why there is no report, other than that its job is on its way. */
  readonly reportError = signal<ApiError | null>(null)
  readonly jobID = signal<string | null>(null)
  /** The job that makes the report, or the newest one; null while it is not known. */
  readonly job: ReadonlySignal<Job | null> = computed(() => {
    const id = this.jobID.value
    if (!id) return null
    return jobs.job(id).value ?? this.current.value?.job ?? null
  })

  /** The number asked for by the address; null is the newest. */
  readonly wanted = signal<number | null>(null)
  /** The table asked for by the address; null is the one that the file opens with. */
  readonly wantedTable = signal<string | null>(null)
  readonly current: ReadonlySignal<Version | null> = computed(() => {
    const all = this.versions.value
    if (!all) return null
    return all.find((v) => v.version === (this.wanted.value ?? all[0]?.version)) ?? null
  })

  private readonly ending = new AbortController()
  private readonly stops: (() => void)[] = []
  private asking = false
  private asked = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private shown: Shown | null = null
  /** Tells the report that is shown from all others. */
  private tag: string | null = null
  /** The job was seen before its end. */
  private running = false

  constructor(readonly id: string) {}

  /** Loads, and follows what changes, until `stop`. */
  start() {
    void this.load()
    this.stops.push(
      effect(() => {
        const version = this.current.value?.version
        const table = this.wantedTable.value
        if (version !== undefined) untracked(() => this.show(version, table))
      }),
      effect(() => {
        const id = this.jobID.value
        return id ? untracked(() => jobs.follow(id)) : undefined
      }),
      effect(() => {
        const job = this.job.value
        if (job) untracked(() => this.onJob(job))
      }),
      effect(() => {
        const job = jobs.latest.value
        if (job) untracked(() => this.onLatest(job))
      }),
    )
    // What another tab or another reader changed meanwhile.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void this.load(), { signal: this.ending.signal })
  }

  stop() {
    this.ending.abort()
    clearTimeout(this.timer)
    for (const stop of this.stops) stop()
    this.windows.stop()
  }

  async load() {
    const path = { id: this.id }
    const signal = this.ending.signal
    try {
      const [dataset, versions] = await Promise.all([
        call('GET /api/v1/datasets/{id}', { path, signal }),
        call('GET /api/v1/datasets/{id}/versions', { path, query: { limit: 200 }, signal }),
      ])
      batch(() => {
        this.error.value = null
        this.dataset.value = dataset
        this.versions.value = versions.items
      })
    } catch (thrown) {
      if (!signal.aborted) this.error.value = asApiError(thrown)
    }
  }

  /**
   * Turns to another version, of which nothing of the one before may stay on the page, or to another table, before which
   * the one that is shown stays until the other is there.
   */
  private show(version: number, table: string | null) {
    const before = this.shown
    if (before?.version === version && before.table === table) return
    this.shown = { version, table }
    batch(() => {
      this.reportError.value = null
      if (before?.version === version) return
      this.put(null, null)
      this.jobID.value = this.current.value?.job?.id ?? null
    })
    void this.loadReport()
  }

  private onJob(job: Job) {
    if (ended(job)) {
      clearTimeout(this.timer)
      this.timer = undefined
      // The page was opened on an ended job: `show` has asked already.
      if (this.running) {
        this.running = false
        void this.loadReport()
        void this.load()
      }
      return
    }
    this.running = true
    if (job.status === 'running' && this.timer === undefined) {
      this.timer = setTimeout(
        () => {
          this.timer = undefined
          void this.loadReport()
        },
        Math.max(0, this.asked + (this.report.value ? pace : firstPace) - Date.now()),
      )
    }
  }

  /** The shown version is read again, asked for in another tab or by a program. */
  private onLatest(job: Job) {
    const mine = job.dataset_id === this.id && job.version === this.current.value?.version
    // IDs are sortable by time. A short job may be heard of when it has ended.
    if (mine && job.id > (this.jobID.value ?? '')) this.follow(job)
  }

  async loadReport() {
    const asked = this.shown
    if (asked === null || this.asking) return
    this.asking = true
    const running = this.running
    try {
      const answer = await this.ask(asked, { columns: this.windows.spans(), others: 'brief' })
      const tag = tagOf(answer)
      // A report that did not change is not read, let alone drawn, again.
      const report = tag !== null && tag === this.tag ? this.report.value : ((await answer.json()) as Report)
      if (this.shown !== asked) return
      batch(() => {
        if (report !== this.report.value) this.put(report, tag)
        this.reportError.value = null
      })
    } catch (thrown) {
      if (this.ending.signal.aborted || this.shown !== asked) return
      const error = asApiError(thrown)
      const job = error.problem?.job_id
      batch(() => {
        if (job) this.jobID.value = job
        if (error.code !== 'not_ready') this.reportError.value = error
        // What stays on the page must be of the table that the address names.
        if (asked.table !== null && this.report.value?.source.table !== asked.table) this.put(null, null)
      })
    } finally {
      this.asking = false
      this.asked = Date.now()
      // The page turned, or the job ended, while the answer was on its way: it was the answer to an older question.
      if (!this.ending.signal.aborted && (this.shown !== asked || running !== this.running)) void this.loadReport()
    }
  }

  private put(report: Report | null, tag: string | null) {
    this.tag = tag
    this.report.value = report
    this.windows.show(report)
  }

  /** Columns of the report that is shown. Where there is a newer one, that one is loaded, and has them. */
  private async loadColumns(spans: string): Promise<Column[] | null> {
    const asked = this.shown
    const tag = this.tag
    if (asked === null) return null
    const answer = await this.ask(asked, { columns: spans })
    if (tagOf(answer) !== tag) {
      if (tag === this.tag) void this.loadReport()
      return null
    }
    return ((await answer.json()) as Report).columns
  }

  private ask({ version, table }: Shown, part: { columns: string; others?: 'brief' }): Promise<Response> {
    return fetched('GET /api/v1/datasets/{id}/versions/{n}/profile', {
      path: { id: this.id, n: version },
      query: table === null ? part : { ...part, table },
      signal: this.ending.signal,
    })
  }

  async change(patch: { name?: string; description?: string }) {
    await call('PATCH /api/v1/datasets/{id}', { path: { id: this.id }, body: patch })
    await this.load()
  }

  async remove() {
    await call('DELETE /api/v1/datasets/{id}', { path: { id: this.id } })
  }

  /** Reads the shown version again. The report of the last reading stays until there is a new one. */
  async readAgain(options: Options) {
    const version = this.current.value
    if (!version) return
    this.follow(await call('POST /api/v1/datasets/{id}/versions/{n}/jobs', { path: { id: this.id, n: version.version }, body: { options } }))
  }

  async cancel() {
    const id = this.jobID.value
    if (id) jobs.put(await call('POST /api/v1/jobs/{id}/cancel', { path: { id } }))
  }

  async retry() {
    const id = this.jobID.value
    if (!id) return
    this.follow(await call('POST /api/v1/jobs/{id}/retry', { path: { id } }))
  }

  private follow(job: Job) {
    batch(() => {
      this.running = true
      this.reportError.value = null
      jobs.put(job)
      this.jobID.value = job.id
    })
  }
}

/** The tag of the whole report that an answer is of: parts of one differ behind it. */
function tagOf(answer: Response): string | null {
  return /^W\/"([^"-]+)/.exec(answer.headers.get('ETag') ?? '')?.[1] ?? null
}
