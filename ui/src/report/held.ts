// What `assay profile --html` put into the page: its facts, and one report for each table that it holds.
import type { Report } from '../api/report.gen.ts'

/** worker/profile/report writes it. */
export type About = {
  /** When the page was made, RFC 3339. */
  made: string
  /** Why reading ended early, where it did. */
  error?: { code: string; message: string; hint: string; row?: number; offset?: number }
  reports: Held[]
}

export type Held = {
  /** The table's name; empty where the file has only one. */
  table: string
  /** What of the report had to stay out of the page, in sentences. */
  cut: string[]
}

/** Reads the facts; throws where there are none, which is the template itself. */
export function readAbout(page: Document): About {
  return JSON.parse(page.getElementById('about')?.textContent ?? '') as About
}

/** The report in the page at a place of `about.reports`. Long ones are packed: gzip in base64. */
export async function readReport(page: Document, at: number): Promise<Report> {
  const element = page.getElementById(`report-${at}`)
  if (!element?.textContent) throw new Error(`There is no report ${at} in this page`)
  if (element.getAttribute('type') === 'application/json') return JSON.parse(element.textContent) as Report
  const packed = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0))
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).json() as Promise<Report>
}
