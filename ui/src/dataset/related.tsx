import { useState } from 'preact/hooks'
import type { Correlation, Relationship, Report } from '../api/report.gen.ts'
import { CorrelationLegend, CorrelationMap, isSigned, strongest } from '../charts/correlation-map.tsx'
import { Figure, type Table } from '../charts/figure.tsx'
import { StrengthBar } from '../charts/meters.tsx'
import { shorten } from '../charts/shorten.ts'
import { coefficient } from '../charts/values.ts'
import { counted, percent } from '../format.ts'
import { Spaced, visible } from '../invisible.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { kindOf } from './columns.ts'
import { columnHref } from './view.ts'

const methods: Record<Correlation['method'], { name: string; short: string }> = {
  spearman: { name: 'Spearman rank correlation', short: 'Spearman' },
  pearson: { name: 'Pearson correlation', short: 'Pearson' },
  cramers_v: { name: 'Cramér’s V of two categories', short: 'Cramér’s V' },
  correlation_ratio: { name: 'correlation ratio (η) of a category and a number', short: 'η' },
}

/** What a measure is called; one that this page does not know yet, by its code. */
const nameOf = (method: string) => methods[method as Correlation['method']] ?? { name: method.replaceAll('_', ' '), short: method.replaceAll('_', ' ') }

/** The strongest measure of each pair; between equals, the rank correlation, which sees more than straight lines. */
export function strongestPairs(relationships: readonly Relationship[]): Relationship[] {
  const best = new Map<string, Relationship>()
  for (const relation of relationships) {
    const pair = [relation.a, relation.b].sort().join('\u0000')
    const known = best.get(pair)
    if (!known || (relation.method === 'spearman' && known.method === 'pearson')) best.set(pair, relation)
  }
  return [...best.values()].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
}

/** Two columns by name, each a link. */
function PairNames({ pair: { a, b } }: { pair: { a: string; b: string } }) {
  // Two long names that begin alike would be cut to the same words.
  const short = shorten([a, b].map(visible), namesAtMost)
  return (
    <>
      <PairName name={a} short={short[0]!} /> <i>and</i> <PairName name={b} short={short[1]!} />
    </>
  )
}

/** As many letters as a name has room for beside the bar. */
const namesAtMost = 25

function PairName({ name, short }: { name: string; short: string }) {
  const whole = visible(name)
  return short === whole ? (
    <a href={columnHref(name)}>
      <Spaced text={name} />
    </a>
  ) : (
    <a href={columnHref(name)} title={whole} aria-label={whole}>
      {short}
    </a>
  )
}

const atFirst = 6
const atMost = 30

export function Relationships({ report }: { report: Report }) {
  const [all, setAll] = useState(false)
  const pairs = strongestPairs(report.relationships)
  if (pairs.length === 0) {
    if (report.provisional || report.columns.filter((c) => kindOf(c) === 'number').length < 2) return null
    return (
      <section class="panel" aria-labelledby="relationships">
        <h2 id="relationships">Strongest relationships</h2>
        <p class="note">No two columns are related strongly enough to list.</p>
      </section>
    )
  }
  const shown = pairs.slice(0, all ? atMost : atFirst)
  const used = [...new Set(shown.map((p) => p.method))]
  const sample = report.correlations.find((c) => used.includes(c.method))?.sample_rows
  return (
    <section class="panel" aria-labelledby="relationships">
      <h2 id="relationships">Strongest relationships</h2>
      <ul class={used.length > 1 ? 'relations of-several' : 'relations'}>
        {shown.map((pair) => (
          <li key={`${pair.a}\u0000${pair.b}`}>
            <span class="pair">
              <PairNames pair={pair} />
            </span>
            <StrengthBar value={pair.value} />
            <b title={`${nameOf(pair.method).name}, ${counted(pair.n, 'row')}`}>
              {coefficient(pair.value, isSigned(pair.method))}
              {used.length > 1 && <small>{nameOf(pair.method).short}</small>}
            </b>
          </li>
        ))}
      </ul>
      {pairs.length > atFirst && (
        <button type="button" class="link more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${Math.min(atMost, pairs.length)}`}
        </button>
      )}
      <p class="note">
        {capital(used.map((method) => nameOf(method).name).join(', '))}
        {', '}
        {sample !== undefined && sample < report.rows ? `on a sample of ${counted(sample, 'row')},` : 'on rows'} where both are present.
      </p>
    </section>
  )
}

