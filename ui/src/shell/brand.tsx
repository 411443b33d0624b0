import { Moon, Sun } from 'lucide'
import { Icon } from '../icon.tsx'
import { theme, toggleTheme } from '../theme.ts'
import './header.css'

/** The sign of the house; it leads home where there is one. */
export function Logo({ href }: { href?: string }) {
  const sign = (
    <>
      <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
        <path class="logo-bars" d="M3 21h3.4v-5H3zm5.2 0h3.4V9.5H8.2zm5.2 0h3.4V5h-3.4zm5.2 0H22v-8.5h-3.4z" />
        <path class="logo-line" d="M2 23.5h21" />
      </svg>
      <span>Assay</span>
    </>
  )
  if (href === undefined) return <span class="logo">{sign}</span>
  return (
    <a class="logo" href={href} aria-label="Assay, home">
      {sign}
    </a>
  )
}

export function ThemeButton() {
  const dark = theme.value === 'dark'
  return (
    <button class="button square" type="button" aria-label={dark ? 'Use the light theme' : 'Use the dark theme'} onClick={toggleTheme}>
      <Icon of={dark ? Sun : Moon} />
    </button>
  )
}
