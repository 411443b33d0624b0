import { Search, X } from 'lucide'
import { Icon } from '../icon.tsx'
import { find, view } from './view.ts'

/** The search field of the page; `/` goes to it (`data-find`), the arrow down leads to the first column found. */
export function FindColumn() {
  const text = view.value.find
  return (
    <div class="find">
      <Icon of={Search} size={15} />
      <input
        type="search"
        data-find
        placeholder="Find a column"
        aria-label="Find a column"
        value={text}
        onInput={(event) => find(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text) {
            event.stopPropagation()
            find('')
          } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
            const first = document.querySelector<HTMLElement>('.ledger .column-name')
            if (!first) return
            event.preventDefault()
            first.focus()
          }
        }}
      />
      {text ? (
        <button type="button" class="plain" aria-label="Clear the search" onClick={() => find('')}>
          <Icon of={X} size={14} />
        </button>
      ) : (
        <kbd aria-hidden="true">/</kbd>
      )}
    </div>
  )
}
