import { batch, signal } from '@preact/signals'
import type { Completion, SignedPart, Upload, UploadCreated, UploadRequest } from '../api/api.gen.ts'
import { ApiError, asApiError } from '../api/client.ts'
import { fingerprint } from './fingerprint.ts'
import { PutError, type Put } from './put.ts'
import { Rate } from './rate.ts'
import { backoff, Nap } from './retry.ts'

/**
 * starting: being announced to the server. sending: parts are on their way, or wait for a lane or a connection.
 * paused: by hand. needs-file: begun before a reload, the file must be chosen again. elsewhere: another tab sends it.
 * sealing: all parts are there, the server puts them together. sent: a job has it. failed: see `error`.
 */
export type Phase = 'starting' | 'sending' | 'paused' | 'needs-file' | 'elsewhere' | 'sealing' | 'sent' | 'failed'

/** What an upload needs of the world; tests bring their own. */
export interface World {
  begin(request: UploadRequest): Promise<UploadCreated>
  look(id: string): Promise<Upload>
  sign(id: string, numbers: number[]): Promise<SignedPart[]>
  complete(id: string): Promise<Completion>
  abort(id: string): Promise<void>
  put(part: Put): Promise<void>
  /** Remembers across reloads which file an upload is of. */
  remember(id: string, fingerprint: string | null): void
  recall(id: string): string | null
  random(): number
}

/** Something that mends itself, and when the next try is. */
export interface Trouble {
  message: string
  at: number
}

interface Plan {
  id: string
  partSize: number
  partCount: number
}

/** How many URLs are asked for at once: they expire, so not all of a large file's. */
const signAhead = 32
/** A refused URL younger than this was not refused for its age. */
const freshURL = 20_000
/** The storage said no to sound parts of an open upload so many times in a row: it will not say yes. */
const maxRefusals = 6
/** Numbers on the card change at most this often. */
const showEvery = 200

/** A browser may take so many bytes of a part before one of them has arrived. */
const buffered = 1 << 20

/**
 * One file on its way to the storage. It knows which parts are missing and how to send one of them; when,
 * the queue decides (`Uploads`), because lanes are shared by all files.
 */
export class Transfer {
  readonly name: string
  readonly size: number
  readonly phase = signal<Phase>('starting')
  /** Bytes that the storage has, or that are on their way there. */
  readonly sent = signal(0)
  /** Bytes a second; null while there is too little to say. */
  readonly speed = signal<number | null>(null)
  /** Parts being sent at this moment. */
  readonly lanes = signal(0)
  readonly trouble = signal<Trouble | null>(null)
  readonly error = signal<ApiError | null>(null)
  readonly result = signal<Completion | null>(null)

  /** Parts are not to be sent before this time, after a failure. */
  notBefore = 0
  private plan: Plan | undefined
  private pending: number[] = []
  private readonly done = new Set<number>()
  private readonly live = new Map<number, number>()
  private readonly urls = new Map<number, { part: SignedPart; at: number }>()
  private signing: Promise<void> | undefined
  private run = new AbortController()
  private readonly nap = new Nap()
  private readonly rate = new Rate()
  private showTimer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private refusals = 0
  private rounds = 0

  constructor(
    private readonly world: World,
    private readonly changed: () => void,
    private source: { file: File; request: UploadRequest } | { upload: Upload },
  ) {
    const of = 'upload' in source ? source.upload : source.request
    this.name = of.name
    this.size = of.size
    if ('upload' in source) {
      this.adopt(source.upload)
      this.phase.value = 'needs-file'
    }
  }

  /** The server's name for it, once it has one. */
  get id() {
    return this.plan?.id
  }

  get file() {
    return 'file' in this.source ? this.source.file : undefined
  }

  /** The dataset that it adds a version to, if any. */
  get datasetId() {
    return 'request' in this.source ? this.source.request.dataset_id : (this.source.upload.dataset_id ?? undefined)
  }

  /** The workspace that it makes a dataset in, where one was chosen. */
  get workspaceId() {
    return 'request' in this.source ? this.source.request.workspace_id : undefined
  }

