import { afterEach, describe, expect, test, vi } from 'vitest'
import { fingerprint } from './fingerprint.ts'
import { put, PutError } from './put.ts'
import { Rate } from './rate.ts'
import { backoff } from './retry.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the fingerprint of a file', () => {
  const make = (text: string | Uint8Array<ArrayBuffer>, name = 'a.csv', lastModified = 5) => new File([text], name, { lastModified })

  test('is the same for the same file', async () => {
    expect(await fingerprint(make('a,b\n1,2\n'))).toBe(await fingerprint(make('a,b\n1,2\n')))
    expect(await fingerprint(make('a,b\n1,2\n'))).toMatch(/^[0-9a-f]{16}$/)
  })

  test.each([
    ['name', make('a,b\n1,2\n', 'b.csv')],
    ['time of change', make('a,b\n1,2\n', 'a.csv', 6)],
    ['one byte', make('a,b\n1,3\n')],
    ['length', make('a,b\n1,2\n\n')],
    ['order', make('b,a\n1,2\n')],
  ])('differs by its %s', async (_, other) => {
    expect(await fingerprint(other)).not.toBe(await fingerprint(make('a,b\n1,2\n')))
  })

  test('of a large file looks at its start, middle and end', async () => {
    const size = 1_000_000
    const print = async (at: number) => {
      const bytes = new Uint8Array(size)
      if (at >= 0) bytes[at] = 1
      return fingerprint(make(bytes))
    }
    const plain = await print(-1)
    for (const at of [0, size / 2, size - 1]) expect(await print(at)).not.toBe(plain)
  })

  test('of many small files hardly ever agrees', async () => {
    const prints = await Promise.all(Array.from({ length: 500 }, (_, i) => fingerprint(make(`n\n${i}\n`))))
    expect(new Set(prints).size).toBe(500)
  })
})

describe('the rate', () => {
  test('is silent at first, then the mean of the last seconds', () => {
    const rate = new Rate()
    rate.add(0, 0)
    expect(rate.perSecond(100)).toBeNull()
    for (let t = 100; t <= 20_000; t += 100) rate.add(t, t <= 10_000 ? t : 10_000 + (t - 10_000) * 3)
    expect(rate.perSecond(20_000)).toBeCloseTo(3_000, -2)
  })

  test('forgets on reset', () => {
    const rate = new Rate()
    rate.add(0, 0)
    rate.add(1_000, 1_000)
    rate.reset()
    expect(rate.perSecond(2_000)).toBeNull()
  })

  test('is never below zero', () => {
    const rate = new Rate()
    rate.add(0, 1_000)
    rate.add(1_000, 0)
    expect(rate.perSecond(1_000)).toBe(0)
  })
})

test('pauses double, spread, and end at a limit', () => {
  expect([0, 1, 2, 3].map((n) => backoff(n, () => 0.5))).toEqual([500, 1000, 2000, 4000])
  expect(backoff(20, () => 0.999)).toBeLessThan(15_000 * 1.5)
  expect(backoff(0, () => 0)).toBe(250)
})

describe('sending a part', () => {
  class FakeXHR {
    static last: FakeXHR
    upload: { onprogress?: (e: { loaded: number }) => void } = {}
    headers: Record<string, string> = {}
    status = 0
    onload?: () => void
    onerror?: () => void
    onabort?: () => void
    sent: unknown
    constructor() {
      FakeXHR.last = this
    }
    open() {}
    setRequestHeader(name: string, value: string) {
      this.headers[name] = value
    }
    send(body: unknown) {
      this.sent = body
    }
    abort() {
      this.onabort?.()
    }
    answer(status: number) {
      this.status = status
      this.onload?.()
    }
  }
  const begin = (signal = new AbortController().signal) => {
    vi.stubGlobal('XMLHttpRequest', FakeXHR)
    const progress: number[] = []
    const body = new Blob(['12345'])
    const done = put({ url: '/o/1', headers: { 'X-A': 'b' }, body, onProgress: (n) => progress.push(n), signal })
    done.catch(() => {})
    return { done, progress, body, request: FakeXHR.last }
  }

  test('sends the bytes with exactly the given headers, and tells of each step', async () => {
    const { done, progress, body, request } = begin()
    request.upload.onprogress?.({ loaded: 3 })
    request.answer(200)
    await done
    expect(request.headers).toEqual({ 'X-A': 'b' })
    expect(request.sent).toBe(body)
    expect(progress).toEqual([3])
  })

  test.each([403, 404, 500, 503])('an answer of %d is an error with that status', async (status) => {
    const { done, request } = begin()
    request.answer(status)
    await expect(done).rejects.toMatchObject({ name: 'PutError', status })
  })

  test('a lost connection has status 0', async () => {
    const { done, request } = begin()
    request.onerror?.()
    await expect(done).rejects.toEqual(new PutError(0))
  })

  test('a connection on which nothing moves is given up', async () => {
    vi.useFakeTimers()
    const { done, request } = begin()
    await vi.advanceTimersByTimeAsync(50_000)
    request.upload.onprogress?.({ loaded: 1 })
    await vi.advanceTimersByTimeAsync(59_000)
    const early = await Promise.race([done.then(() => 'ended', () => 'ended'), Promise.resolve('running')])
    expect(early).toBe('running')
    await vi.advanceTimersByTimeAsync(2_000)
    await expect(done).rejects.toMatchObject({ status: 0 })
  })

  test('an abort is the caller’s, not an error of the connection', async () => {
    const stop = new AbortController()
    const { done } = begin(stop.signal)
    stop.abort(new Error('paused'))
    await expect(done).rejects.toThrow('paused')
  })
})
