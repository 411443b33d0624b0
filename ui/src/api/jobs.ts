import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Job } from './api.gen.ts'
import { ApiError, asApiError, call } from './client.ts'
import { openStream, type Stream } from './stream.ts'

export const ended = (job: Job) => job.status === 'succeeded' || job.status === 'failed' || job.status === 'canceled'

/** A followed job is asked for when nothing was heard of it for so long: a stream may be blocked, or held up by a proxy. */
const silence = 1_500
/** The longest pause between two questions about a job that does not move. */
const longSilence = 6_000

interface Entry {
  job: Signal<Job | undefined>
  error: Signal<ApiError | undefined>
  followers: number
  heard: number
  wait: number
  timer: ReturnType<typeof setTimeout> | undefined
}

/**
 * All jobs this page knows of, by ID, as signals. `put` takes what anyone learned; `follow` makes sure that
 * a job is up to date until it has ended, by the stream where it works and by asking where it does not.
 */
export class Jobs {
  private readonly entries = new Map<string, Entry>()
  private stream: Stream | undefined
  /** The last job heard of, whoever started it: for lists that want to know of new ones. */
  readonly latest = signal<Job | undefined>(undefined)

  constructor(
    private readonly ask: (id: string) => Promise<Job> = (id) => call('GET /api/v1/jobs/{id}', { path: { id } }),
    private readonly open: (onJob: (job: Job) => void) => Stream = openStream,
  ) {}

  /** Opens the shared stream; called once a user is known. */
  start() {
    this.stream ??= this.open((job) => this.put(job))
  }

  /** Forgets everything: another user may sign in. */
  stop() {
    this.stream?.close()
    this.stream = undefined
    for (const entry of this.entries.values()) clearTimeout(entry.timer)
    this.entries.clear()
    this.latest.value = undefined
  }

  job(id: string): ReadonlySignal<Job | undefined> {
    return this.entry(id).job
  }

  /** Why the job cannot be followed; cleared by the next word of it. */
  error(id: string): ReadonlySignal<ApiError | undefined> {
    return this.entry(id).error
  }

  put(job: Job) {
    const entry = this.entry(job.id)
    const before = entry.job.value
    entry.heard = Date.now()
    entry.wait = before && same(before, job) ? Math.min(entry.wait * 1.5, longSilence) : silence
    entry.error.value = undefined
    if (!before || !same(before, job)) {
      entry.job.value = job
      this.latest.value = job
    }
    this.schedule(job.id, entry)
  }

  /**
   * Keeps a job up to date until the answer is called. Fetches it at once where it is not known, and where it
   * has ended: it may be gone with its dataset since.
   */
  follow(id: string): () => void {
    const entry = this.entry(id)
    entry.followers++
    if (entry.followers === 1) {
      if (entry.job.value && !ended(entry.job.value)) this.schedule(id, entry)
      else void this.fetch(id, entry)
    }
    let following = true
    return () => {
      if (!following) return
      following = false
      entry.followers--
      if (entry.followers === 0) clearTimeout(entry.timer)
    }
  }

  private entry(id: string): Entry {
    let entry = this.entries.get(id)
    if (!entry) {
      entry = { job: signal(undefined), error: signal(undefined), followers: 0, heard: 0, wait: silence, timer: undefined }
      this.entries.set(id, entry)
    }
    return entry
  }

  private schedule(id: string, entry: Entry) {
    clearTimeout(entry.timer)
    if (entry.followers === 0 || (entry.job.value && ended(entry.job.value))) return
    entry.timer = setTimeout(() => void this.fetch(id, entry), entry.wait)
  }

  private async fetch(id: string, entry: Entry) {
    const asked = Date.now()
    try {
      const job = await this.ask(id)
      if (this.entries.get(id) !== entry) return
      // What the stream said while the answer was on its way is newer than the answer.
      if (entry.heard > asked && entry.job.value) this.schedule(id, entry)
      else this.put(job)
    } catch (thrown) {
      if (this.entries.get(id) !== entry) return
      const error = asApiError(thrown)
      entry.error.value = error
      entry.wait = Math.min(entry.wait * 1.5, longSilence)
      if (error.temporary) this.schedule(id, entry)
    }
  }
}

const same = (a: Job, b: Job) => JSON.stringify(a) === JSON.stringify(b)

/** The jobs of this page. */
export const jobs = new Jobs()

/** Resolves with the job once it has ended. */
export function whenEnded(id: string, from: Jobs = jobs): Promise<Job> {
  return new Promise((resolve) => {
    const leave = from.follow(id)
    const stop = effect(() => {
      const job = from.job(id).value
      if (!job || !ended(job)) return
      queueMicrotask(() => {
        stop()
        leave()
      })
      resolve(job)
    })
  })
}