  /** Announces a new file. Waits out a lost connection; other faults end in `failed`. */
  async start(): Promise<void> {
    if (!('request' in this.source)) return
    const { file, request } = this.source
    for (;;) {
      const stop = this.run.signal
      try {
        const print = await fingerprint(file)
        const created = await this.world.begin(request)
        if (this.phase.value !== 'starting') {
          // Given up while the answer was on its way.
          void this.world.abort(created.id).catch(() => {})
          return
        }
        this.plan = { id: created.id, partSize: created.part_size, partCount: created.part_count }
        this.world.remember(created.id, print)
        this.pending = range(created.part_count)
        this.learn(created.parts)
        this.mended()
        this.phase.value = 'sending'
        return
      } catch (thrown) {
        if (this.phase.value !== 'starting') return
        if (!(thrown instanceof ApiError)) return this.fail(unreadable())
        if (!thrown.temporary) return this.fail(thrown)
        this.stumble(thrown.message, thrown.problem?.retry_after)
        try {
          await this.nap.sleep(this.notBefore - Date.now(), stop)
        } catch {
          return
        }
      }
    }
  }

  /**
   * Goes on with a file that was chosen again after a reload. Answers whether it is the right one; with
   * `sure` a file is taken of which nothing is remembered (it was begun in another browser).
   */
  async resumeWith(file: File, { sure }: { sure: boolean }): Promise<boolean> {
    const { plan } = this
    if (!plan || this.phase.value !== 'needs-file') return false
    if (file.name !== this.name || file.size !== this.size) return false
    const known = this.world.recall(plan.id)
    if (known === null ? !sure : known !== (await fingerprint(file))) return false
    if (this.phase.value !== 'needs-file') return false
    const { datasetId } = this
    this.source = { file, request: { name: file.name, size: file.size, ...(datasetId ? { dataset_id: datasetId } : {}) } }
    this.phase.value = 'sending'
    this.changed()
    // What the storage has may have changed since the list was drawn (another tab sent it for a while).
    try {
      await this.check()
    } catch {
      // It will be asked again when a part is refused.
    }
    this.changed()
    return true
  }

  /** A part is waiting to be sent, and may be sent now. */
  ready(now: number) {
    return this.phase.value === 'sending' && this.pending.length > 0 && now >= this.notBefore
  }

  /** Sends the next part. Never rejects: what went wrong is in `trouble` or `error`, and the part waits again. */
  async sendNext(): Promise<void> {
    const number = this.pending.shift()
    const { plan, file } = this
    if (number === undefined || !plan || !file) return
    const stop = this.run.signal
    this.live.set(number, 0)
    this.lanes.value = this.live.size
    this.show()
    let signedAt = 0
    try {
      const url = await this.url(number)
      signedAt = url.at
      stop.throwIfAborted()
      const begin = (number - 1) * plan.partSize
      await this.world.put({
        url: url.part.url,
        headers: url.part.headers,
        body: file.slice(begin, begin + this.sizeOf(number)),
        signal: stop,
        onProgress: (sent) => {
          if (this.live.has(number)) this.live.set(number, Math.min(sent, this.sizeOf(number)))
          // More than a buffer has left: somebody takes it again, long before a slow line has the whole part over.
          if (this.trouble.value && sent >= Math.min(buffered, this.sizeOf(number) / 2)) this.trouble.value = null
          this.show()
        },
      })
      this.live.delete(number)
      this.done.add(number)
      this.urls.delete(number)
      this.refusals = 0
      this.mended()
    } catch (thrown) {
      this.live.delete(number)
      this.urls.delete(number)
      if (!this.done.has(number)) this.pending.unshift(number)
      if (!stop.aborted) await this.recover(thrown, signedAt)
    } finally {
      this.lanes.value = this.live.size
      this.show()
    }
    if (!stop.aborted && this.phase.value === 'sending' && this.done.size === plan.partCount) await this.seal()
  }

