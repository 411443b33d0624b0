import { useState } from 'preact/hooks'
import { CopyField } from '../account/copy.tsx'
import type { Alert, Column, Report } from '../api/report.gen.ts'
import { count } from '../format.ts'
import { Spaced, Visible, visible } from '../invisible.tsx'
import { rowWords } from './wording.ts'
import { valueWords } from './scale.ts'

/** Beside the column that is meant, so many others of the first: what tells a reader which row it is. */
const others = 3
/** Of a very wide table the sample is held in full up to here; windows.ts has the same number. */
const sampledColumns = 60
/** Rows in the line that opens; all that the report names stand behind it. */
const inBrief = 4

/** The rows that an alert is about, as far as the report names them: their numbers to take away, themselves where they are in the sample, else how to find them. */
export function AlertRows({ alert, report, column }: { alert: Alert; report: Report; column?: string | undefined }) {
  const [open, setOpen] = useState(false)
  const rows = alert.rows ?? []
  if (rows.length === 0) return null
  return (
    <details class="alert-rows" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>See {rowWords(rows, inBrief)}</summary>
      {open && <Rows rows={rows} report={report} name={column ?? alert.column} />}
    </details>
  )
}

function Rows({ rows, report, name }: { rows: readonly number[]; report: Report; name: string | undefined }) {
  const at = sampledRows(report)
  const found = rows.filter((row) => at.has(row))
  const columns = telling(report, name)
  return (
    <div class="alert-rows-open">
      <CopyField label={rows.length === 1 ? 'Number of the row' : 'Numbers of the rows'} value={rows.join(', ')} />
      {found.length > 0 && columns.length > 0 && (
        <div class="scroll evidence" tabIndex={0} role="region" aria-label={`Rows ${found.join(', ')}`}>
          <table>
            <thead>
              <tr>
                <th scope="col" class="num">
                  Row
                </th>
                {columns.map((column) => (
                  <th key={column.index} scope="col" title={visible(column.name)}>
                    <Spaced text={column.name} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.map((row) => (
                <tr key={row}>
                  <th scope="row" class="num">
                    {count(row)}
                  </th>
                  {columns.map((column) => (
                    <td key={column.index}>
                      <Value column={column} value={report.sample.rows[at.get(row)!]?.[column.index] ?? null} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="note">{howToLook(report, rows, found)}</p>
    </div>
  )
}

function Value({ column, value }: { column: Column; value: string | null }) {
  if (value === null) return <span class="null">null</span>
  return (
    <span class="sample" title={value}>
      <Visible text={valueWords(column, value)} />
    </span>
  )
}

/** Where in the sample each of its rows stands. */
function sampledRows({ sample }: Report): Map<number, number> {
  return new Map(sample.row_numbers.map((row, i) => [row, i]))
}

/** The column that is meant, then some of the first ones; without those whose cells are not here. */
function telling({ columns }: Report, name: string | undefined): Column[] {
  const cut = columns.some((c) => c.brief)
  const here = columns.filter((c) => !cut || c.index < sampledColumns)
  const meant = here.filter((c) => c.name === name).slice(0, 1)
  return [...meant, ...here.filter((c) => c !== meant[0]).slice(0, others)]
}

/** What a row's number means to whoever opens the file: in lines where it has lines. */
export function howToLook({ source }: Report, rows: readonly number[], found: readonly number[]): string {
  const counted = source.header ? 'Rows are counted from 1, the header is none.' : 'Rows are counted from 1.'
  const elsewhere = rows.find((row) => !found.includes(row)) ?? rows[0]!
  const before = source.skip_rows + (source.header ? Math.max(1, source.header_rows ?? 1) : 0)
  if (source.format === 'csv' && source.compression !== 'zip') return `${counted} In a text editor, row ${count(elsewhere)} is line ${count(elsewhere + before)}, or a later one where cells or comments before it take lines.`
  if (source.format === 'ndjson' && source.compression !== 'zip') return `${counted} Row ${count(elsewhere)} is line ${count(elsewhere)} of the file.`
  return counted
}
