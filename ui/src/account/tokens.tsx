import { Trash2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { Token, TokenCreated } from '../api/api.gen.ts'
import { type ApiError, asApiError, call } from '../api/client.ts'
import { ago, date } from '../format.ts'
import { Icon } from '../icon.tsx'
import { Confirm } from '../shell/dialog.tsx'
import { Failure } from '../shell/notice.tsx'
import { say } from '../shell/say.ts'
import { CopyField } from './copy.tsx'
import { faultOf, TextField, useSubmit } from './form.tsx'
import { Settings } from './settings.tsx'
import './tokens.css'

const lives: Array<[days: number, words: string]> = [
  [30, '30 days'],
  [90, '90 days'],
  [365, 'a year'],
  [0, 'until deleted'],
]

export function Tokens() {
  const [items, setItems] = useState<Token[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [failure, setFailure] = useState<ApiError | null>(null)
  const [created, setCreated] = useState<TokenCreated | null>(null)
  const [doomed, setDoomed] = useState<Token | null>(null)

  const load = async (cursor?: string) => {
    try {
      const page = await call('GET /api/v1/tokens', { query: cursor ? { cursor } : {} })
      setItems((before) => (cursor && before ? [...before, ...page.items] : page.items))
      setNext(page.next_cursor)
      setFailure(null)
    } catch (thrown) {
      setFailure(asApiError(thrown))
    }
  }
  useEffect(() => void load(), [])

  const remove = async (token: Token) => {
    setDoomed(null)
    try {
      await call('DELETE /api/v1/tokens/{id}', { path: { id: token.id } })
      setItems((before) => before?.filter((t) => t.id !== token.id) ?? null)
      if (created?.id === token.id) setCreated(null)
      say(`Token ${token.name} deleted`)
    } catch (thrown) {
      setFailure(asApiError(thrown))
    }
  }

  return (
    <Settings title="API tokens">
      <p>
        Programs sign in with a token: <code>assay push --token TOKEN</code>, or the header <code>Authorization: Bearer TOKEN</code> in each
        request. A token may do what you may do.
      </p>
      <Create
        onCreated={(token) => {
          setCreated(token)
          void load()
        }}
      />
      {created && (
        <section class="token-new" aria-labelledby="token-new">
          <h2 id="token-new">Here is “{created.name}”</h2>
          <p>Copy it now. It is shown this once; only a hash of it is stored.</p>
          <CopyField label="The new token" value={created.token} />
        </section>
      )}
      {failure && <Failure error={failure} />}
      {items && items.length === 0 && <p class="note">You have no tokens.</p>}
      {items && items.length > 0 && (
        <table class="token-list">
          <caption class="hush">Your API tokens</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Created</th>
              <th scope="col">Last used</th>
              <th scope="col">Expires</th>
              <th scope="col">
                <span class="hush">Delete</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((token) => (
              <tr key={token.id}>
                <th scope="row">{token.name}</th>
                <td data-label="Created">{date(token.created_at)}</td>
                <td data-label="Last used">{token.last_used_at ? ago(token.last_used_at) : 'never'}</td>
                <td data-label="Expires">{token.expires_at ? expiry(token.expires_at) : 'never'}</td>
                <td>
                  <button class="button slim square danger" type="button" aria-label={`Delete ${token.name}`} onClick={() => setDoomed(token)}>
                    <Icon of={Trash2} size={15} />
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {next && (
        <button class="button" type="button" onClick={() => void load(next)}>
          Show more
        </button>
      )}
      {doomed && (
        <Confirm title={`Delete “${doomed.name}”?`} action="Delete the token" onYes={() => void remove(doomed)} onNo={() => setDoomed(null)}>
          {isMachines(doomed) ? (
            <p>
              <code>assay push</code> and other commands on the machine that Assay runs on use it. They stop working until Assay is started
              again, which makes a new one.
            </p>
          ) : (
            <p>Programs that use it are signed out at once. This cannot be undone.</p>
          )}
        </Confirm>
      )}
    </Settings>
  )
}

function Create({ onCreated }: { onCreated: (token: TokenCreated) => void }) {
  const [name, setName] = useState('')
  const [days, setDays] = useState(90)
  const { busy, error, submit } = useSubmit(async () => {
    const expires_at = days > 0 ? new Date(Date.now() + days * 86_400_000).toISOString() : null
    onCreated(await call('POST /api/v1/tokens', { body: { name: name.trim(), expires_at } }))
    setName('')
  })
  return (
    <>
      {error && !error.problem?.field && <Failure error={error} />}
      <form class="token-form" onSubmit={submit}>
        <TextField label="What is it for?" value={name} onValue={setName} autocomplete="off" maxLength={100} fault={faultOf(error, 'name')} />
        <label class="field">
          <span>Good for</span>
          <select class="input" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {lives.map(([value, words]) => (
              <option value={value} key={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button class="button primary" type="submit" disabled={busy}>
          Create a token
        </button>
      </form>
    </>
  )
}

/** The token that Assay makes for itself at its start, named after the file that keeps it. */
const isMachines = (token: Token) => token.name === 'this machine (owner.token)'

const expiry = (at: string) => (Date.parse(at) < Date.now() ? `expired ${date(at)}` : date(at))