  pause() {
    if (this.phase.value !== 'sending') return
    this.halt()
    batch(() => {
      this.phase.value = 'paused'
      this.trouble.value = null
      this.speed.value = null
    })
    this.rate.reset()
  }

  resume() {
    if (this.phase.value !== 'paused') return
    this.rate.reset()
    this.phase.value = 'sending'
    this.retryNow()
  }

  /** Ends a wait for the next try. */
  retryNow() {
    this.notBefore = 0
    if (this.trouble.value) this.trouble.value = { ...this.trouble.value, at: Date.now() }
    this.nap.wake()
    this.changed()
  }

  /** Gives the upload up, here and on the server. */
  async cancel(): Promise<void> {
    const id = this.plan?.id
    this.stop()
    if (!id || this.phase.value === 'sent') return
    try {
      await this.world.abort(id)
    } catch (thrown) {
      // Gone already, or ended on its own: there is nothing left to give up.
      if (!(thrown instanceof ApiError) || ![404, 409, 410].includes(thrown.status)) throw thrown
    }
    this.world.remember(id, null)
  }

  /** Stops all work without giving the upload up. */
  stop() {
    this.halt()
    clearTimeout(this.showTimer)
    this.showTimer = undefined
    if (this.phase.value === 'starting' || this.phase.value === 'sending') this.phase.value = 'paused'
  }

  private halt() {
    const run = this.run
    this.run = new AbortController()
    run.abort(new DOMException('stopped', 'AbortError'))
  }

  /** Takes the server's word on what is there. */
  private adopt(upload: Upload) {
    this.plan = { id: upload.id, partSize: upload.part_size, partCount: upload.part_count }
    this.done.clear()
    for (const part of upload.received) if (part.size === this.sizeOf(part.number)) this.done.add(part.number)
    this.pending = range(upload.part_count).filter((n) => !this.done.has(n) && !this.live.has(n))
    this.sent.value = this.bytes()
  }

  /** Asks the server how the upload stands; an end there is one here. */
  private async check(): Promise<void> {
    const upload = await this.world.look(this.plan!.id)
    switch (upload.status) {
      case 'open':
        this.adopt(upload)
        if (this.done.size === upload.part_count && this.phase.value === 'sending') await this.seal()
        return
      case 'completing':
        return this.seal()
      case 'completed':
        if (upload.dataset_id && upload.job_id && upload.version) {
          return this.finish({ dataset_id: upload.dataset_id, version: upload.version, job_id: upload.job_id })
        }
        return this.seal()
      case 'failed':
        return this.fail(
          new ApiError(409, upload.error?.code ?? 'upload_failed', upload.error?.message ?? 'The upload failed.', upload.error?.hint ?? ''),
        )
      case 'expired':
        return this.fail(new ApiError(410, 'upload_expired', 'This upload waited too long and was given up.', 'Start it again.'))
      case 'aborted':
        return this.fail(new ApiError(409, 'upload_aborted', 'This upload was canceled elsewhere.', 'Start it again if you still want it.'))
    }
  }

  /** How far another tab is with it, as the server says; false once that has ended, however it did. */
  async glance(): Promise<boolean> {
    try {
      const upload = await this.world.look(this.plan!.id)
      if (upload.status === 'open' && this.phase.value === 'elsewhere') this.adopt(upload)
      return upload.status === 'open' || upload.status === 'completing'
    } catch (thrown) {
      return !(thrown instanceof ApiError && thrown.status === 404)
    }
  }

  /** Decides what a failed part means. */
  private async recover(thrown: unknown, signedAt: number): Promise<void> {
    if (thrown instanceof PutError) {
      if (thrown.status === 403 && Date.now() - signedAt > freshURL) {
        this.urls.clear() // They expire together; new ones are asked for at once.
        return
      }
      if (thrown.status >= 400 && thrown.status < 500 && thrown.status !== 408 && thrown.status !== 429) {
        this.urls.clear()
        if (++this.refusals >= maxRefusals) {
          return this.fail(new ApiError(thrown.status, 'part_refused', `The storage refuses this file (${thrown.status}).`, 'Cancel, and try again.'))
        }
        try {
          await this.check()
        } catch {
          // Not reachable either: tried again like any other part.
        }
        if (this.phase.value !== 'sending') return
      }
      return this.stumble(thrown.status === 0 ? 'No connection.' : thrown.message)
    }
    if (thrown instanceof ApiError) {
      if (thrown.temporary) return this.stumble(thrown.message, thrown.problem?.retry_after)
      try {
        await this.check()
      } catch {
        return this.fail(thrown)
      }
      if (this.phase.value === 'sending') this.fail(thrown)
      return
    }
    this.fail(unreadable())
  }

