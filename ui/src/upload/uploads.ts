import { computed, signal } from '@preact/signals'
import { call } from '../api/client.ts'
import { put } from './put.ts'
import { Neighbours } from './neighbours.ts'
import { Transfer, type World } from './transfer.ts'

/** Parts on their way at one time, over all files: browsers open about six connections to one origin, and the rest of the page needs some. */
const maxLanes = 3

/** How often the server is asked, in ms, how far other tabs are: they say only that they send. */
const glanceEvery = 2_000

/** All files of this page that are on their way, as a queue: the first one gets the lanes, the next ones what it leaves. */
export class Uploads {
  readonly list = signal<Transfer[]>([])
  /** Files being sent or waiting to be, here. */
  readonly busy = computed(() => this.list.value.filter((t) => active.has(t.phase.value)))
  private lanes = 0
  private starting = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private glances: ReturnType<typeof setTimeout> | undefined
  private readonly neighbours: Neighbours

  constructor(private readonly world: World = browser) {
    this.neighbours = new Neighbours({
      mine: () => this.list.value.filter((t) => t.file && t.id && t.phase.value !== 'failed' && t.phase.value !== 'sent').map((t) => t.id!),
      theirs: (ids) => this.mark(ids),
      gone: () => void this.restore().catch(() => {}),
    })
  }

  /**
   * Takes files. One that fits an upload begun before a reload goes on there; the others are new, in
   * `datasetId` as a new version. Answers what was taken.
   */
  async add(files: File[], { datasetId, workspaceId }: { datasetId?: string; workspaceId?: string } = {}): Promise<Transfer[]> {
    const taken: Transfer[] = []
    for (const file of files) {
      taken.push((await this.revived(file, datasetId)) ?? this.create(file, datasetId, workspaceId))
    }
    void this.announce()
    return taken
  }

  /** Brings back what the server says is unfinished. */
  async restore(): Promise<void> {
    let cursor: string | undefined
    do {
      const page = await call('GET /api/v1/uploads', { query: { status: 'open', ...(cursor ? { cursor } : {}) } })
      const known = new Set(this.list.value.map((t) => t.id))
      const found = page.items.filter((u) => !known.has(u.id))
      if (found.length > 0) this.list.value = [...this.list.value, ...found.map((upload) => new Transfer(this.world, this.pump, { upload }))]
      cursor = page.next_cursor ?? undefined
    } while (cursor)
    for (const t of this.list.value) if (t.phase.value === 'elsewhere') t.phase.value = 'needs-file'
    this.neighbours.ask()
  }

  /** Takes a card away; an upload that is not finished is given up on the server too. Throws ApiError. */
  async remove(transfer: Transfer): Promise<void> {
    await transfer.cancel()
    this.list.value = this.list.value.filter((t) => t !== transfer)
    this.pump()
  }

  /** Takes away the cards of files that are read: once seen, they are lines of the list. */
  tidy(isRead: (jobId: string) => boolean) {
    this.list.value = this.list.value.filter((t) => !t.result.value || !isRead(t.result.value.job_id))
  }

  /** Begins a failed file again, from its start. */
  async again(transfer: Transfer): Promise<void> {
    const { file, datasetId, workspaceId } = transfer
    if (!file) return
    await this.remove(transfer).catch(() => {})
    this.list.value = this.list.value.filter((t) => t !== transfer)
    await this.add([file], { ...(datasetId ? { datasetId } : {}), ...(workspaceId ? { workspaceId } : {}) })
  }

  /** The connection is back, or somebody signed in again. */
  retryNow() {
    for (const t of this.list.value) if (active.has(t.phase.value)) t.retryNow()
  }

  /** Stops everything and forgets it, here only: another user may sign in. */
  clear() {
    for (const t of this.list.value) t.stop()
    this.list.value = []
    clearTimeout(this.timer)
    clearTimeout(this.glances)
  }

  private create(file: File, datasetId?: string, workspaceId?: string) {
    const request = {
      name: file.name,
      size: file.size,
      ...(datasetId ? { dataset_id: datasetId } : {}),
      ...(workspaceId ? { workspace_id: workspaceId } : {}),
    }
    const transfer = new Transfer(this.world, this.pump, { file, request })
    this.list.value = [...this.list.value, transfer]
    return transfer
  }

  private async revived(file: File, datasetId: string | undefined) {
    for (const t of this.list.value) {
      if (datasetId && t.datasetId !== datasetId) continue
      if (t.phase.value === 'needs-file' && (await t.resumeWith(file, { sure: false }))) {
        this.neighbours.tell()
        this.pump()
        return t
      }
    }
    return undefined
  }

  /** Announces new files one after the other, also those whose turn to be sent is far: a reload then loses none, and a refused one is refused at once. */
  private async announce() {
    if (this.starting) return
    this.starting = true
    for (;;) {
      const next = this.list.value.find((t) => t.phase.value === 'starting')
      if (!next) break
      await next.start()
      this.neighbours.tell()
      this.pump()
    }
    this.starting = false
  }

  /** Fills free lanes, in the queue's order. */
  private readonly pump = (): void => {
    clearTimeout(this.timer)
    const now = Date.now()
    while (this.lanes < maxLanes) {
      const next = this.list.value.find((t) => t.ready(now))
      if (!next) break
      this.lanes++
      void next.sendNext().finally(() => {
        this.lanes--
        this.pump()
      })
    }
    const waits = this.list.value.filter((t) => t.phase.value === 'sending' && t.notBefore > now).map((t) => t.notBefore - now)
    if (waits.length > 0) this.timer = setTimeout(this.pump, Math.min(...waits))
  }

  private mark(ids: Set<string>) {
    for (const t of this.list.value) if (t.id && ids.has(t.id) && t.phase.value === 'needs-file') t.phase.value = 'elsewhere'
    this.follow()
  }

  /** Keeps the cards of what other tabs send true, and takes them away when those have ended: the list of datasets has the file then. */
  private follow() {
    clearTimeout(this.glances)
    if (this.list.value.every((t) => t.phase.value !== 'elsewhere')) return
    this.glances = setTimeout(async () => {
      for (const t of this.list.value) {
        if (t.phase.value !== 'elsewhere' || (await t.glance()) || t.phase.value !== 'elsewhere') continue
        this.list.value = this.list.value.filter((other) => other !== t)
      }
      this.follow()
    }, glanceEvery)
  }
}

const active = new Set(['starting', 'sending', 'sealing'])

const remembered = (id: string) => `assay.upload.${id}`

const browser: World = {
  begin: (body) => call('POST /api/v1/uploads', { body }),
  look: (id) => call('GET /api/v1/uploads/{id}', { path: { id } }),
  sign: async (id, numbers) => (await call('POST /api/v1/uploads/{id}/parts', { path: { id }, body: { numbers } })).parts,
  complete: (id) => call('POST /api/v1/uploads/{id}/complete', { path: { id }, body: {} }),
  async abort(id) {
    await call('DELETE /api/v1/uploads/{id}', { path: { id } })
  },
  put,
  remember(id, fingerprint) {
    try {
      if (fingerprint === null) localStorage.removeItem(remembered(id))
      else localStorage.setItem(remembered(id), fingerprint)
    } catch {
      // Storage is blocked: after a reload the file is taken on its name and size, when the user says so.
    }
  },
  recall(id) {
    try {
      return localStorage.getItem(remembered(id))
    } catch {
      return null
    }
  },
  random: Math.random,
}

/** The uploads of this page. */
export const uploads = new Uploads()
