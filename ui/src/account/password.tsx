import { useState } from 'preact/hooks'
import { call } from '../api/client.ts'
import { Failure, Notice } from '../shell/notice.tsx'
import { faultOf, TextField, useSubmit } from './form.tsx'
import { Settings } from './settings.tsx'

/** One's own password. The owner of a laptop who came by a link has none yet, and may leave the first field empty. */
export function Password() {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [saved, setSaved] = useState(false)
  const { busy, error, submit } = useSubmit(async () => {
    setSaved(false)
    await call('PUT /api/v1/me/password', { body: { password, ...(current ? { current_password: current } : {}) } })
    setCurrent('')
    setPassword('')
    setSaved(true)
  })
  return (
    <Settings title="Password">
      <p>A new password signs you out everywhere else.</p>
      {error && !error.problem?.field && <Failure error={error} />}
      {saved && (
        <div role="status">
          <Notice severity="info">
            <b>The password is changed.</b>
          </Notice>
        </div>
      )}
      <form class="form" onSubmit={submit}>
        <TextField
          label="Current password"
          type="password"
          value={current}
          onValue={setCurrent}
          autocomplete="current-password"
          hint="Leave it empty if you have always signed in by a link."
          fault={faultOf(error, 'current_password')}
          optional
        />
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
        />
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? 'Saving' : 'Change the password'}
        </button>
      </form>
    </Settings>
  )
}
