import { KeyRound, Keyboard, LockKeyhole, LogOut } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Me } from '../api/api.gen.ts'
import { asApiError } from '../api/client.ts'
import { Icon } from '../icon.tsx'
import { path } from '../router.ts'
import { signOut } from '../session.ts'
import { helpOpen } from './keys.ts'
import { say } from './say.ts'

/** The round button at the top right: who is signed in, and what they can do about it. */
export function Account({ me }: { me: Me }) {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => setOpen(false), [path.value])
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    document.addEventListener('focusin', away)
    return () => {
      document.removeEventListener('pointerdown', away)
      document.removeEventListener('focusin', away)
    }
  }, [open])
  return (
    <div
      class="account"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        setOpen(false)
        button.current?.focus()
      }}
    >
      <button
        ref={button}
        class="avatar"
        type="button"
        aria-expanded={open}
        aria-controls="account"
        aria-label={`Account of ${me.user.username}`}
        onClick={() => setOpen(!open)}
      >
        {me.user.username.slice(0, 1).toUpperCase()}
      </button>
      {open && (
        <div class="account-panel" id="account">
          <p>
            <b>{me.user.username}</b>
            <span class="note">Assay {me.version}</span>
          </p>
          <a href="/settings/tokens">
            <Icon of={KeyRound} /> API tokens
          </a>
          <a href="/settings/password">
            <Icon of={LockKeyhole} /> Password
          </a>
          <button
            type="button"
            onClick={() => {
              setOpen(false)
              helpOpen.value = true
            }}
          >
            <Icon of={Keyboard} /> Keyboard
          </button>
          <button type="button" onClick={() => signOut().catch((thrown) => say(asApiError(thrown).message))}>
            <Icon of={LogOut} /> Sign out
          </button>
        </div>
      )}
    </div>
  )
}
