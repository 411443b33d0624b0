// What the page says about a report in sentences. Pure; nothing is claimed that the report does not say.
import type { Alert, Column, Report, Source } from '../api/report.gen.ts'
import { bytes, count, counted, percent } from '../format.ts'
import { nameOf } from '../invisible.tsx'
import { exponential, plain, significant, wholePercent } from '../charts/values.ts'
import { present, typeNoun } from './columns.ts'

const delimiters: Record<string, string> = {
  '\t': 'tabs',
  ',': 'commas',
  ';': 'semicolons',
  '|': 'bars',
  ' ': 'spaces',
  '^': 'carets',
  '~': 'tildes',
  ':': 'colons',
}

const formats: Record<string, string> = { csv: 'CSV', ndjson: 'NDJSON', json: 'JSON', parquet: 'Parquet', arrow: 'Arrow', xlsx: 'Excel' }

export const formatWords = (format: string): string => formats[format] ?? format.toUpperCase()

export const delimiterWords = (delimiter: string): string => delimiters[delimiter] ?? (/^\p{Cc}$/u.test(delimiter) ? `the character ${nameOf(delimiter)}` : `“${delimiter}”`)

/** How the bytes were read: "CSV with semicolons between cells, ISO-8859-1, gzip, 1.4 MB"; formats that say it themselves have neither encoding nor dialect, and nothing stands between the cells of one column. */
export function sourceWords(source: Source, columns?: number): string {
  let format = formatWords(source.format)
  if (source.format === 'csv' && source.delimiter === '\t' && columns !== 1) {
    format = source.header ? 'TSV' : 'TSV without a header'
  } else if (source.format === 'csv') {
    const delimiter = source.delimiter && columns !== 1 ? `with ${delimiterWords(source.delimiter)} between cells` : ''
    format = [format, delimiter, source.header ? '' : 'without a header'].filter(Boolean).join(' ')
  } else if (source.format === 'xlsx' && source.table) {
    format = `Excel, sheet “${source.table}”`
  }
  const parts = [format]
  if (isText(source)) parts.push(source.encoding.toUpperCase())
  if (source.compression !== 'none') parts.push(source.compression === 'zip' ? 'in a zip archive' : source.compression)
  if (source.table && source.format !== 'xlsx') parts.push(source.compression === 'zip' ? `file “${source.table}”` : `table “${source.table}”`)
  parts.push(source.size_bytes < 0 ? 'a stream' : bytes(source.size_bytes))
  const out: string[] = []
  if (source.skip_rows > 0) out.push(`${counted(source.skip_rows, 'line')} before the table`)
  if (source.footer_rows) out.push(`${counted(source.footer_rows, 'line')} after it`)
  if (source.comment) out.push(`lines that begin with ${source.comment}`)
  if (out.length > 0) parts.push(`${list(out).replace(/^(\d+ lines?) after it/, '$1 after the table')} left out`)
  return parts.join(', ')
}

/** The file's text was decoded: it has an encoding that may be a guess. */
export function isText(source: Source): boolean {
  return source.format === 'csv' || source.format === 'ndjson' || source.format === 'json'
}

