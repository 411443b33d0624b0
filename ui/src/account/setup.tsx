import { useState } from 'preact/hooks'
import { call } from '../api/client.ts'
import { go } from '../router.ts'
import { signedIn } from '../session.ts'
import { Failure } from '../shell/notice.tsx'
import { useTitle } from '../shell/title.ts'
import { faultOf, Gate, takeToken, TextField, useSubmit } from './form.tsx'

/** The first start on a server: whoever has the printed link becomes the owner. */
export function SetUp() {
  useTitle('Set up')
  const [token] = useState(takeToken)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const { busy, error, submit } = useSubmit(async () => {
    signedIn(await call('POST /api/v1/setup', { body: { token: token!, username, password } }))
    go('/', { replace: true })
  })
  if (token === null) {
    return (
      <Gate title="Set up Assay">
        <p>Nobody has set up this Assay yet. When it started it printed a set-up link; open that link to become its owner.</p>
        <p class="note">Look at the terminal or the log of the server. Starting it again prints a fresh link.</p>
      </Gate>
    )
  }
  return (
    <Gate title="Set up Assay">
      <p>Choose a name and a password. You will own this Assay and can let others in.</p>
      {error && <Failure error={error} />}
      <form class="form" onSubmit={submit}>
        <TextField
          label="Username"
          value={username}
          onValue={setUsername}
          autocomplete="username"
          maxLength={64}
          fault={faultOf(error, 'username')}
          focus
        />
        <TextField
          label="Password"
          type="password"
          value={password}
          onValue={setPassword}
          autocomplete="new-password"
          minLength={10}
          maxLength={1024}
          hint="At least 10 characters."
          fault={faultOf(error, 'password')}
        />
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? 'Setting up' : 'Set up'}
        </button>
      </form>
    </Gate>
  )
}
