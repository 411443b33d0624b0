import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SignedPart, Upload } from '../api/api.gen.ts'
import { ApiError } from '../api/client.ts'
import { PutError, type Put } from './put.ts'
import { Uploads } from './uploads.ts'
import type { World } from './transfer.ts'

const part = 10

/** A server and a storage in memory. `answer` decides what becomes of each part; by default it is taken. */
class Fake implements World {
  puts: Array<{ number: number; url: string; size: number }> = []
  open: Array<{ number: number; put: Put; ok: () => void; fail: (error: Error) => void }> = []
  uploads = new Map<string, Upload>()
  memory = new Map<string, string>()
  signed = 0
  completions = 0
  aborted: string[] = []
  most = 0
  /** Answers now (undefined: by hand, through `open`). */
  answer: (number: number, url: string) => 'take' | 'hold' | Error = () => 'take'
  onComplete: (id: string) => void = () => {}
  onBegin: () => void = () => {}

  async begin({ name, size }: { name: string; size: number }) {
    this.onBegin()
    const id = `up_${this.uploads.size + 1}`
    const part_count = Math.max(1, Math.ceil(size / part))
    this.uploads.set(id, {
      id, name, size, status: 'open', part_size: part, part_count, received: [], workspace_id: 'ws_1', dataset_id: null,
      version: null, job_id: null, error: null, created_at: '', expires_at: '',
    })
    return { id, part_size: part, part_count, parts: this.parts(id, [1, 2]), expires_at: '' }
  }
  async look(id: string) {
    return structuredClone(this.uploads.get(id)!)
  }
  async sign(id: string, numbers: number[]) {
    if (this.uploads.get(id)!.status !== 'open') throw new ApiError(410, 'upload_expired', 'gone')
    return this.parts(id, numbers)
  }
  async complete(id: string) {
    this.completions++
    this.onComplete(id)
    const upload = this.uploads.get(id)!
    const have = new Set(upload.received.map((p) => p.number))
    const numbers = Array.from({ length: upload.part_count }, (_, i) => i + 1).filter((n) => !have.has(n))
    if (numbers.length > 0) {
      throw new ApiError(409, 'parts_missing', 'missing', '', { type: '', title: '', status: 409, code: 'parts_missing', detail: '', hint: '', numbers })
    }
    upload.status = 'completed'
    return { dataset_id: 'ds_1', version: 1, job_id: `job_of_${id}` }
  }
  async abort(id: string) {
    this.aborted.push(id)
    this.uploads.get(id)!.status = 'aborted'
  }
  put(put: Put) {
    const [, id = '', n = ''] = put.url.split('/')
    const number = Number(n)
    this.puts.push({ number, url: put.url, size: put.body.size })
    return new Promise<void>((resolve, reject) => {
      const stop = () => fail(put.signal.reason as Error)
      const leave = () => {
        this.open = this.open.filter((o) => o.put !== put)
        put.signal.removeEventListener('abort', stop)
      }
      const ok = () => {
        leave()
        this.uploads.get(id)!.received.push({ number, size: put.body.size, etag: 'e' })
        resolve()
      }
      const fail = (error: Error) => {
        leave()
        reject(error)
      }
      this.open.push({ number, put, ok, fail })
      this.most = Math.max(this.most, this.open.length)
      put.signal.addEventListener('abort', stop)
      const what = this.answer(number, put.url)
      if (what === 'take') setTimeout(ok, 10)
      else if (what !== 'hold') setTimeout(() => fail(what), 10)
    })
  }
  remember(id: string, print: string | null) {
    if (print === null) this.memory.delete(id)
    else this.memory.set(id, print)
  }
  recall(id: string) {
    return this.memory.get(id) ?? null
  }
  random = () => 0.5
  private parts(id: string, numbers: number[]): SignedPart[] {
    this.signed++
    return numbers
      .filter((n) => n <= this.uploads.get(id)!.part_count)
      .map((number) => ({ number, size: part, url: `/${id}/${number}/${this.signed}`, headers: {} }))
  }
}

