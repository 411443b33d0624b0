import { useState } from 'preact/hooks'
import { call } from '../api/client.ts'
import { go } from '../router.ts'
import { signedIn } from '../session.ts'
import { Failure, Notice } from '../shell/notice.tsx'
import { useTitle } from '../shell/title.ts'
import { faultOf, Gate, takeToken, TextField, useSubmit } from './form.tsx'

/** Where an invitation or a reset link from an admin leads: choose a password. */
export function Accept() {
  useTitle('Choose a password')
  const [link] = useState(takeToken)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const { busy, error, submit } = useSubmit(async () => {
    signedIn(await call('POST /api/v1/accept', { body: { link: link!, password, ...(username ? { username } : {}) } }))
    go('/', { replace: true })
  })
  return (
    <Gate title="Choose a password">
      {link === null ? (
        <Notice severity="warning">
          <b>This link is not complete.</b>
          <span>Copy it again, with everything after the # sign.</span>
        </Notice>
      ) : (
        <>
          {error && <Failure error={error} />}
          <form class="form" onSubmit={submit}>
            <TextField
              label="New password"
              type="password"
              value={password}
              onValue={setPassword}
              autocomplete="new-password"
              minLength={10}
              maxLength={1024}
              hint="At least 10 characters."
              fault={faultOf(error, 'password')}
              focus
            />
            <TextField
              label="Username"
              value={username}
              onValue={setUsername}
              autocomplete="username"
              maxLength={64}
              hint="Only if you were invited and want another name than the one suggested."
              fault={faultOf(error, 'username')}
              optional
            />
            <button class="button primary" type="submit" disabled={busy}>
              {busy ? 'Saving' : 'Save and sign in'}
            </button>
          </form>
        </>
      )}
    </Gate>
  )
}
