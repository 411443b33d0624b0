import type { ComponentChildren } from 'preact'
import { path } from '../router.ts'
import { useTitle } from '../shell/title.ts'
import './form.css'

const tabs = [
  ['/settings/tokens', 'API tokens'],
  ['/settings/password', 'Password'],
] as const

/** The frame of the pages about one's own account. */
export function Settings({ title, children }: { title: string; children: ComponentChildren }) {
  useTitle(title)
  return (
    <main class="page narrow settings" id="main" tabIndex={-1}>
      <nav class="settings-tabs" aria-label="Settings">
        {tabs.map(([href, name]) => (
          <a href={href} key={href} aria-current={path.value === href ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <h1>{title}</h1>
      {children}
    </main>
  )
}
