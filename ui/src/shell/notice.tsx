import { CircleAlert, Info, TriangleAlert, type IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import type { ApiError } from '../api/client.ts'
import { Icon } from '../icon.tsx'

const icons: Record<'info' | 'warning' | 'error', IconNode> = { info: Info, warning: TriangleAlert, error: CircleAlert }
const words = { info: 'Note', warning: 'Warning', error: 'Error' }

/** Something the user should know, with a shape and words beside its colour. */
export function Notice({ severity, children }: { severity: 'info' | 'warning' | 'error'; children: ComponentChildren }) {
  return (
    <div class={`notice ${severity}`} role={severity === 'error' ? 'alert' : undefined}>
      <Icon of={icons[severity]} size={17} label={words[severity]} />
      {children}
    </div>
  )
}

/** The server's words; what it writes between backticks, for terminals too, is code. */
export function Words({ of }: { of: string }) {
  return <>{of.split('`').map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>
}

/** An error in the server's words: what happened, and what to do about it. */
export function Failure({ error, children }: { error: ApiError; children?: ComponentChildren }) {
  return (
    <Notice severity="error">
      <b>
        <Words of={error.message} />
      </b>
      {error.hint && (
        <span>
          <Words of={error.hint} />
        </span>
      )}
      {children}
    </Notice>
  )
}
