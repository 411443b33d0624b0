import type { Report } from '../api/report.gen.ts'
import { count } from '../format.ts'
import './panels.css'

/** Faults of the file that did not stop the reading. */
export function Problems({ report }: { report: Report }) {
  if (report.problems.length === 0) return null
  return (
    <section class="panel" aria-labelledby="problems">
      <h2 id="problems">Problems of the file</h2>
      <ul class="problems">
        {report.problems.map((problem) => (
          <li key={problem.code}>
            <b>{count(problem.count)}×</b>
            <div>
              {problem.message}
              <small>{firstPlace(problem)}</small>
            </div>
          </li>
        ))}
      </ul>
      <p class="note">
        {report.complete && 'The file was read in spite of them. '}
        Offsets count bytes of the unpacked text from 0.
      </p>
    </section>
  )
}

function firstPlace(problem: Report['problems'][number]): string {
  const parts = []
  if (problem.row !== undefined && problem.row > 0) parts.push(`row ${count(problem.row)}`)
  if (problem.offset >= 0) parts.push(`byte ${count(problem.offset)}`)
  return parts.length ? `First at ${parts.join(', ')}` : ''
}
