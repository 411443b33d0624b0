import { Eye, EyeOff } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { ApiError, asApiError } from '../api/client.ts'
import { Icon } from '../icon.tsx'
import './form.css'

/** The frame of the pages before one is signed in. */
export function Gate({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="page gate" id="main" tabIndex={-1}>
      <div class="gate-box">
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}

/** A form that is sent once at a time, and shows what went wrong. */
export function useSubmit(send: () => Promise<void>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await send()
    } catch (thrown) {
      setError(asApiError(thrown))
    }
    setBusy(false)
  }
  return { busy, error, submit, setError }
}

interface FieldProps {
  label: string
  value: string
  onValue: (value: string) => void
  hint?: string
  /** The server's word on this field. */
  fault?: string | undefined
  autocomplete: string
  minLength?: number
  maxLength?: number
  optional?: boolean
  readOnly?: boolean
  focus?: boolean
}

export function TextField({ type = 'text', ...props }: FieldProps & { type?: 'text' | 'password' }) {
  const id = useId()
  const [shown, setShown] = useState(false)
  const notes = [props.hint && `${id}-hint`, props.fault && `${id}-fault`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <span>
        <label for={id}>{props.label}</label>
      </span>
      <div class="field-line">
        <input
          id={id}
          class="input"
          {...(type === 'password' && !shown ? { type: 'password' as const } : { type: 'text' as const })}
          value={props.value}
          onInput={(event) => props.onValue(event.currentTarget.value)}
          autocomplete={props.autocomplete}
          autocapitalize="none"
          spellcheck={false}
          required={!props.optional}
          readOnly={props.readOnly}
          minLength={props.minLength}
          maxLength={props.maxLength}
          aria-describedby={notes || undefined}
          aria-invalid={props.fault ? true : undefined}
          ref={(input) => {
            if (input && props.focus && !input.dataset.focused) {
              input.dataset.focused = 'yes'
              input.focus()
            }
          }}
        />
        {type === 'password' && (
          <button class="button square" type="button" aria-label={shown ? 'Hide the password' : 'Show the password'} onClick={() => setShown(!shown)}>
            <Icon of={shown ? EyeOff : Eye} />
          </button>
        )}
      </div>
      {props.fault && (
        <small id={`${id}-fault`} class="field-fault">
          {props.fault}
        </small>
      )}
      {props.hint && <small id={`${id}-hint`}>{props.hint}</small>}
    </div>
  )
}

/** The sentence that belongs to one field, if the error names it. */
export const faultOf = (error: ApiError | null, field: string) => (error?.problem?.field === field ? error.message : undefined)

/** What stands behind the # of a link from an admin. */
export type LinkParts = { token: string; kind: 'invite' | 'reset' | null; username: string }

/** The parts behind `#token=`, taken out of the address at once so that the secret stays in no history. */
export function takeLink(): LinkParts | null {
  const parts = new URLSearchParams(location.hash.slice(1))
  const token = parts.get('token')
  if (!token) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  const kind = parts.get('kind')
  return { token, kind: kind === 'invite' || kind === 'reset' ? kind : null, username: parts.get('username') ?? '' }
}

/** The secret alone. */
export const takeToken = (): string | null => takeLink()?.token ?? null