/** "a", "a and b", "a, b and c" */
function list(parts: string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** Which figures are estimates, each with its bound; empty when every one is exact. */
export function estimates(report: Report): string[] {
  const found: string[] = []
  const worst = (values: number[]) => Math.max(...values)
  const distinct = report.columns.filter((c) => !c.distinct.exact && c.distinct.error > 0)
  if (distinct.length) found.push(`distinct counts of ${counted(distinct.length, 'column')} (± ${percent(worst(distinct.map((c) => c.distinct.error)))})`)
  const spelled = report.columns.filter((c) => c.distinct.of)
  if (spelled.length) found.push(`distinct counts of ${counted(spelled.length, 'column')}, which are of ways of writing`)
  const quantiles = report.columns.map((c) => rankError(c)).filter((error) => error > 0)
  if (quantiles.length) found.push(`quantiles and histograms of ${counted(quantiles.length, 'column')} (± ${percent(worst(quantiles))} of the rows)`)
  const lengths = report.columns.map((c) => lengthStep(c)).filter((step) => step > 0)
  if (lengths.length) found.push(`quantiles and histograms of the lengths in ${counted(lengths.length, 'column')} (${stepWords(worst(lengths))})`)
  const tops = report.columns.filter((c) => !c.top_exact)
  if (tops.length) {
    const over = worst(tops.map((c) => c.top_error ?? 0))
    const missed = worst(tops.map((c) => c.top_rest ?? 0))
    const bounds = [over > 0 && `counts at most ${count(over)} too high`, missed > 0 && `one that is not listed has at most ${counted(missed, 'row')}`]
    found.push(`most common values of ${counted(tops.length, 'column')} (${bounds.filter(Boolean).join('; ') || 'some may be missing'})`)
  }
  if (!report.duplicates.exact)
    found.push(report.duplicates.error > 0 ? `duplicate rows (± ${percent(report.duplicates.error)} of all rows)` : 'duplicate rows')
  return found
}

/** How far the column's quantiles may be off, as a share of its rows; 0 when exact. */
export function rankError(column: Column): number {
  const block = column.numeric ?? column.temporal
  return block && block.exact === false ? Math.max(block.rank_error, 1e-9) : 0
}

/**
 * How wide the steps are in which the lengths of long texts are counted, as a share of the length; 0 when each is counted
 * by itself. No text is in a wrong place for it: its length is a little coarse.
 */
export function lengthStep(column: Column): number {
  const { text } = column
  return text && !column.numeric && !column.temporal && text.exact === false ? Math.max(text.rank_error, 1e-9) : 0
}

export const stepWords = (step: number): string => `lengths from 256 characters on are counted in steps of up to ${percent(step)}`

const firstRows = (n: number) => (n === 1 ? 'row' : counted(n, 'row'))

/** What of the file was read, and how far its figures can be trusted. */
export function trustWords(report: Report): string {
  if (report.provisional) return `Still reading: the numbers below are of the first ${firstRows(report.rows)}.`
  if (!report.complete) return `Reading stopped early: the numbers below are of the first ${firstRows(report.rows)} only.`
  if (report.rows === 0) return 'The whole file was read; there is no data row in it.'
  if (estimates(report).length === 0) return 'Every row was read; all numbers on this page are exact.'
  return 'Every row was read. All numbers are exact but a few estimates, listed under “How exact”.'
}

/** Share of cells without a value. */
export function missingShare(report: Report): number {
  const cells = report.rows * report.columns.length
  return cells === 0 ? 0 : report.columns.reduce((sum, c) => sum + c.nulls, 0) / cells
}

/**
 * All alerts of the table and of its columns, whereas `report.alerts` lists but the first of very many. `listed` is
 * how many stand there.
 */
export function alertCounts(report: Report): Record<Alert['severity'], number> & { all: number; listed: number } {
  const counts = { all: 0, listed: report.alerts.length, error: 0, warning: 0, info: 0 }
  for (const alert of [...report.alerts.filter((a) => a.column === undefined), ...report.columns.flatMap((c) => c.alerts)]) {
    counts.all++
    counts[alert.severity]++
  }
  return counts
}

export const severities = {
  error: { word: 'Serious', many: 'serious' },
  warning: { word: 'Check', many: 'to check' },
  info: { word: 'Note', many: 'notes' },
} as const

type Words = (column: Column, alert: Alert) => string

/** Alerts in two or three words, for the ledger; the sentence stands in the detail and in the list of alerts. */
const briefly: Record<string, Words> = {
  missing: (c) => `${wholePercent(c.nulls / Math.max(1, c.count))} missing`,
  all_missing: () => 'No values',
  constant: () => 'One value only',
  near_constant: (c) => `${wholePercent((c.top[0]?.count ?? 0) / Math.max(1, present(c)))} the same`,
  unique: () => 'All different',
  high_cardinality: () => 'Nearly all different',
  skewed: (c) => (c.numeric?.zeros ? `Skewed, ${counted(c.numeric.zeros, 'zero')}` : 'Skewed'),
  zero_inflated: (c) => counted(c.numeric?.zeros ?? 0, 'zero'),
  sentinel: () => 'Stands for missing?',
  mixed_types: mixture,
  whitespace: () => 'Stray spaces',
  outliers: () => 'Outliers',
  leading_zeros: () => 'Leading zeros',
  ambiguous_dates: () => 'Day or month?',
  mixed_date_formats: () => 'Mixed date formats',
  mixed_time_zones: () => 'Several time zones',
  future_dates: () => 'Future dates',
  null_tokens: (c) => {
    const token = c.null_tokens.find((t) => t.value !== '')
    return token ? `“${token.value}” for missing` : 'Words for missing'
  },
  nonfinite: (c) => `${count(c.numeric?.nonfinite ?? 0)} not finite`,
  beyond_double: () => 'Very large numbers',
  case_only_difference: () => 'Only case differs',
  mojibake: () => 'Garbled letters',
  personal_data: () => 'Personal data',
  // As older reports have them.
  mostly_one_value: (c) => `${wholePercent((c.top[0]?.count ?? 0) / Math.max(1, present(c)))} the same`,
  zeros: (c) => counted(c.numeric?.zeros ?? 0, 'zero'),
  case_differences: () => 'Only case differs',
}

export function brief(column: Column, alert: Alert): string {
  const words = briefly[alert.code]
  if (words) return words(column, alert)
  const sentence = alert.message.replace(/\.$/, '')
  return sentence.length > 30 ? sentence.slice(0, 29).trimEnd() + '…' : sentence
}

/** "9 integers among text": the kind that the alert is about, in a column that is mostly of another. */
function mixture(column: Column, alert: Alert): string {
  const [main, ...others] = column.evidence
  const odd = others.find((e) => alert.message.startsWith(count(e.count) + ' ') && alert.message.includes(e.type)) ?? others[0]
  if (!main || !odd) return 'Mixed types'
  return `${count(odd.count)} ${typeNoun(odd.type, odd.count)} among ${typeNoun(main.type, 2).replace(/^texts$/, 'text')}`
}

/** "rows 17, 204 and 981", "row 5"; more than `most` are not listed. */
export function rowWords(rows: readonly number[] | undefined, most = 8): string {
  if (!rows || rows.length === 0) return ''
  const shown = rows.slice(0, most).map(count)
  if (shown.length === 1 && rows.length === 1) return `row ${shown[0]}`
  if (rows.length > most) return `rows ${shown.join(', ')} …`
  return `rows ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** A null token so that it can be seen: the empty cell, white space, or the word. */
export function tokenWords(value: string): string {
  if (value === '') return 'empty'
  return value.trim() === '' ? 'white space' : value
}

/** Mean and standard deviation: as many digits as tell values apart over the column's spread, and three of its own. */
export function momentWords(value: number, spread: number, grain: number): string {
  // Past a trillion the whole number has no room, and nobody reads it.
  if (Math.abs(value) >= 1e12) return exponential(value)
  return plain(value, Math.min(grain + 2, Math.max(significant(spread || value), significant(value))))
}