const file = (name: string, size: number, fill = 'x') => new File([fill.repeat(size)], name, { lastModified: 1000 })
const settle = (ms = 5_000) => vi.advanceTimersByTimeAsync(ms)

let world: Fake
let uploads: Uploads
beforeEach(() => {
  vi.useFakeTimers()
  world = new Fake()
  uploads = new Uploads(world)
})
afterEach(() => {
  uploads.clear()
  vi.useRealTimers()
})

async function one(size: number, name = 'a.csv') {
  const [transfer] = await uploads.add([file(name, size)])
  return transfer!
}

describe('a file on its way', () => {
  test('arrives in parts of the announced size and becomes a job', async () => {
    const t = await one(35)
    await settle()
    expect(t.phase.value).toBe('sent')
    expect(t.result.value).toEqual({ dataset_id: 'ds_1', version: 1, job_id: 'job_of_up_1' })
    expect(world.puts.map((p) => [p.number, p.size]).sort()).toEqual([[1, 10], [2, 10], [3, 10], [4, 5]])
    expect(t.sent.value).toBe(35)
    expect(world.memory.size).toBe(0)
  })

  test('is sent as one empty part when it is empty', async () => {
    const t = await one(0)
    await settle()
    expect(world.puts).toEqual([expect.objectContaining({ number: 1, size: 0 })])
    expect(t.phase.value).toBe('sent')
  })

  test('counts the bytes of parts that are still on their way, and no more than there are', async () => {
    world.answer = () => 'hold'
    const t = await one(35)
    await settle(50)
    world.open[0]!.put.onProgress(4)
    world.open[1]!.put.onProgress(99)
    await settle(250)
    expect(t.sent.value).toBe(14)
    expect(t.lanes.value).toBe(3)
  })

  test('tells a speed that is what arrived in the last seconds, and sinks when nothing does', async () => {
    world.answer = () => 'hold'
    const t = await one(30)
    await settle(10)
    for (let i = 1; i <= 8; i++) {
      world.open[0]!.put.onProgress(i)
      await settle(250)
    }
    expect(t.speed.value).toBeGreaterThan(3)
    expect(t.speed.value).toBeLessThan(5)
    await settle(8_000)
    expect(t.speed.value).toBeLessThan(1)
  })

  test('loses the connection, waits longer each time, and goes on by itself', async () => {
    let away = true
    world.answer = () => (away ? new PutError(0) : 'take')
    const t = await one(35)
    await settle(300)
    expect(t.trouble.value?.message).toBe('No connection.')
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      waits.push(t.notBefore - Date.now())
      await settle(t.notBefore - Date.now() + 30)
    }
    expect(waits[3]!).toBeGreaterThan(waits[0]! * 4)
    const tries = world.puts.length
    away = false
    await settle(20_000)
    expect(t.phase.value).toBe('sent')
    expect(t.trouble.value).toBeNull()
    expect(tries).toBeLessThanOrEqual(5 * 3)
  })

  test('tries at once when the connection is back', async () => {
    let away = true
    world.answer = () => (away ? new PutError(0) : 'take')
    const t = await one(5)
    await settle(30_000)
    while (t.notBefore < Date.now() + 1_000) await settle(100)
    away = false
    uploads.retryNow()
    await settle(50)
    expect(t.phase.value).toBe('sent')
  })

  test('asks for new URLs when old ones are refused, without waiting', async () => {
    let expired = false
    world.answer = (_, url) => (expired && url.endsWith('/1') ? new PutError(403) : expired ? 'take' : 'hold')
    const t = await one(20)
    await settle(60_000) // both wait with the first URLs in hand
    expired = true
    for (const o of [...world.open]) o.fail(new PutError(403))
    await settle(100)
    expect(t.phase.value).toBe('sent')
    expect(world.signed).toBeGreaterThan(1)
  })

  test('fails with words when the storage never takes a part', async () => {
    world.answer = () => new PutError(403)
    const t = await one(5)
    await settle(120_000)
    expect(t.phase.value).toBe('failed')
    expect(t.error.value?.code).toBe('part_refused')
  })

  test('learns that it was canceled elsewhere', async () => {
    world.answer = () => new PutError(404)
    world.onBegin = () => setTimeout(() => (world.uploads.get('up_1')!.status = 'aborted'), 1)
    const t = await one(5)
    await settle()
    expect(t.error.value?.code).toBe('upload_aborted')
  })

  test('sends again what the storage turns out not to have', async () => {
    let first = true
    world.onComplete = (id) => {
      if (first) world.uploads.get(id)!.received.splice(1, 1)
      first = false
    }
    const t = await one(35)
    await settle()
    expect(t.phase.value).toBe('sent')
    expect(world.puts).toHaveLength(5)
    expect(world.completions).toBe(2)
  })

  test('asks to be sealed until somebody answers', async () => {
    let tries = 0
    world.onComplete = () => {
      if (++tries < 4) throw new ApiError(0, 'unreachable', 'Assay does not answer.')
    }
    const t = await one(5)
    await settle(60_000)
    expect(t.phase.value).toBe('sent')
    expect(tries).toBe(4)
  })

  test('refused by the server fails at once, in its words', async () => {
    world.onBegin = () => {
      throw new ApiError(415, 'unsupported_format', 'a.xlsx is a spreadsheet, not a table that Assay reads.')
    }
    const t = await one(5, 'a.xlsx')
    await settle(10)
    expect(t.phase.value).toBe('failed')
    expect(t.error.value?.message).toMatch(/spreadsheet/)
  })

  test('survives a server that is away when it is announced', async () => {
    let tries = 0
    world.onBegin = () => {
      if (++tries < 3) throw new ApiError(503, 'unavailable', 'Later.')
    }
    const t = await one(5)
    await settle(200)
    expect(t.trouble.value?.message).toBe('Later.')
    await settle(20_000)
    expect(t.phase.value).toBe('sent')
  })
})

