import { useTitle } from './title.ts'

/** For every address that is none of ours. */
export function Missing() {
  useTitle('Not found')
  return (
    <main class="page narrow message" id="main" tabIndex={-1}>
      <h1>Nothing here</h1>
      <p>This address leads nowhere. What it led to may have been deleted, or you may not see it.</p>
      <p class="message-actions">
        <a class="button primary" href="/">
          All datasets
        </a>
      </p>
    </main>
  )
}
