import { Moon, Sun } from 'lucide'
import { Icon } from '../icon.tsx'
import { theme, toggleTheme } from '../theme.ts'
import './header.css'

export function Logo() {
  return (
    <a class="logo" href="/">
      <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
        <path class="logo-bars" d="M3 21h3.4v-5H3zm5.2 0h3.4V9.5H8.2zm5.2 0h3.4V5h-3.4zm5.2 0H22v-8.5h-3.4z" />
        <path class="logo-line" d="M2 23.5h21" />
      </svg>
      <span>Assay</span>
    </a>
  )
}

export function Header() {
  return (
    <header class="top">
      <Logo />
      <span class="top-gap" />
      <button class="button square" aria-label={theme.value === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggleTheme}>
        <Icon of={theme.value === 'dark' ? Sun : Moon} />
      </button>
    </header>
  )
}
