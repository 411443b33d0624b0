import { signal } from '@preact/signals'

const key = 'assay.theme'
const dark = window.matchMedia?.('(prefers-color-scheme: dark)')

/** What is drawn now: the choice made by hand, else the system's. */
export const theme = signal(chosen() ?? (dark?.matches ? 'dark' : 'light'))

dark?.addEventListener('change', () => {
  if (!chosen()) theme.value = dark.matches ? 'dark' : 'light'
})

function chosen(): 'light' | 'dark' | null {
  const value = document.documentElement.dataset.theme
  return value === 'light' || value === 'dark' ? value : null
}

/** Turns to the other theme. A choice equal to the system's is forgotten, so that the page follows the system again. */
export function toggleTheme() {
  const next = theme.value === 'dark' ? 'light' : 'dark'
  const system = dark?.matches ? 'dark' : 'light'
  theme.value = next
  try {
    if (next === system) {
      delete document.documentElement.dataset.theme
      localStorage.removeItem(key)
    } else {
      document.documentElement.dataset.theme = next
      localStorage.setItem(key, next)
    }
  } catch {
    document.documentElement.dataset.theme = next
  }
}