  private async seal(): Promise<void> {
    if (this.phase.value === 'sealing') return
    const stop = this.run.signal
    this.phase.value = 'sealing'
    this.speed.value = null
    this.changed()
    while (!stop.aborted) {
      try {
        return this.finish(await this.world.complete(this.plan!.id))
      } catch (thrown) {
        const error = asApiError(thrown)
        const missing = error.problem?.numbers
        if (error.status === 409 && missing && missing.length > 0 && this.rounds++ < 5) {
          for (const n of missing) this.done.delete(n)
          this.pending = missing
          this.phase.value = 'sending'
          this.show()
          return this.changed()
        }
        if (!error.temporary) return this.fail(error)
        this.stumble(error.message, error.problem?.retry_after)
        try {
          await this.nap.sleep(this.notBefore - Date.now(), stop)
        } catch {
          return
        }
      }
    }
  }

  private finish(result: Completion) {
    this.world.remember(this.plan!.id, null)
    batch(() => {
      this.sent.value = this.size
      this.trouble.value = null
      this.speed.value = null
      this.result.value = result
      this.phase.value = 'sent'
    })
    this.halt()
    this.changed()
  }

  private fail(error: ApiError) {
    batch(() => {
      this.error.value = error
      this.trouble.value = null
      this.speed.value = null
      this.phase.value = 'failed'
    })
    this.halt()
    this.changed()
  }

  /** Sets the time of the next try. Lanes that fail together count once. */
  private stumble(message: string, retryAfter = 0) {
    const now = Date.now()
    if (now >= this.notBefore) this.notBefore = now + Math.max(backoff(this.failures++, this.world.random), retryAfter * 1000)
    this.trouble.value = { message, at: this.notBefore }
  }

  private mended() {
    this.failures = 0
    this.notBefore = 0
    this.trouble.value = null
  }

  private sizeOf(number: number) {
    const { partSize } = this.plan!
    return Math.min(partSize, Math.max(0, this.size - (number - 1) * partSize))
  }

  private learn(parts: SignedPart[]) {
    const at = Date.now()
    for (const part of parts) this.urls.set(part.number, { part, at })
  }

  private async url(number: number) {
    for (;;) {
      const known = this.urls.get(number)
      if (known) return known
      this.signing ??= this.world
        .sign(this.plan!.id, [number, ...this.pending.filter((n) => n !== number && !this.urls.has(n)).slice(0, signAhead - 1)])
        .then((parts) => this.learn(parts))
        .finally(() => (this.signing = undefined))
      await this.signing
    }
  }

  private bytes() {
    let sum = 0
    for (const n of this.done) sum += this.sizeOf(n)
    for (const sent of this.live.values()) sum += sent
    return Math.min(sum, this.size)
  }

  private show() {
    this.rate.add(Date.now(), this.bytes())
    this.showTimer ??= setTimeout(() => {
      this.showTimer = undefined
      const sending = this.phase.value === 'sending'
      batch(() => {
        if (this.phase.value !== 'sent') this.sent.value = this.bytes()
        this.speed.value = sending && this.live.size > 0 ? this.rate.perSecond(Date.now()) : null
      })
      // A connection that stands still tells nothing: the speed must sink all the same.
      if (sending && this.live.size > 0) this.show()
    }, showEvery)
  }
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

const unreadable = () =>
  new ApiError(0, 'file_unreadable', 'The browser cannot read this file any more.', 'It may have been moved, changed or deleted since it was chosen. Choose it again.')
