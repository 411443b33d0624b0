import type { ComponentChildren } from 'preact'
import type { Column, Report } from '../api/report.gen.ts'
import { Figure } from '../charts/figure.tsx'
import { columnsPerBand, Fingerprint } from '../charts/fingerprint.tsx'
import { wholePercent } from '../charts/values.ts'
import { count, percent } from '../format.ts'
import { visible } from '../invisible.tsx'
import { Estimated } from './row.tsx'
import { alertCounts, missingShare, sourceWords, trustWords } from './wording.ts'
import './hero.css'

type Props = {
  name: string
  report: Report | null
  /** What stands small over the name. */
  kick?: ComponentChildren
  description?: string
  /** The report grows, or has grown, while the page was looked at: room is kept for what it will say. */
  steady?: boolean
  /** The first report is on its way: what it fills has its room already. */
  awaited?: boolean
  /** Lets the reader say what was guessed. */
  onOptions?: () => void
}

/** Names with more letters are written smaller: a sentence for a name would fill the screen. */
const longName = 60

/** Under this, the guessed dialect is called a guess. */
const sure = 0.8

/** What the file is, in a sentence, five numbers and its fingerprint. */
export function Hero({ name, report, kick, description, steady = false, awaited = false, onOptions }: Props) {
  // Without rows nothing is there and nothing is missing.
  const print = report !== null && report.rows > 0 && report.missing.bands.length > 0
  return (
    <section class={print || (awaited && !report) ? 'hero' : 'hero plain-hero'} aria-label="About this file">
      <div>
        {kick && <p class="kick">{kick}</p>}
        <h1 class={name.length > longName ? 'long' : undefined}>{name}</h1>
        {report && (
          <p class={steady ? 'sub steady' : 'sub'}>
            {sourceWords(report.source, report.columns.length)}. {trustWords(report)}
            {report.source.confidence < sure && (
              <>
                {' '}
                How it was read is a guess ({wholePercent(report.source.confidence)} sure)
                {onOptions && (
                  <span class="screen-only">
                    {': '}
                    <button type="button" class="link" onClick={onOptions}>
                      read it differently
                    </button>
                  </span>
                )}
                .
              </>
            )}
          </p>
        )}
        {description && <p class="description">{description}</p>}
        {report ? <Facts report={report} /> : awaited && <Awaited />}
      </div>
      {print ? <FileFingerprint report={report} /> : awaited && !report && <AwaitedFingerprint />}
    </section>
  )
}

/** The room of the sentence and of the numbers. */
function Awaited() {
  return (
    <div aria-hidden="true">
      <p class="sub steady" />
      <dl class="facts awaited">
        {['Rows', 'Columns', 'Missing cells', 'Duplicate rows', 'Alerts'].map((name) => (
          <Fact key={name} name={name}>
            –
          </Fact>
        ))}
      </dl>
    </div>
  )
}

function AwaitedFingerprint() {
  return (
    <div class="hero-print awaited" aria-hidden="true">
      <i />
      <p class="print-note">
        <span>One band per column, rows from left to right.</span>
      </p>
    </div>
  )
}

function Facts({ report }: { report: Report }) {
  const { duplicates } = report
  // The error is a share of all rows: an estimate within it may as well be none at all.
  const tooFew = !duplicates.exact && duplicates.rows <= duplicates.error * report.rows
  return (
    <dl class="facts">
      <Fact name="Rows">{count(report.rows)}</Fact>
      <Fact name="Columns">{count((report.tables.length === 1 ? report.tables[0] : report.tables.find((t) => t.name === report.source.table))?.columns ?? report.columns.length)}</Fact>
      <Fact name="Missing cells">{percent(missingShare(report))}</Fact>
      <Fact name="Duplicate rows">
        {tooFew ? (
          <span class="few">too few to tell</span>
        ) : (
          <>
            {!duplicates.exact && <Estimated />}
            {count(duplicates.rows)}
          </>
        )}
      </Fact>
      <Fact name="Alerts">{count(alertCounts(report).all)}</Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function FileFingerprint({ report }: { report: Report }) {
  const missing = report.columns.map((c) => c.nulls / Math.max(1, c.count))
  const names = report.columns.map((c) => visible(c.name))
  const gaps = missing
    .map((share, i) => ({ share, name: names[i]! }))
    .filter((c) => c.share > 0)
    .sort((a, b) => b.share - a.share)
  const perBand = Math.round(columnsPerBand(report.columns.length))
  const worst = gaps.slice(0, 3).map((c) => `${c.name} ${percent(c.share)}`)
  const label = worst.length ? `Completeness fingerprint. Most is missing in ${worst.join(', ')}` : 'Completeness fingerprint: no value is missing'
  return (
    <div class="hero-print">
      <Figure
        title="Completeness"
        level={2}
        actions="placed"
        table={{
          caption: report.columns.length > tableAtMost ? `The ${tableAtMost} columns that miss most` : 'Missing values by column',
          head: ['Column', 'Missing', 'Share'],
          rows: tabled(report.columns).map((c) => [visible(c.name), count(c.nulls), percent(c.nulls / Math.max(1, c.count))]),
        }}
      >
        {(_, actions) => (
          <>
            <Fingerprint bands={report.missing.bands} names={names} missing={missing} label={label} />
            <p class="print-note">
              <span>
                {perBand > 1 ? `About ${count(perBand)} columns to a band` : 'One band per column'}, rows from left to right{gaps.length === 0 && '; nothing is missing'}.
              </span>
              <span class="key" aria-hidden="true">
                <i class="there" />
                present
                <i class="gone" />
                missing
              </span>
              {actions}
            </p>
          </>
        )}
      </Figure>
    </div>
  )
}

const tableAtMost = 500

/** All columns in the file's order; of very many, those that miss most. */
function tabled(columns: Column[]): Column[] {
  if (columns.length <= tableAtMost) return columns
  return [...columns].sort((a, b) => b.nulls - a.nulls || a.index - b.index).slice(0, tableAtMost)
}
