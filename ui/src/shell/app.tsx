import { effect, untracked } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Accept } from '../account/accept.tsx'
import { Password } from '../account/password.tsx'
import { SetUp } from '../account/setup.tsx'
import { SignIn } from '../account/signin.tsx'
import { Tokens } from '../account/tokens.tsx'
import { jobs } from '../api/jobs.ts'
import { DatasetPage } from '../dataset/page.tsx'
import { Home } from '../home/page.tsx'
import { JobPage } from '../job/page.tsx'
import { match, path, visits } from '../router.ts'
import { loadSession, session, type Session } from '../session.ts'
import { DropArea } from '../upload/drop.tsx'
import { uploads } from '../upload/uploads.ts'
import { Banner } from './banner.tsx'
import { Boundary } from './boundary.tsx'
import { Header } from './header.tsx'
import { Help } from './help.tsx'
import { Missing } from './missing.tsx'
import { Failure } from './notice.tsx'
import { spoken } from './say.ts'
import './app.css'

type Page = (parts: Record<string, string>) => VNode

/** The pages for who is signed in. */
const pages: Array<[pattern: string, page: Page]> = [
  ['/', () => <Home />],
  ['/d/:id', ({ id }) => <DatasetPage id={id!} key={id} />],
  ['/jobs/:id', ({ id }) => <JobPage id={id!} key={id} />],
  ['/settings/tokens', () => <Tokens />],
  ['/settings/password', () => <Password />],
]

export function App() {
  useVisits()
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <Banner />
      <Boundary key={path.value} home="/">
        <Current />
      </Boundary>
      <Help note="Files can be dropped anywhere on the window, several at once, folders too." />
      <div class="hush" role="status" aria-live="polite">
        {spoken}
      </div>
    </>
  )
}

function Current() {
  const { value: current } = session
  const here = path.value
  if (here === '/accept') return <Accept />
  if (here === '/signin') return <SignIn />
  if (here === '/setup') return <SetUp />
  switch (current.state) {
    case 'loading':
      return <main class="page" id="main" tabIndex={-1} aria-busy="true" />
    case 'failed':
      return (
        <main class="page narrow message" id="main" tabIndex={-1}>
          <h1>Assay does not answer</h1>
          <Failure error={current.error} />
          <p class="message-actions">
            <button class="button primary" type="button" onClick={() => void loadSession()}>
              Try again
            </button>
          </p>
        </main>
      )
    case 'setup':
      return <SetUp />
    case 'out':
      return <SignIn />
    case 'in':
      for (const [pattern, page] of pages) {
        const parts = match(pattern, here)
        if (parts) return <DropArea>{page(parts)}</DropArea>
      }
      return <Missing />
  }
}

/** After a change of page: up to the top, and the focus into the content, as with a page that was loaded. */
function useVisits() {
  const first = useRef(true)
  const visit = visits.value
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    scrollTo(0, 0)
    document.getElementById('main')?.focus({ preventScroll: true })
  }, [visit])
}

/** Ties what lives beside the pages to who is signed in: the job stream and the uploads. Answers what undoes it. */
export function startServices(): () => void {
  let user: string | undefined
  const turn = (current: Session) => {
    if (current.state === 'in') {
      if (user === current.me.user.id) return
      user = current.me.user.id
      jobs.start()
      void uploads.restore().catch(() => {})
    } else if (current.state === 'out') {
      // Part URLs work without a session: what is on its way must be stopped, not left to fail.
      user = undefined
      uploads.clear()
      jobs.stop()
    }
  }
  const stop = effect(() => {
    const current = session.value
    untracked(() => turn(current))
  })
  const online = () => uploads.retryNow()
  addEventListener('online', online)
  return () => {
    stop()
    removeEventListener('online', online)
  }
}

