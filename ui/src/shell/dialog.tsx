import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

/** A modal dialog, open as long as it is drawn. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const dialog = ref.current
    const before = document.activeElement
    dialog?.showModal()
    return () => {
      dialog?.close()
      // Taken out of the page while open, the dialog has nobody to give the focus back for it.
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) onClose()
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  )
}

/** Asks before something that cannot be undone. `action` may reject: the caller shows why. */
export function Confirm({
  title,
  children,
  action,
  onYes,
  onNo,
}: {
  title: string
  children: ComponentChildren
  action: string
  onYes: () => void
  onNo: () => void
}) {
  return (
    <Dialog title={title} onClose={onNo}>
      {children}
      <div class="dialog-actions">
        <button class="button" type="button" onClick={onNo}>
          Keep it
        </button>
        <button class="button danger" type="button" onClick={onYes}>
          {action}
        </button>
      </div>
    </Dialog>
  )
}
