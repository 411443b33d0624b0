import { signal } from '@preact/signals'
import type { Problem, Routes } from './api.gen.ts'

/** What the server (or the lack of one) answered. `code` is stable; `message` is for people, `hint` says what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint = '',
    readonly problem?: Problem,
  ) {
    super(message)
  }
  /** The same request may succeed later: nobody answered, or the server said so. */
  get temporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
  }
}

/** False from the first request that nobody answered until the next one that is. */
export const reachable = signal(true)

/** Called when the server does not know who asks: the session is over. A wrong password or link has another code. */
let onUnauthenticated: (error: ApiError) => void = () => {}
export function whenUnauthenticated(handler: (error: ApiError) => void) {
  onUnauthenticated = handler
}

type Need<K extends keyof Routes> = (keyof Routes[K]['path'] extends never ? object : { path: Routes[K]['path'] }) &
  (Routes[K]['body'] extends undefined ? object : { body: Routes[K]['body'] })
type Args<K extends keyof Routes> = Need<K> & { query?: Routes[K]['query']; signal?: AbortSignal }

/** One call of the API, named and typed as in server/openapi.json: `call('GET /api/v1/jobs/{id}', { path: { id } })`. Throws ApiError. */
export async function call<K extends keyof Routes>(
  route: K,
  ...args: object extends Need<K> ? [Args<K>?] : [Args<K>]
): Promise<Routes[K]['answer']> {
  const answer = await fetched(route, ...args)
  return (answer.status === 204 ? undefined : await answer.json()) as Routes[K]['answer']
}

/** The same for an answer that is no JSON. */
export async function fetched<K extends keyof Routes>(
  route: K,
  ...[args]: object extends Need<K> ? [Args<K>?] : [Args<K>]
): Promise<Response> {
  const { path, query, body, signal } = (args ?? {}) as {
    path?: Record<string, string | number>
    query?: Record<string, string | number | boolean | undefined>
    body?: unknown
    signal?: AbortSignal
  }
  const [method = '', pattern = ''] = route.split(' ')
  const url = address(pattern, path, query)
  let answer: Response
  try {
    answer = await fetch(url, {
      method,
      signal: signal ?? null,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    reachable.value = false
    throw new ApiError(0, 'unreachable', 'Assay does not answer.', 'Check that it is running and that you are connected.')
  }
  if (answer.ok) {
    reachable.value = true
    return answer
  }
  const error = await problem(answer)
  // A proxy in front that finds nobody behind answers for the server, and not in the server's words.
  reachable.value = !(answer.status >= 502 && !error.problem)
  if (error.code === 'unauthenticated' || error.code === 'setup_required') onUnauthenticated(error)
  throw error
}

/** The address of a route, for links and streams. */
export function address(
  pattern: string,
  path: Record<string, string | number> = {},
  query: Record<string, string | number | boolean | undefined> = {},
): string {
  const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, String(value))
  const tail = search.toString()
  return tail ? `${filled}?${tail}` : filled
}

async function problem(answer: Response): Promise<ApiError> {
  if (answer.headers.get('Content-Type')?.includes('json')) {
    try {
      const body = (await answer.json()) as Problem
      return new ApiError(answer.status, body.code, body.detail, body.hint ?? '', body)
    } catch {
      // Cut off on its way: told below by its status alone.
    }
  }
  return new ApiError(answer.status, `http_${answer.status}`, `The server answered ${answer.status}.`, 'Try again in a moment.')
}

/** Any thrown thing as an ApiError, for showing. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError(0, 'unexpected', thrown instanceof Error ? thrown.message : String(thrown))
}
