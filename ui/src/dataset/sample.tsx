import { useState } from 'preact/hooks'
import type { Report } from '../api/report.gen.ts'
import { count, counted } from '../format.ts'
import { kindOf } from './columns.ts'

const rowsAtFirst = 8
const columnsAtMost = 60
/** As many columns as a sheet of paper holds; page.css hides the others there. */
const onPaper = 12

/** Whole rows of the file, as they stand in it. */
export function SampleRows({ report }: { report: Report }) {
  const [all, setAll] = useState(false)
  const { sample, columns } = report
  if (sample.rows.length === 0 || columns.length === 0) return null
  const shown = all ? sample.rows : spread(sample.rows, rowsAtFirst)
  const numbers = all ? sample.row_numbers : spread(sample.row_numbers, rowsAtFirst)
  const visible = columns.slice(0, columnsAtMost)
  return (
    <section class="panel wide" aria-labelledby="sample">
      <div class="panel-head">
        <h2 id="sample">Sample rows</h2>
        <p class="note">
          {shown.length === report.rows ? `All ${counted(report.rows, 'row')}` : `${count(shown.length)} of ${count(report.rows)}`}
          {visible.length < columns.length && <span class="screen-only">{`, the first ${columnsAtMost} of ${counted(columns.length, 'column')}`}</span>}
          {columns.length > onPaper && <span class="print-only">{`, the first ${onPaper} of ${counted(columns.length, 'column')}`}</span>}
          {sample.truncated && '; long cells are cut'}.{' '}
          {sample.rows.length > rowsAtFirst && (
            <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? 'Show fewer' : `Show ${count(sample.rows.length)}`}
            </button>
          )}
        </p>
      </div>
      <div class={visible.length <= 3 ? 'scroll sample-rows few' : 'scroll sample-rows'} tabIndex={0} role="region" aria-label="Table of sample rows">
        <table>
          <thead>
            <tr>
              <th scope="col" class="num">
                <span aria-hidden="true">#</span>
                <span class="hush">Row</span>
              </th>
              {visible.map((column) => (
                <th key={column.index} scope="col" class={numbersIn(column) ? 'num' : undefined} title={column.name}>
                  {column.name}
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
                {visible.map((column, j) => (
                  <Cell key={column.index} value={row[j] ?? null} number={numbersIn(column)} />
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

function Cell({ value, number }: { value: string | null; number: boolean }) {
  if (value === null) {
    return (
      <td class={number ? 'num' : undefined}>
        <span class="null">null</span>
      </td>
    )
  }
  return (
    <td class={number ? 'num' : undefined} title={value.length > 24 ? value : undefined}>
      {value}
    </td>
  )
}

/** So many of a list, evenly from first to last. */
export function spread<T>(list: readonly T[], wanted: number): T[] {
  if (list.length <= wanted) return [...list]
  return Array.from({ length: wanted }, (_, i) => list[Math.round((i * (list.length - 1)) / (wanted - 1))]!)
}
