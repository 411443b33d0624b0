import { useState } from 'preact/hooks'
import type { Report } from '../api/report.gen.ts'
import { count, counted } from '../format.ts'
import { Spaced, Visible, visible } from '../invisible.tsx'
import { kindOf } from './columns.ts'
import { valueWords } from './scale.ts'

const rowsAtFirst = 8
const columnsAtMost = 60
/** As many columns as a sheet of paper holds; page.css hides the others there. */
const onPaper = 12

/** Whole rows of the file, as they stand in it; long numbers are grouped, as everywhere on the page. */
export function SampleRows({ report }: { report: Report }) {
  const [all, setAll] = useState(false)
  const { sample, columns } = report
  if (sample.rows.length === 0 || columns.length === 0) return null
  const shown = all ? sample.rows : spread(sample.rows, rowsAtFirst)
  const numbers = all ? sample.row_numbers : spread(sample.row_numbers, rowsAtFirst)
  const listed = columns.slice(0, columnsAtMost)
  return (
    <section class="panel wide" aria-labelledby="sample">
      <div class="panel-head">
        <h2 id="sample">Sample rows</h2>
        <p class="note">
          {shown.length === report.rows ? `All ${counted(report.rows, 'row')}` : `${count(shown.length)} of ${count(report.rows)}`}
          {listed.length < columns.length && <span class="screen-only">{`, the first ${columnsAtMost} of ${counted(columns.length, 'column')}`}</span>}
          {columns.length > onPaper && <span class="print-only">{`, the first ${onPaper} of ${counted(columns.length, 'column')}`}</span>}
          {sample.truncated && '; long cells are cut'}.{' '}
          {sample.rows.length > rowsAtFirst && (
            <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? 'Show fewer' : `Show ${count(sample.rows.length)}`}
            </button>
          )}
        </p>
      </div>
      <div class={listed.length <= 3 ? 'scroll sample-rows few' : 'scroll sample-rows'} tabIndex={0} role="region" aria-label="Table of sample rows">
        <table>
          <thead>
            <tr>
              <th scope="col" class="num">
                <span aria-hidden="true">#</span>
                <span class="hush">Row</span>
              </th>
              {listed.map((column) => (
                <th key={column.index} scope="col" class={numbersIn(column) ? 'num' : undefined} title={visible(column.name)}>
                  <Spaced text={column.name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, i) => (
              <tr key={numbers[i]}>
                <th scope="row" class="num">
                  {count(numbers[i] ?? 0)}
                </th>
                {listed.map((column, j) => (
                  <Cell key={column.index} column={column} value={row[j] ?? null} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const numbersIn = (column: Report['columns'][number]) => kindOf(column) === 'number'

function Cell({ column, value }: { column: Report['columns'][number]; value: string | null }) {
  const number = numbersIn(column)
  if (value === null) {
    return (
      <td class={number ? 'num' : undefined}>
        <span class="null">null</span>
      </td>
    )
  }
  return (
    <td class={number ? 'num' : undefined} title={value.length > 24 ? value : undefined}>
      <Visible text={valueWords(column, value)} />
    </td>
  )
}

/** So many of a list, evenly from first to last. */
export function spread<T>(list: readonly T[], wanted: number): T[] {
  if (list.length <= wanted) return [...list]
  return Array.from({ length: wanted }, (_, i) => list[Math.round((i * (list.length - 1)) / (wanted - 1))]!)
}
