import { signal } from '@preact/signals'
import type { Me } from './api/api.gen.ts'
import { ApiError, asApiError, call, whenUnauthenticated } from './api/client.ts'

/** loading: not known yet; setup: nobody has set Assay up; out: not signed in; failed: the server could not say. */
export type Session = { state: 'loading' | 'setup' | 'out' } | { state: 'failed'; error: ApiError } | { state: 'in'; me: Me }

export const session = signal<Session>({ state: 'loading' })

whenUnauthenticated((error) => {
  session.value = { state: error.code === 'setup_required' ? 'setup' : 'out' }
})

/** Asks who is signed in. */
export async function loadSession() {
  try {
    signedIn(await call('GET /api/v1/me'))
  } catch (thrown) {
    const error = asApiError(thrown)
    if (error.status !== 401) session.value = { state: 'failed', error }
  }
}

export function signedIn(me: Me) {
  session.value = { state: 'in', me }
}

export async function signOut() {
  try {
    await call('POST /api/v1/logout')
  } catch (thrown) {
    // The session was over already: that is what was wanted.
    if (asApiError(thrown).status !== 401) throw thrown
  }
  session.value = { state: 'out' }
}
