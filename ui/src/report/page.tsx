import { useEffect, useState } from 'preact/hooks'
import type { Report } from '../api/report.gen.ts'
import { FindColumn } from '../dataset/find.tsx'
import { Findings } from '../dataset/findings.tsx'
import { Hero } from '../dataset/hero.tsx'
import { narrow } from '../dataset/narrow.ts'
import { Tables } from '../dataset/tables.tsx'
import { view } from '../dataset/view.ts'
import { bytes, count, dateTime, duration } from '../format.ts'
import { Boundary } from '../shell/boundary.tsx'
import { Logo, ThemeButton } from '../shell/brand.tsx'
import { Help } from '../shell/help.tsx'
import { Notice, Words } from '../shell/notice.tsx'
import '../shell/app.css'
import type { About } from './held.ts'
import './page.css'

type Props = { about: About; load: (at: number) => Promise<Report> }

/** A report as one file: what the dataset page shows, without the server that could tell more. */
export function ReportPage({ about, load }: Props) {
  const wanted = view.value.table
  const at = Math.max(0, about.reports.findIndex((held) => held.table === wanted))
  const [shown, setShown] = useState<{ at: number; report: Report } | null>(null)
  const [fault, setFault] = useState(false)
  useEffect(() => {
    let here = true
    setFault(false)
    load(at).then(
      (report) => here && setShown({ at, report }),
      () => here && setFault(true),
    )
    return () => {
      here = false
    }
  }, [at])
  const toContent = (event: Event) => {
    event.preventDefault()
    document.getElementById('main')?.focus()
  }
  return (
    <>
      <a class="skip" href="#main" onClick={toContent}>
        Skip to content
      </a>
      <header class="top">
        <Logo />
        <span class="top-gap" />
        {!narrow.value && <FindColumn />}
        <ThemeButton />
      </header>
      <Boundary>
        {fault ? (
          <main class="page narrow message" id="main" tabIndex={-1}>
            <h1>This page cannot be shown</h1>
            <p>What it holds cannot be unpacked. A newer browser may be able to; otherwise make the page again.</p>
          </main>
        ) : shown === null ? (
          <main class="page overview" id="main" tabIndex={-1} aria-busy="true" />
        ) : (
          <Shown about={about} report={shown.report} cut={about.reports[shown.at]?.cut ?? []} />
        )}
      </Boundary>
      <Help />
    </>
  )
}

function Shown({ about, report, cut }: { about: About; report: Report; cut: string[] }) {
  const held = new Set(about.reports.map((r) => r.table))
  const { error } = about
  return (
    <main class="page overview" id="main" tabIndex={-1}>
      <Hero name={report.source.name} report={report} kick={<span>profiled {dateTime(about.made)}</span>} />
      {error && (
        <div class="page-notice">
          <Notice severity="error">
            <b>{error.message}</b>
            {error.hint && (
              <span>
                <Words of={error.hint} />
              </span>
            )}
            <span>
              {error.row !== undefined && `Row ${count(error.row)}. `}
              {error.offset !== undefined && `Byte ${count(error.offset)}. `}
              Error code: {error.code}
            </span>
          </Notice>
        </div>
      )}
      {cut.length > 0 && (
        <div class="page-notice">
          <Notice severity="info">
            <b>This page does not hold the whole report.</b>
            <span>{cut.join(' ')} The command line prints all of it with --json.</span>
          </Notice>
        </div>
      )}
      <Tables report={report} shows={(name) => held.has(name)} />
      <Findings report={report} />
      <footer class="page-foot">
        <p>
          Made by Assay {report.engine.version} from {report.source.name}
          {report.source.size_bytes >= 0 && `, ${bytes(report.source.size_bytes)}`}, in {report.engine.seconds < 0.1 ? 'under 0.1 s' : duration(report.engine.seconds)}.
        </p>
        <p>This page asks nothing of any other place. It holds sample rows and common values of the file: share it as you would share the file.</p>
      </footer>
    </main>
  )
}
