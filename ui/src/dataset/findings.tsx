import type { Report } from '../api/report.gen.ts'
import { counted } from '../format.ts'
import { Spaced, visible } from '../invisible.tsx'
import { AlertPanel } from './alerts.tsx'
import { Ledger } from './ledger.tsx'
import { Problems } from './problems.tsx'
import { Correlations, MissingTogether, Relationships } from './related.tsx'
import { SampleRows } from './sample.tsx'
import { columnHref } from './view.ts'
import type { Windows } from './windows.ts'
import { estimates } from './wording.ts'
import './page.css'

/** What a report says, under its head: the columns, what stands out, and some rows as they are. */
export function Findings({ report, windows }: { report: Report; windows?: Windows }) {
  return (
    <div class="layout">
      <Ledger report={report} {...(windows ? { windows } : {})} />
      <div class="beside">
        <Problems report={report} />
        <AlertPanel report={report} />
        <Relationships report={report} />
        <MissingTogether report={report} />
        <Correlations report={report} />
        <Keys report={report} />
        <HowExact report={report} />
      </div>
      <SampleRows report={report} />
    </div>
  )
}

const keysAtMost = 12

/** Columns that tell each row from all others. */
function Keys({ report }: { report: Report }) {
  const keys = report.keys ?? []
  if (keys.length === 0 || report.provisional) return null
  return (
    <section class="panel" aria-labelledby="keys">
      <h2 id="keys">{keys.length === 1 ? 'Key' : 'Keys'}</h2>
      <ul class="keys-list">
        {keys.slice(0, keysAtMost).map((name) => (
          <li key={name}>
            <a href={columnHref(name)} title={name.length > 30 ? visible(name) : undefined}>
              <Spaced text={name} />
            </a>
          </li>
        ))}
      </ul>
      <p class="note">
        {keys.length > keysAtMost && `The first ${keysAtMost} of ${counted(keys.length, 'column')}. `}A value of its own in every row, none missing.
      </p>
    </section>
  )
}

/** Which numbers are estimates, each with its bound. */
function HowExact({ report }: { report: Report }) {
  const list = estimates(report)
  if (list.length === 0 || report.provisional || report.rows === 0) return null
  return (
    <section class="panel" aria-labelledby="how-exact">
      <h2 id="how-exact">How exact</h2>
      <p class="note">Estimates are, with their bounds:</p>
      <ul class="estimates">
        {list.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <p class="note">Every other number is exact. Each column says it of its own.</p>
    </section>
  )
}
