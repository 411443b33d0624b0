import { signal } from '@preact/signals'

/** The help dialog is open. */
export const helpOpen = signal(false)

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Keys that work on every page: `/` goes to the page's search field (the one with data-find), `?` opens the help. Answers what undoes it. */
export function startKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (typing(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement && event.target.dataset.find !== undefined) event.target.blur()
      return
    }
    if (document.querySelector('dialog[open]')) return
    if (event.key === '/') {
      const field = document.querySelector<HTMLInputElement>('[data-find]')
      if (!field) return
      event.preventDefault()
      field.focus()
      field.select()
    } else if (event.key === '?') {
      event.preventDefault()
      helpOpen.value = true
    }
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
