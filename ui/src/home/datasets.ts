import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Dataset, Job } from '../api/api.gen.ts'
import { type ApiError, asApiError, call } from '../api/client.ts'

const quiet = 400

/** The ledger's lines: pages of the server's list, kept fresh while jobs move. */
export class DatasetList {
  readonly items = signal<Dataset[]>([])
  readonly next = signal<string | null>(null)
  readonly error = signal<ApiError | null>(null)
  readonly loaded = signal(false)
  private readonly text = signal('')
  /** The install has no dataset at all. */
  readonly empty: ReadonlySignal<boolean> = computed(() => this.loaded.value && this.text.value === '' && this.items.value.length === 0)
  private asking = new AbortController()
  private timer: ReturnType<typeof setTimeout> | undefined
  private shown = 0

  /** Shows what fits `text`; '' shows everything. */
  search(text: string) {
    this.text.value = text
    void this.reload()
  }

  async reload(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const mine = this.restart()
    try {
      const page = await call('GET /api/v1/datasets', { query: { query: this.text.value, limit: Math.min(200, Math.max(50, this.shown)) }, signal: mine.signal })
      this.items.value = page.items
      this.shown = page.items.length
      this.next.value = page.next_cursor
      this.error.value = null
      this.loaded.value = true
    } catch (thrown) {
      if (!mine.signal.aborted) this.error.value = asApiError(thrown)
    }
  }

  async more(): Promise<void> {
    const cursor = this.next.value
    if (!cursor) return
    const mine = this.restart()
    try {
      const page = await call('GET /api/v1/datasets', { query: { query: this.text.value, cursor }, signal: mine.signal })
      const known = new Set(this.items.value.map((d) => d.id))
      this.items.value = [...this.items.value, ...page.items.filter((d) => !known.has(d.id))]
      this.shown = this.items.value.length
      this.next.value = page.next_cursor
      this.error.value = null
    } catch (thrown) {
      if (!mine.signal.aborted) this.error.value = asApiError(thrown)
    }
  }

  /** Reloads when a job begins or ends; not with its every step. */
  refreshOn(latest: ReadonlySignal<Job | undefined>): () => void {
    const seen = new Map<string, string>()
    return latest.subscribe((job) => {
      if (!job || seen.get(job.id) === job.status) return
      seen.set(job.id, job.status)
      this.timer ??= setTimeout(() => void this.reload(), quiet)
    })
  }

  close() {
    clearTimeout(this.timer)
    this.asking.abort()
  }

  private restart() {
    this.asking.abort()
    this.asking = new AbortController()
    return this.asking
  }
}
