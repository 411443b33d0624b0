// The page of `assay profile --html`: scripts/report.mjs makes one file of it and of all that it needs.
import '../styles/tokens.css'
import '../styles/base.css'
import '../charts/charts.css'
import { render } from 'preact'
import { startRouter } from '../router.ts'
import { startKeys } from '../shell/keys.ts'
import { readAbout, readReport } from './held.ts'
import { ReportPage } from './page.tsx'

startRouter({ hash: true })
startKeys()
render(<ReportPage about={readAbout(document)} load={(at) => readReport(document, at)} />, document.getElementById('app')!)
