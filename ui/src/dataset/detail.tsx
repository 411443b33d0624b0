import { useState } from 'preact/hooks'
import type { Column, Report } from '../api/report.gen.ts'
import { BigHistogram } from '../charts/big-histogram.tsx'
import { alikeEdges } from '../charts/bins.ts'
import { Figure, type Table } from '../charts/figure.tsx'
import { CountBar } from '../charts/meters.tsx'
import { plain, significant, temporal } from '../charts/values.ts'
import { count, counted, duration, percent } from '../format.ts'
import { Spaced, Visible, visible } from '../invisible.tsx'
import { AlertRows } from './alert-rows.tsx'
import { SeverityIcon } from './alerts.tsx'
import { bySeverity, kindOf, present, typeNoun } from './columns.ts'
import { Estimated } from './row.tsx'
import { grainOfColumn, groupingOf, inFull, scaleOf, valueWords, type Scale } from './scale.ts'
import { lengthStep, momentWords, rankError, stepWords, tokenWords } from './wording.ts'
import { seconds } from '../charts/time.ts'
import './detail.css'

/** The room of what is on its way. */
export function AwaitedDetail({ column }: { column: Column }) {
  return (
    <div class="detail awaited" aria-busy="true">
      <p class="note">Loading what is known of {visible(column.name) || 'this column'}.</p>
    </div>
  )
}

