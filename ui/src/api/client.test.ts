import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { address, ApiError, call, reachable, whenUnauthenticated } from './client.ts'

const answer = vi.fn<(url: string, init: RequestInit) => Promise<Response>>()
const ended = vi.fn()
beforeEach(() => {
  answer.mockReset()
  ended.mockReset()
  vi.stubGlobal('fetch', answer)
  whenUnauthenticated(ended)
  reachable.value = true
})
afterEach(() => vi.unstubAllGlobals())

const problem = (status: number, code: string, more = {}) =>
  new Response(JSON.stringify({ status, code, detail: 'What happened.', hint: 'What to do.', ...more }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  })
const failure = (promise: Promise<unknown>) => promise.then(() => { throw new Error('did not fail') }, (error: ApiError) => error)

test('addresses are filled and escaped; what is left out does not stand in the query', () => {
  expect(address('/api/v1/datasets/{id}/versions/{n}', { id: 'a/b', n: 2 }, { query: 'x y', cursor: undefined, limit: 5 })).toBe(
    '/api/v1/datasets/a%2Fb/versions/2?query=x+y&limit=5',
  )
})

test('a body goes as JSON, and 204 answers nothing', async () => {
  answer.mockResolvedValue(new Response(null, { status: 204 }))
  expect(await call('DELETE /api/v1/tokens/{id}', { path: { id: 'tok_1' } })).toBeUndefined()
  expect(answer.mock.calls[0]![1]).toMatchObject({ method: 'DELETE', body: null })
  answer.mockResolvedValue(Response.json({ parts: [] }))
  await call('POST /api/v1/uploads/{id}/parts', { path: { id: 'up_1' }, body: { numbers: [1] } })
  expect(answer.mock.calls[1]).toEqual(['/api/v1/uploads/up_1/parts', expect.objectContaining({ method: 'POST', body: '{"numbers":[1]}' })])
})

describe('errors', () => {
  test('carry the server’s words', async () => {
    answer.mockResolvedValue(problem(409, 'parts_missing', { numbers: [3] }))
    const error = await failure(call('GET /api/v1/me'))
    expect(error).toMatchObject({ status: 409, code: 'parts_missing', message: 'What happened.', hint: 'What to do.', temporary: false })
    expect(error.problem?.numbers).toEqual([3])
    expect(reachable.value).toBe(true)
  })

  test('of nobody answering are temporary, and known to the whole page until somebody does', async () => {
    answer.mockRejectedValue(new TypeError('failed to fetch'))
    expect(await failure(call('GET /api/v1/me'))).toMatchObject({ status: 0, code: 'unreachable', temporary: true })
    expect(reachable.value).toBe(false)
    answer.mockResolvedValue(Response.json({}))
    await call('GET /api/v1/me')
    expect(reachable.value).toBe(true)
  })

  test('of a proxy without a server behind it mean the same', async () => {
    answer.mockResolvedValue(new Response('<h1>Bad Gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } }))
    expect(await failure(call('GET /api/v1/me'))).toMatchObject({ code: 'http_502', temporary: true })
    expect(reachable.value).toBe(false)
  })

  test('that are cut off on their way are told by their status', async () => {
    answer.mockResolvedValue(new Response('{"code":', { status: 500, headers: { 'Content-Type': 'application/problem+json' } }))
    expect(await failure(call('GET /api/v1/me'))).toMatchObject({ status: 500, code: 'http_500' })
  })

  test.each([
    ['unauthenticated', 1],
    ['setup_required', 1],
    ['wrong_credentials', 0],
    ['invalid_link', 0],
  ])('401 %s ends the session %d times', async (code, times) => {
    answer.mockResolvedValue(problem(401, code))
    await failure(call('POST /api/v1/accept', { body: { link: 'x', password: 'y' } }))
    expect(ended).toHaveBeenCalledTimes(times)
  })

  test('an aborted call rejects as such, and says nothing of the server', async () => {
    const stop = new AbortController()
    answer.mockImplementation(() => {
      stop.abort()
      return Promise.reject(new DOMException('aborted', 'AbortError'))
    })
    expect(await failure(call('GET /api/v1/me', { signal: stop.signal }))).toMatchObject({ name: 'AbortError' })
    expect(reachable.value).toBe(true)
  })
})
