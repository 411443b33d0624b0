import { computed, signal } from '@preact/signals'

/** The address as a signal. Everything that a reload should bring back is in it. */
const location = signal(read())

/**
 * The query stands behind the # instead of the ?. A page that was opened from a folder may change nothing else of its
 * address.
 */
const behindHash = signal(false)

function read() {
  return new URL(window.location.href)
}

export const path = computed(() => location.value.pathname)
export const query = computed(() => queryOf(location.value))

function queryOf(url: URL): URLSearchParams {
  return behindHash.value ? new URLSearchParams(url.hash.slice(1)) : url.searchParams
}

/** The link to this page with another query. */
export function hrefOf(params: URLSearchParams): string {
  // In full: a link that is a # alone is taken for one that skips to a place on the page.
  return behindHash.value ? `${location.value.href.split('#')[0]}#${params}` : `?${params}`
}

/** Counts changes of page, not of query: the shell moves the focus and the scroll position with it. */
export const visits = signal(0)

/** Goes to an address of this origin. `replace` leaves no entry in the history: for what changes while typing. */
export function go(to: string, { replace = false }: { replace?: boolean } = {}) {
  const next = new URL(to, window.location.href)
  if (next.href === window.location.href) return
  const turned = next.pathname !== window.location.pathname
  if (replace) history.replaceState(history.state, '', next)
  else history.pushState(null, '', next)
  location.value = next
  if (turned) visits.value++
}

/** Sets or (with null or '') removes members of the query, leaving the others as they are. */
export function setQuery(changes: Record<string, string | null>, options?: { replace?: boolean }) {
  const next = new URL(window.location.href)
  const params = new URLSearchParams(queryOf(next))
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(name)
    else params.set(name, value)
  }
  if (behindHash.value) next.hash = params.toString()
  else next.search = params.toString()
  go(next.href, options)
}

/** The parts of a path named by a pattern such as '/d/:id', or null. */
export function match(pattern: string, pathname: string): Record<string, string> | null {
  const want = pattern.split('/')
  const have = pathname.replace(/(.)\/$/, '$1').split('/')
  if (want.length !== have.length) return null
  const found: Record<string, string> = {}
  for (const [i, part] of want.entries()) {
    const value = have[i] ?? ''
    if (!part.startsWith(':')) {
      if (part !== value) return null
      continue
    }
    try {
      found[part.slice(1)] = decodeURIComponent(value)
    } catch {
      return null
    }
  }
  return found
}

/** Takes over plain clicks on links within the page, and the browser's back and forward. Answers what undoes it. */
export function startRouter({ hash = false }: { hash?: boolean } = {}): () => void {
  behindHash.value = hash
  const onPop = () => {
    const turned = read().pathname !== location.value.pathname
    location.value = read()
    if (turned) visits.value++
  }
  // Links to another query are the browser's own there, and it tells by the same event.
  if (hash) {
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = (event.target as Element).closest?.('a[href]')
    if (!(link instanceof HTMLAnchorElement)) return
    if (link.target || link.hasAttribute('download') || link.origin !== window.location.origin) return
    if (link.pathname.startsWith('/api/') || link.pathname.startsWith('/objects/')) return
    if (link.hash && link.pathname === window.location.pathname && link.search === window.location.search) return
    event.preventDefault()
    go(link.href)
  }
  addEventListener('popstate', onPop)
  document.addEventListener('click', onClick)
  return () => {
    removeEventListener('popstate', onPop)
    document.removeEventListener('click', onClick)
  }
}