describe('by hand', () => {
  test('pause stops the parts on their way, resume sends them again', async () => {
    world.answer = () => 'hold'
    const t = await one(35)
    await settle(20)
    t.pause()
    await settle(2_000)
    expect(world.open).toHaveLength(0)
    expect(t.phase.value).toBe('paused')
    expect(t.sent.value).toBe(0)
    world.answer = () => 'take'
    t.resume()
    await settle()
    expect(t.phase.value).toBe('sent')
  })

  test('cancel gives it up on the server and frees the lanes', async () => {
    world.answer = (_, url) => (url.startsWith('/up_1/') ? 'hold' : 'take')
    const [a, b] = await uploads.add([file('a.csv', 35), file('b.csv', 15)])
    await settle(50)
    await uploads.remove(a!)
    await settle()
    expect(world.aborted).toEqual(['up_1'])
    expect(uploads.list.value).toEqual([b])
    expect(b!.phase.value).toBe('sent')
  })
})

describe('several files', () => {
  test('share three lanes', async () => {
    await uploads.add([file('a.csv', 95), file('b.csv', 95), file('c.csv', 5), file('d.csv', 5)])
    await settle(10_000)
    expect(world.most).toBe(3)
    expect(uploads.list.value.map((t) => t.phase.value)).toEqual(['sent', 'sent', 'sent', 'sent'])
  })

  test('go in their order', async () => {
    await uploads.add([file('a.csv', 95), file('b.csv', 95)])
    await settle(10_000)
    const lastOfFirst = world.puts.findLastIndex((p) => p.url.startsWith('/up_1/'))
    const firstOfSecond = world.puts.findIndex((p) => p.url.startsWith('/up_2/'))
    expect(firstOfSecond).toBeGreaterThanOrEqual(lastOfFirst - 2)
  })

  test('are out of trouble as soon as bytes move again', async () => {
    world.answer = () => 'hold'
    void uploads.add([file('a.csv', 10)], {})
    await settle(100)
    const t = uploads.list.value[0]!
    world.open[0]!.fail(new PutError(0))
    await settle(20_000)
    expect(t.trouble.value).not.toBeNull()
    world.open[0]!.put.onProgress(1)
    expect(t.trouble.value).not.toBeNull()
    world.open[0]!.put.onProgress(6)
    expect(t.trouble.value).toBeNull()
  })

  test('do not wait for one that is in trouble', async () => {
    world.answer = (_, url) => (url.startsWith('/up_1/') ? new PutError(500) : 'take')
    const [a, b] = await uploads.add([file('a.csv', 35), file('b.csv', 15)])
    await settle(300)
    expect(b!.phase.value).toBe('sent')
    expect(a!.trouble.value).not.toBeNull()
  })
})

