import type { Report } from '../api/report.gen.ts'
import { count } from '../format.ts'
import { Visible } from '../invisible.tsx'
import './panels.css'

/** Faults of the file that did not stop the reading. */
export function Problems({ report }: { report: Report }) {
  if (report.problems.length === 0) return null
  const placed = report.problems.some(hasPlace)
  return (
    <section class="panel" aria-labelledby="problems">
      <h2 id="problems">Problems of the file</h2>
      <ul class="problems">
        {report.problems.map((problem) => (
          <li key={problem.code}>
            <b>{count(problem.count)}×</b>
            <div>
              <Visible text={problem.message} />
              {hasPlace(problem) && <small>{firstPlace(problem)}</small>}
            </div>
          </li>
        ))}
      </ul>
      {(report.complete || placed) && (
        <p class="note">
          {report.complete && 'The file was read in spite of them. '}
          {placed && 'Bytes are counted from 0, in the unpacked text.'}
        </p>
      )}
    </section>
  )
}

type Problem = Report['problems'][number]

/** Of what is wrong with the file as a whole, the beginning is no place. */
const hasPlace = ({ row, offset }: Problem) => (row !== undefined && row > 0) || offset > 0

function firstPlace(problem: Problem): string {
  const parts = []
  if (problem.row !== undefined && problem.row > 0) parts.push(`row ${count(problem.row)}`)
  if (problem.offset >= 0) parts.push(`byte ${count(problem.offset)}`)
  return `First at ${parts.join(', ')}`
}
