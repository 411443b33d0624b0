// The report as one HTML file, which the server makes as `assay profile --html` does, and the browser keeps.
import { fetched } from '../api/client.ts'

/** The page of a version, with all its tables that have room; it opens with the one that is shown. */
export async function pageOf(version: { id: string; n: number }, table: string | undefined): Promise<Blob> {
  const answer = await fetched('GET /api/v1/datasets/{id}/versions/{n}/page', {
    path: { id: version.id, n: version.n },
    query: table === undefined ? {} : { table },
  })
  return answer.blob()
}

export function savePage(page: Blob, name: string) {
  const url = URL.createObjectURL(page)
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.html`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
