import { Dialog } from './dialog.tsx'
import { helpOpen } from './keys.ts'
import './help.css'

const keys: Array<[string[], string]> = [
  [['/'], 'Go to the search field of the page'],
  [['?'], 'Open this help'],
  [['Tab'], 'Go to the next control; the first one skips to the content'],
  [['Enter'], 'Open or close what has the focus'],
  [['Esc'], 'Close a dialog or a menu, leave the search field'],
]

/** The keys, and what else a page wants to be known. */
export function Help({ note }: { note?: string }) {
  if (!helpOpen.value) return null
  const close = () => (helpOpen.value = false)
  return (
    <Dialog title="Keyboard" onClose={close}>
      <dl class="keys">
        {keys.map(([names, meaning]) => (
          <div key={meaning}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      {note && <p class="note">{note}</p>}
      <div class="dialog-actions">
        <button class="button" type="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  )
}