/** Everything the report knows of one column. */
export function ColumnDetail({ column, report }: { column: Column; report: Report }) {
  const scale = scaleOf(column)
  const there = present(column)
  const figures = figuresOf(column, scale)
  const draws = scale !== null && there > 0 && kindOf(column) !== 'category'
  return (
    <div class="detail">
      <div class={draws ? 'detail-main' : 'detail-main without-chart'}>
        {draws && <Shape column={column} scale={scale} name={report.source.name} />}
        {figures.length > 0 && (
          <section>
            <h3>{column.text && !column.numeric ? 'Lengths' : column.boolean ? 'Figures' : 'Quantiles'}</h3>
            <dl class="figures">
              {figures.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        {column.top.length > 0 && <MostCommon column={column} />}
      </div>
      <div class="detail-more">
        {column.alerts.length > 0 && (
          <section>
            <h3>Alerts</h3>
            <ul class="alerts">
              {bySeverity(column.alerts).map((alert, i) => (
                <li key={i} class={alert.severity}>
                  <span>
                    <SeverityIcon of={alert.severity} size={15} />
                  </span>
                  <div>
                    <p>
                      <Visible text={alert.message} />
                    </p>
                    <AlertRows alert={alert} report={report} column={column.name} />
                  </div>
                </li>
              ))}
            </ul>
          </section>
        )}
        {column.evidence.length > 0 && <Evidence column={column} />}
        {column.nulls > 0 && <Missing column={column} />}
        <Writing column={column} />
        {column.text && column.text.patterns.length > 0 && <Patterns column={column} />}
        <section>
          <h3>How exact</h3>
          <p class="exactness">{exactness(column)}</p>
        </section>
      </div>
    </div>
  )
}

function Shape({ column, scale, name }: { column: Column; scale: Scale; name: string }) {
  const bins = column.histogram!
  const total = bins.counts.reduce((sum, n) => sum + n, 0)
  const noun = 'row'
  const table: Table = {
    caption: `Distribution of ${visible(column.name)}`,
    head: [scale.soft ? 'Length' : 'Values', 'Rows', 'Share'],
    rows: bins.counts.map((n, bin) => [scale.binText(bin), count(n), percent(total ? n / total : 0)]),
  }
  const half = scale.five ? ', the middle half of the rows stands out' : ''
  return (
    <Figure
      title={scale.soft ? 'Lengths' : 'Distribution'}
      note={binWords(column, scale) + half}
      table={table}
      save={`${name} ${column.name}`}
      actions="placed"
    >
      {(svg, actions) => (
        <>
          <BigHistogram
            svg={svg}
            bins={bins}
            five={scale.five}
            median={scale.median}
            ticks={scale.ticks}
            binText={scale.binText}
            noun={noun}
            label={`${scale.soft ? 'Lengths' : 'Distribution'} of ${visible(column.name)}, ${counted(bins.counts.length, 'bin')} from ${scale.low} to ${scale.high}`}
          />
          <p class="figure-foot">{actions}</p>
        </>
      )}
    </Figure>
  )
}

function binWords(column: Column, scale: Scale): string {
  const { counts, scale: kind, exact, outer } = column.histogram!
  const edges = alikeEdges(column.histogram!)
  const about = exact ? '' : 'estimated, '
  const far = counts.length - (edges.length - 1)
  const bins = about + counted(edges.length - 1, 'bin')
  const beyond = outer ? `, ${far === 1 ? 'another' : 'others'} for extremes` : ''
  if (kind === 'log') return `${bins} on a log scale${beyond}`
  const width = edges[1]! - edges[0]!
  const even = edges.every((edge, i) => i === 0 || Math.abs(edge - edges[i - 1]! - width) < Math.abs(width) * 1e-6)
  if (!even || column.type === 'date' || column.type === 'datetime') return bins + beyond
  return `${bins} of ${column.type === 'time' || column.type === 'duration' ? duration(width) : scale.write(width)}${beyond}`
}

/** The column's figures, in the order of the axis; what does not exist is left out. */
function figuresOf(column: Column, scale: Scale | null): [string, string][] {
  const list: [string, string | undefined][] = []
  const quantiles: [string, '0.05' | '0.25' | '0.5' | '0.75' | '0.95'][] = [
    ['5th', '0.05'],
    ['25th', '0.25'],
    ['Median', '0.5'],
    ['75th', '0.75'],
    ['95th', '0.95'],
  ]
  const { numeric, temporal: times, text, boolean } = column
  if (numeric) {
    const grain = grainOfColumn(column)
    const grouped = groupingOf(column)
    const span = (numeric.max ?? 0) - (numeric.min ?? 0)
    const value = (n: number | null | undefined) => (n == null ? undefined : grouped(inFull(n, grain)))
    // Quantiles lie between values: more digits than tell them apart over the column's span say nothing.
    const fine = span > 0 ? Math.max(0, 3 - Math.floor(Math.log10(span))) : grain
    const quantile = (n: number | null | undefined) => (n == null ? undefined : grouped(plain(n, Math.min(grain + 1, Math.max(fine, significant(n, 4))))))
    const spread = numeric.std ?? span
    list.push(['Minimum', numeric.min_text ?? value(numeric.min)])
    for (const [name, key] of quantiles) list.push([name, quantile(numeric.quantiles?.[key])])
    list.push(['Maximum', numeric.max_text ?? value(numeric.max)])
    list.push(['Mean', numeric.mean === undefined ? undefined : grouped(momentWords(numeric.mean, spread, grain))])
    list.push(['Std deviation', numeric.std === undefined ? undefined : momentWords(numeric.std, spread, grain)])
    list.push(['Median deviation', numeric.mad === undefined ? undefined : momentWords(numeric.mad, spread, grain)])
    list.push(['Skewness', numeric.skewness === undefined ? undefined : plain(numeric.skewness, Math.max(2, significant(numeric.skewness)))])
    list.push(['Sum', numeric.sum_text ?? (numeric.sum == null ? undefined : inFull(numeric.sum, grain))])
    if (numeric.zeros > 0) list.push(['Zeros', count(numeric.zeros)])
    if (numeric.negatives > 0) list.push(['Negative', count(numeric.negatives)])
    if (numeric.nonfinite > 0) list.push(['Not finite', count(numeric.nonfinite)])
  } else if (times) {
    const write = (at: string | undefined) => (at === undefined ? undefined : column.type === 'duration' ? duration(seconds(at)) : temporal(at))
    list.push([column.type === 'duration' ? 'Shortest' : 'Earliest', write(times.min)])
    for (const [name, key] of quantiles) list.push([name, write(times.quantiles?.[key])])
    list.push([column.type === 'duration' ? 'Longest' : 'Latest', write(times.max)])
    if ((times.formats?.length ?? 0) < 2) list.push(['Written as', times.format])
    list.push(['Time zone', times.time_zone === 'mixed' ? 'several' : times.time_zone])
  } else if (boolean) {
    const there = Math.max(1, present(column))
    list.push(['True', percent(boolean.true / there)], ['False', percent(boolean.false / there)])
  } else if (text && present(column) > 0) {
    list.push(['Shortest', count(text.min_length)])
    for (const [name, key] of quantiles) list.push([name, text.quantiles?.[key] === undefined ? undefined : scale?.write(text.quantiles[key])])
    list.push(['Longest', count(text.max_length)], ['Mean', plain(text.mean_length, 1)])
    if (text.blank > 0) list.push(['White space only', count(text.blank)])
  }
  return list.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
}

const separators: Record<string, string> = { ',': 'comma', '.': 'point', "'": 'apostrophe', ' ': 'space' }

/** How numbers and times stand in the file, where that is not the plain way. */
function Writing({ column }: { column: Column }) {
  const { numeric, temporal: times } = column
  const marks: [string, string][] = []
  if (numeric?.decimal_separator) marks.push(['Decimal mark', separators[numeric.decimal_separator] ?? numeric.decimal_separator])
  if (numeric?.thousands_separator) marks.push(['Between thousands', separators[numeric.thousands_separator] ?? numeric.thousands_separator])
  if (numeric?.unit) marks.push(['Unit', numeric.unit])
  const formats = (times?.formats ?? []).slice(0, 6)
  if (marks.length === 0 && formats.length < 2) return null
  const most = formats[0]?.count ?? 1
  return (
    <section class="patterns">
      <h3>Written as</h3>
      {marks.length > 0 && (
        <dl class="figures">
          {marks.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {formats.length > 1 && (
        <ol class="tops">
          {formats.map(({ format, count: n }) => (
            <li key={format}>
              <code class="value" title={format}>
                {format}
              </code>
              <CountBar share={n / most} />
              <span class="count">{count(n)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

const topAtFirst = 8

function MostCommon({ column }: { column: Column }) {
  const [all, setAll] = useState(false)
  const { top } = column
  const most = top[0]?.count ?? 1
  const there = Math.max(1, present(column))
  const once = most === 1
  const shown = top.slice(0, all ? top.length : topAtFirst)
  return (
    <section class="most-common">
      <h3>{once ? 'Examples' : 'Most common'}</h3>
      {once && <p class="note">No value stands twice{column.top_exact ? '' : ' among those counted'}.</p>}
      <ol class={all ? 'tops all' : 'tops'} {...(all ? { tabIndex: 0, role: 'list', 'aria-label': `Commonest values of ${visible(column.name)}` } : {})}>
        {shown.map((value) => (
          <li key={value.value} class={once ? 'once' : undefined}>
            <span class="value" title={value.value}>
              {value.value.trim() === '' ? <i>white space</i> : <Spaced text={valueWords(column, value.value)} />}
              {value.truncated && '…'}
            </span>
            {!once && <CountBar share={value.count / most} />}
            {!once && (
              <span class="count" title={percent(value.count / there)}>
                {!column.top_exact && <Estimated />}
                {count(value.count)}
              </span>
            )}
          </li>
        ))}
      </ol>
      {top.length > topAtFirst && (
        <button type="button" class="link more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${top.length === column.distinct.value ? 'all ' : ''}${count(top.length)}`}
        </button>
      )}
    </section>
  )
}

function Evidence({ column }: { column: Column }) {
  return (
    <section class="evidence">
      <h3>What was seen</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Kinds of values in ${visible(column.name)}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col" class="num">
                Values
              </th>
              <th scope="col" class="num">
                First in row
              </th>
              <th scope="col">Which was</th>
            </tr>
          </thead>
          <tbody>
            {column.evidence.map((e) => (
              <tr key={e.type}>
                <th scope="row">{typeNoun(e.type, 1)}</th>
                <td class="num">{count(e.count)}</td>
                <td class="num">{count(e.first_row)}</td>
                <td>
                  <span class="sample" title={e.example}>
                    <Visible text={e.example} />
                    {e.truncated && '…'}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Missing({ column }: { column: Column }) {
  return (
    <section>
      <h3>Missing</h3>
      <p class="exactness">
        {counted(column.nulls, 'cell')}, {percent(column.nulls / Math.max(1, column.count))} of the rows
        {column.null_tokens.length === 0 && ', stored as null'}.
      </p>
      {column.null_tokens.length > 0 && (
        <ul class="tokens" aria-label="Written as">
          {column.null_tokens.slice(0, 8).map((token) => (
            <li key={token.value}>
              <span class="null"><Visible text={tokenWords(token.value)} /></span> {count(token.count)}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Patterns({ column }: { column: Column }) {
  const { patterns, patterns_exact } = column.text!
  const most = patterns[0]?.count ?? 1
  return (
    <section class="patterns">
      <h3>Shapes</h3>
      <p class="note">A and a are letters, 9 a digit{patterns_exact === false ? '; estimated from some of the rows' : ''}.</p>
      <ol class="tops">
        {patterns.slice(0, 6).map((pattern) => (
          <li key={pattern.mask}>
            <code class="value" title={pattern.mask}>
              <Spaced text={pattern.mask} />
            </code>
            <CountBar share={pattern.count / most} />
            <span class="count">{count(pattern.count)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Which of the column's figures are exact, and the bounds of those that are not. */
function exactness(column: Column): string {
  const parts: string[] = []
  const { distinct } = column
  if (distinct.of) parts.push(`what is counted as distinct is ways of writing${distinct.error > 0 ? ` (an estimate, ± ${percent(distinct.error)})` : ''}, and there are at most so many values`)
  else if (!distinct.exact) parts.push(`distinct values are an estimate (± ${percent(distinct.error)})`)
  const error = rankError(column)
  if (error > 0) parts.push(`quantiles and histogram may be off by ${percent(error)} of the rows`)
  const step = lengthStep(column)
  if (step > 0) parts.push(stepWords(step))
  else if (error === 0 && column.histogram && !column.histogram.exact) parts.push('the histogram is an estimate')
  if (!column.top_exact && column.top_error) parts.push(`counts of common values may be too high by up to ${count(column.top_error)}`)
  if (!column.top_exact && column.top_rest) parts.push(`no value that is not listed comes more than ${counted(column.top_rest, 'time')}`)
  if (parts.length === 0) return 'Every figure of this column is exact.'
  return `${capital(parts.join('; '))}. Everything else is exact.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
