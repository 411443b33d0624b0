import { useEffect, useState } from 'preact/hooks'
import { asApiError, call } from '../api/client.ts'
import { go, path } from '../router.ts'
import { loadSession, session, signedIn } from '../session.ts'
import { Failure } from '../shell/notice.tsx'
import { useTitle } from '../shell/title.ts'
import { faultOf, Gate, takeToken, TextField, useSubmit } from './form.tsx'

/** Signs in by password, or by the one-time link that `assay` and `assay open` print. Drawn in place of any page that needs a user: its address stays, and opens afterwards. */
export function SignIn() {
  useTitle('Sign in')
  const [link] = useState(takeToken)
  const [byLink, setByLink] = useState(link !== null)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const { busy, error, submit, setError } = useSubmit(async () => {
    signedIn(await call('POST /api/v1/login', { body: { username, password } }))
    leave()
  })
  useEffect(() => {
    if (link === null) {
      if (session.value.state === 'in') leave()
      return
    }
    call('POST /api/v1/login', { body: { link } })
      .then((me) => {
        signedIn(me)
        leave()
      })
      .catch(async (thrown) => {
        // Whoever is signed in already loses nothing by an old link.
        await loadSession()
        if (session.value.state === 'in') return leave()
        setByLink(false)
        setError(asApiError(thrown))
      })
  }, [])

  if (byLink) {
    return (
      <Gate title="Signing you in">
        <p>One moment.</p>
      </Gate>
    )
  }
  return (
    <Gate title="Sign in">
      {error && <Failure error={error} />}
      <form class="form" onSubmit={submit}>
        <TextField label="Username" value={username} onValue={setUsername} autocomplete="username" fault={faultOf(error, 'username')} focus />
        <TextField label="Password" type="password" value={password} onValue={setPassword} autocomplete="current-password" />
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? 'Signing in' : 'Sign in'}
        </button>
      </form>
      <p class="note">
        Does Assay run on this machine? Then <code>assay open</code> prints a link that signs you in without a password.
      </p>
    </Gate>
  )
}

function leave() {
  if (path.value === '/signin') go('/', { replace: true })
}