const mapAtMost = 12

export function Correlations({ report }: { report: Report }) {
  const usable = report.correlations.filter((c) => c.columns.length > 1)
  const [method, setMethod] = useState<Correlation['method'] | null>(null)
  const [whole, setWhole] = useState(false)
  const matrix = usable.find((c) => c.method === method) ?? usable.find((c) => c.method === 'spearman') ?? usable[0]
  if (!matrix) return null
  const shown = strongest(matrix, mapAtMost)
  const signed = isSigned(matrix.method)
  const cut = shown !== matrix
  return (
    <section class="panel" aria-label="Correlation map">
      <Figure
        title="Correlation map"
        level={2}
        table={tableOf(shown)}
        save={`${report.source.name} correlations`}
        note={
          usable.length > 1 ? (
            <select
              class="map-method"
              aria-label="Measure"
              value={matrix.method}
              onChange={(event) => setMethod(event.currentTarget.value as Correlation['method'])}
            >
              {usable.map((c) => (
                <option key={c.method} value={c.method}>
                  {nameOf(c.method).short}
                </option>
              ))}
            </select>
          ) : undefined
        }
      >
        {(svg) => (
          <>
            <CorrelationMap matrix={shown} label={mapLabel(shown)} svg={svg} />
            <CorrelationLegend signed={signed} />
          </>
        )}
      </Figure>
      {cut && (
        <p class="note">
          The {mapAtMost} most related of {matrix.columns.length} columns.{' '}
          <button type="button" class="link" onClick={() => setWhole(true)}>
            Show all
          </button>
        </p>
      )}
      {whole && (
        <Dialog title={`${capital(nameOf(matrix.method).name)} of ${counted(matrix.columns.length, 'column')}`} onClose={() => setWhole(false)}>
          <div class="whole-map" tabIndex={0} role="region" aria-label="Correlation map of all columns">
            <CorrelationMap matrix={matrix} label={mapLabel(matrix)} />
          </div>
          <CorrelationLegend signed={signed} />
          <div class="dialog-actions">
            <button type="button" class="button" onClick={() => setWhole(false)}>
              Close
            </button>
          </div>
        </Dialog>
      )}
    </section>
  )
}

function mapLabel(matrix: Correlation): string {
  let best: { a: string; b: string; value: number } | null = null
  for (const [i, row] of matrix.values.entries())
    for (const [j, value] of row.slice(0, i).entries())
      if (value !== null && (!best || Math.abs(value) > Math.abs(best.value))) best = { a: matrix.columns[i]!, b: matrix.columns[j]!, value }
  const what = `${capital(nameOf(matrix.method).name)} of ${counted(matrix.columns.length, 'column')}`
  return best ? `${what}. Strongest: ${visible(best.a)} and ${visible(best.b)}, ${coefficient(best.value, isSigned(matrix.method))}` : what
}

/** The cells of the map one by one, strongest first. */
function tableOf(matrix: Correlation): Table {
  const cells: { pair: string; value: number }[] = []
  for (const [i, row] of matrix.values.entries())
    for (const [j, value] of row.slice(0, i).entries()) if (value !== null) cells.push({ pair: `${visible(matrix.columns[i]!)} and ${visible(matrix.columns[j]!)}`, value })
  cells.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  return {
    caption: capital(nameOf(matrix.method).name),
    head: ['Columns', nameOf(matrix.method).short],
    rows: cells.map((c) => [c.pair, coefficient(c.value, isSigned(matrix.method))]),
  }
}

const togetherAtMost = 6

/** Columns whose gaps fall into the same rows. */
export function MissingTogether({ report }: { report: Report }) {
  const { together } = report.missing
  if (together.length === 0) return null
  return (
    <section class="panel" aria-labelledby="together">
      <h2 id="together">Missing together</h2>
      <ul class="relations">
        {together.slice(0, togetherAtMost).map((pair) => (
          <li key={`${pair.a}\u0000${pair.b}`}>
            <span class="pair">
              <PairNames pair={pair} />
            </span>
            <StrengthBar value={pair.share} />
            <b>{percent(pair.share)}</b>
          </li>
        ))}
      </ul>
      <p class="note">Share of rows in which both are missing, of those in which either is.</p>
    </section>
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