describe('after a reload', () => {
  /** What is left in the server when a page with two of four parts sent is closed. */
  async function reloaded(name = 'a.csv') {
    world.answer = (n) => (n <= 2 ? 'take' : 'hold')
    await uploads.add([file(name, 35)])
    await settle(100)
    uploads.clear()
    await settle(100)
    world.answer = () => 'take'
    world.puts = []
    vi.stubGlobal('fetch', async () => Response.json({ items: [await world.look('up_1')], next_cursor: null }))
    uploads = new Uploads(world)
    await uploads.restore()
    return uploads.list.value[0]!
  }

  test('the card is back with what has arrived', async () => {
    const t = await reloaded()
    expect(t.phase.value).toBe('needs-file')
    expect(t.name).toBe('a.csv')
    expect(t.sent.value).toBe(20)
  })

  test('the same file goes on at the missing parts', async () => {
    const t = await reloaded()
    const [taken] = await uploads.add([file('a.csv', 35)])
    await settle()
    expect(taken).toBe(t)
    expect(t.phase.value).toBe('sent')
    expect(world.puts.map((p) => p.number).sort()).toEqual([3, 4])
    expect(uploads.list.value).toHaveLength(1)
  })

  test('a file that changed is not mixed into it', async () => {
    const t = await reloaded()
    expect(await t.resumeWith(file('a.csv', 35, 'y'), { sure: true })).toBe(false)
    expect(await t.resumeWith(file('b.csv', 35), { sure: true })).toBe(false)
    expect(await t.resumeWith(file('a.csv', 34), { sure: true })).toBe(false)
    await uploads.add([file('a.csv', 35, 'y')])
    await settle()
    expect(uploads.list.value.map((u) => u.phase.value)).toEqual(['needs-file', 'sent'])
  })

  test('without a memory of the file only the card itself takes it', async () => {
    const t = await reloaded()
    world.memory.clear()
    expect(await t.resumeWith(file('a.csv', 35), { sure: false })).toBe(false)
    expect(await t.resumeWith(file('a.csv', 35), { sure: true })).toBe(true)
    await settle()
    expect(t.phase.value).toBe('sent')
  })

  test('a file for a dataset does not go on in an upload that makes another one', async () => {
    await reloaded()
    await uploads.add([file('a.csv', 35)], { datasetId: 'ds_9' })
    await settle()
    expect(uploads.list.value.map((u) => [u.phase.value, u.datasetId])).toEqual([['needs-file', undefined], ['sent', 'ds_9']])
  })

  test('when everything had arrived it only has to be sealed', async () => {
    const t = await reloaded()
    world.uploads.get('up_1')!.received.push({ number: 3, size: 10, etag: 'e' }, { number: 4, size: 5, etag: 'e' })
    await t.resumeWith(file('a.csv', 35), { sure: false })
    await settle()
    expect(t.phase.value).toBe('sent')
    expect(world.puts.filter((p) => p.number < 3)).toEqual([])
  })
})
