/** One dataset: what is in the file. */
export function DatasetPage({ id }: { id: string }) {
  return (
    <main class="page" id="main" tabIndex={-1}>
      <h1>{id}</h1>
    </main>
  )
}
