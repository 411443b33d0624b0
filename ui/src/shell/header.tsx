import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { bytesOf, percent } from '../format.ts'
import { path } from '../router.ts'
import { session } from '../session.ts'
import { uploads } from '../upload/uploads.ts'
import { Account } from './account.tsx'
import { Logo, ThemeButton } from './brand.tsx'
import './header.css'

/** What a page puts into the header: where it stands, and its search field and buttons. */
export interface HeaderContent {
  crumbs?: Array<{ name: string; href?: string }>
  tools?: ComponentChildren
}

const content = signal<HeaderContent>({})

/** Fills the header for as long as the calling page is drawn. Pass the same object again to leave it as it is. */
export function useHeader(value: HeaderContent) {
  useEffect(() => {
    content.value = value
    return () => {
      if (content.value === value) content.value = {}
    }
  }, [value])
}

export function Header() {
  const { crumbs, tools } = content.value
  const current = session.value
  return (
    <header class="top">
      <Logo href="/" />
      {crumbs && crumbs.length > 0 && (
        <nav class="crumbs" aria-label="Breadcrumb">
          <ol>
            {crumbs.map(({ name, href }) => (
              <li key={name}>{href ? <a href={href}>{name}</a> : <b aria-current="page">{name}</b>}</li>
            ))}
          </ol>
        </nav>
      )}
      <span class="top-gap" />
      {current.state === 'in' && <Sending />}
      {tools}
      <ThemeButton />
      {current.state === 'in' && <Account me={current.me} />}
    </header>
  )
}

/** Files on their way, while another page than the home page is open. */
function Sending() {
  // Where the cards of files stand, nothing more needs to be said of them.
  const busy = uploads.busy.value.filter((t) => path.value !== `/d/${t.datasetId}`)
  if (busy.length === 0 || path.value === '/') return null
  const total = busy.reduce((sum, t) => sum + t.size, 0)
  const sent = busy.reduce((sum, t) => sum + t.sent.value, 0)
  return (
    <a class="top-sending" href="/" title={bytesOf(sent, total)}>
      <span>{busy.length === 1 ? 'Sending 1 file' : `Sending ${busy.length} files`}, </span>
      {percent(total === 0 ? 0 : Math.floor((sent / total) * 100) / 100).replace('.0%', '%')}
    </a>
  )
}
