// The report as one HTML file, made here of the same template that `assay profile --html` fills
// (worker/profile/report/page.go, which also shortens what is too long for a page; a report that the server holds is not).
import { call } from '../api/client.ts'
import type { Report } from '../api/report.gen.ts'

/** As many tables of one file as the command puts into a page. */
const mostTables = 24
/** Reports from so many letters on are packed. */
const packFrom = 250_000

type Version = { id: string; n: number; made: string }

/** The page of the version that `first` is the shown report of, with all its tables that have one. */
export async function pageOf(version: Version, first: Report): Promise<string> {
  const answer = await fetch('/report/template.html')
  if (!answer.ok) throw new Error('The template of the page is missing.')
  const reports = [first]
  for (const { name } of first.tables.length > 1 ? first.tables : []) {
    if (name === first.source.table || reports.length === mostTables) continue
    try {
      reports.push(await call('GET /api/v1/datasets/{id}/versions/{n}/profile', { path: { id: version.id, n: version.n }, query: { table: name } }))
    } catch {
      // The page names the tables that it does not hold.
    }
  }
  return fill(await answer.text(), version.made, reports)
}

/** Puts reports into the template. Nothing of them can end the element that it stands in. */
export async function fill(template: string, made: string, reports: Report[]): Promise<string> {
  const [head, rest] = template.split('{{title}}') as [string, string]
  const [middle, tail] = rest.split('{{reports}}') as [string, string]
  const about = { made, reports: reports.map((r) => ({ table: r.source.table ?? '', cut: [] })) }
  const blocks = [`<script type="application/json" id="about">${escaped(about)}</script>`]
  for (const [i, report] of reports.entries()) {
    const text = escaped(report)
    blocks.push(
      text.length < packFrom
        ? `<script type="application/json" id="report-${i}">${text}</script>`
        : `<script type="application/gzip" id="report-${i}">${await packed(text)}</script>`,
    )
  }
  const letters = new Set([...reports.map((r) => JSON.stringify(r)).join('')].map((letter) => letter.codePointAt(0)!))
  const title = reports[0]!.source.name.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
  return head + title + neededFaces(middle, letters) + blocks.join('\n') + tail
}

const escaped = (value: unknown) => JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'))

async function packed(text: string): Promise<string> {
  const bytes = new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer())
  let letters = ''
  for (let i = 0; i < bytes.length; i += 0x8000) letters += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(letters)
}

/** Leaves out the parts of faces that no letter needs. */
function neededFaces(page: string, letters: Set<number>): string {
  return page.replace(/<style data-letters="([^"]*)">.*?<\/style>\n/gs, (face, ranges: string) => {
    const parts = ranges.split(',').map((range) => range.replace('U+', '').split('-').map((at) => parseInt(at, 16)) as [number, number?])
    return parts.some(([low, high = low]) => [...letters, 97].some((letter) => low <= letter && letter <= high)) ? face : ''
  })
}

export function savePage(html: string, name: string) {
  const url = URL.createObjectURL(new Blob([html], { type: 'text/html' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.html`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
