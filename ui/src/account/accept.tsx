import { useState } from 'preact/hooks'
import { call } from '../api/client.ts'
import { go } from '../router.ts'
import { signedIn } from '../session.ts'
import { Failure, Notice } from '../shell/notice.tsx'
import { useTitle } from '../shell/title.ts'
import { faultOf, Gate, takeLink, TextField, useSubmit, type LinkParts } from './form.tsx'

/** Where an invitation or a reset link from an admin leads: choose a password. */
export function Accept() {
  const [link] = useState(takeLink)
  const title = link?.kind === 'reset' ? 'Choose a new password' : link?.kind === 'invite' ? 'Welcome to Assay' : 'Choose a password'
  useTitle(title)
  return (
    <Gate title={title}>
      {link === null ? (
        <Notice severity="warning">
          <b>This link is not complete.</b>
          <span>Copy it again, with everything after the # sign.</span>
        </Notice>
      ) : (
        <Choose link={link} />
      )}
    </Gate>
  )
}

/** Whom the link is for stands in it, where the server put it there; a reset link's user has a name already. */
function Choose({ link }: { link: LinkParts }) {
  const reset = link.kind === 'reset'
  const [username, setUsername] = useState(link.username)
  const [password, setPassword] = useState('')
  const { busy, error, submit } = useSubmit(async () => {
    const name = reset ? '' : username.trim()
    signedIn(await call('POST /api/v1/accept', { body: { link: link.token, password, ...(name ? { username: name } : {}) } }))
    go('/', { replace: true })
  })
  return (
    <>
      <p>{introduction(link)}</p>
      {error && <Failure error={error} />}
      <form class="form" onSubmit={submit}>
        {(!reset || link.username !== '') && (
          <TextField
            label="Username"
            value={username}
            onValue={setUsername}
            autocomplete="username"
            maxLength={64}
            {...(reset
              ? { readOnly: true }
              : { hint: link.username ? 'With this name you sign in. You may choose another.' : 'May stay empty: then it is the one that the admin chose.' })}
            fault={faultOf(error, 'username')}
            optional
          />
        )}
        <TextField
          label={reset ? 'New password' : 'Password'}
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
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? 'Saving' : 'Save and sign in'}
        </button>
      </form>
    </>
  )
}

function introduction({ kind, username }: LinkParts): string {
  if (kind === 'invite') return `${username ? `${username}, you` : 'You'} are invited. Choose a password, and you are in.`
  if (kind === 'reset') return `An admin has reset the password${username ? ` of ${username}` : ''}. Choose a new one; you are signed out everywhere else.`
  return 'This link is an invitation, or resets the password of the user that it was made for. It works once.'
}
