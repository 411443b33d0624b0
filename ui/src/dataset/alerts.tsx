import { Info, OctagonAlert, TriangleAlert, type IconNode } from 'lucide'
import { useState } from 'preact/hooks'
import type { Alert, Column, Report } from '../api/report.gen.ts'
import { count, counted } from '../format.ts'
import { Icon } from '../icon.tsx'
import { Spaced, Visible, visible } from '../invisible.tsx'
import { AlertRows } from './alert-rows.tsx'
import { columnHref } from './view.ts'
import { alertCounts, brief, severities } from './wording.ts'
import './panels.css'

const shapes: Record<Alert['severity'], IconNode> = { error: OctagonAlert, warning: TriangleAlert, info: Info }

/** An eight-sided sign, a triangle or a circle, with its word for those who do not see it. */
export function SeverityIcon({ of, size = 16 }: { of: Alert['severity']; size?: number }) {
  return (
    <>
      <Icon of={shapes[of] ?? Info} size={size} />
      <span class="hush">{severities[of]?.word ?? of}: </span>
    </>
  )
}

export function AlertChip({ column, alert }: { column: Column; alert: Alert }) {
  return (
    <span class={`chip ${alert.severity}`} title={visible(alert.message)}>
      <SeverityIcon of={alert.severity} size={13} />
      <span class="chip-words">{visible(brief(column, alert))}</span>
    </span>
  )
}

const atFirst = 12
/** Two thousand at once would hold the page up for seconds. */
const atATime = 200

/** All alerts, the most severe first; each leads to its column. */
export function AlertPanel({ report }: { report: Report }) {
  const [most, setMost] = useState(atFirst)
  const { alerts } = report
  if (alertCounts(report).all === 0) {
    return (
      <section class="panel" aria-labelledby="alerts">
        <h2 id="alerts">Alerts</h2>
        <p class="note">{report.provisional ? 'None so far.' : 'None: nothing in this file asks for a second look.'}</p>
      </section>
    )
  }
  const counts = alertCounts(report)
  const shown = alerts.slice(0, most)
  const more = Math.min(alerts.length, most + atATime) - shown.length
  return (
    <section class="panel" aria-labelledby="alerts">
      <h2 id="alerts">Alerts</h2>
      <p class="severities">
        {(['error', 'warning', 'info'] as const).map((severity) => {
          const n = counts[severity]
          return n > 0 ? (
            <span key={severity} class={severity}>
              <Icon of={shapes[severity]} size={13} /> {count(n)} {severity === 'info' && n === 1 ? 'note' : severities[severity].many}
            </span>
          ) : null
        })}
      </p>
      <ul class="alerts">
        {shown.map((alert, i) => (
          <AlertItem key={i} alert={alert} report={report} />
        ))}
      </ul>
      {counts.all > counts.listed && <p class="note">The first {count(counts.listed)} are listed; the others stand with their columns.</p>}
      {alerts.length > atFirst && (
        <p class="more-alerts">
          {more > 0 && (
            <button type="button" class="link more" onClick={() => setMost(most + atATime)}>
              {shown.length + more === counts.all ? `Show all ${counted(counts.all, 'alert')}` : `Show ${count(more)} more`}
            </button>
          )}
          {most > atFirst && (
            <button type="button" class="link more" onClick={() => setMost(atFirst)}>
              Show fewer
            </button>
          )}
        </p>
      )}
    </section>
  )
}

function AlertItem({ alert, report }: { alert: Alert; report: Report }) {
  const body = (
    <>
      <b>{alert.column === undefined ? 'The whole table' : <Spaced text={alert.column} />}</b>
      <span>
        <Visible text={alert.message} />
      </span>
    </>
  )
  return (
    <li class={alert.severity}>
      <span>
        <SeverityIcon of={alert.severity} />
      </span>
      <div>
        {alert.column === undefined ? <div>{body}</div> : <a href={columnHref(alert.column)}>{body}</a>}
        <AlertRows alert={alert} report={report} />
      </div>
    </li>
  )
}
