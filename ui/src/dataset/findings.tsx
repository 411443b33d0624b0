import type { Report } from '../api/report.gen.ts'
import { AlertPanel } from './alerts.tsx'
import { Ledger } from './ledger.tsx'
import { Problems } from './problems.tsx'
import { Correlations, MissingTogether, Relationships } from './related.tsx'
import { SampleRows } from './sample.tsx'
import './page.css'

/** What a report says, under its head: the columns, what stands out, and some rows as they are. */
export function Findings({ report }: { report: Report }) {
  return (
    <div class="layout">
      <Ledger report={report} />
      <div class="beside">
        <Problems report={report} />
        <AlertPanel report={report} />
        <Relationships report={report} />
        <MissingTogether report={report} />
        <Correlations report={report} />
      </div>
      <SampleRows report={report} />
    </div>
  )
}
