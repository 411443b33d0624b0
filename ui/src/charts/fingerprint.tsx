import { useMemo } from 'preact/hooks'
import './charts.css'
import { round } from './bins.ts'
import { wholePercent } from './values.ts'

const width = 520
const height = 144
/** Presence is drawn in eighths: more would not be seen, and equal neighbours join into one rectangle. */
const steps = 8

/** Share of nulls per band of rows, one list a column, as in the report. */
export type Bands = readonly (readonly number[])[]

/**
 * The file at a glance: one band per column, rows from left to right, hatched where values are missing. More columns
 * than can be seen share a band (its mean).
 */
export function Fingerprint({ bands, names, missing, label }: { bands: Bands; names: readonly string[]; missing: readonly number[]; label: string }) {
  const drawn = useMemo(() => bandPaths(bands, width, height, 1), [bands])
  const gaps = useMemo(() => (columnsPerBand(missing.length) > 1 ? [] : worstGaps(missing)), [bands, missing])
  return (
    <div class={gaps.length > 0 ? 'fingerprint' : 'fingerprint unlabelled'}>
      <svg class="bands" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" shape-rendering="crispEdges" role="img" aria-label={label}>
        {drawn}
      </svg>
      <ul class="gaps" aria-hidden="true">
        {gaps.map(({ column, at }) => (
          <li key={column} style={{ top: `${at * height}px` }}>
            <span>{names[column]}</span> <b>{wholePercent(missing[column] ?? 0)}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The same mark, small enough for a list of datasets. Without a label it is decoration. */
export function SmallFingerprint({ bands, label }: { bands: Bands; label?: string }) {
  const drawn = useMemo(() => bandPaths(bands, 120, 40, bands.length > 8 ? 0.5 : 1), [bands])
  return (
    <svg
      class="bands small"
      viewBox="0 0 120 40"
      width="120"
      height="40"
      preserveAspectRatio="none"
      shape-rendering="crispEdges"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {drawn}
    </svg>
  )
}

/** One path for each step of presence: rectangles of equal neighbours joined. */
function bandPaths(bands: Bands, width: number, height: number, gap: number) {
  const lines = fold(bands, mostBands(height, gap))
  const pitch = height / Math.max(1, lines.length)
  const thick = Math.max(1, pitch - (lines.length > 1 ? gap : 0))
  const paths = new Map<number, string>()
  for (const [i, line] of lines.entries()) {
    const y = round(i * pitch)
    for (let from = 0; from < line.length;) {
      const step = presence(line[from] ?? 0)
      let to = from + 1
      while (to < line.length && presence(line[to] ?? 0) === step) to++
      if (step > 0) {
        const x = round((from / line.length) * width)
        const wide = round(round((to / line.length) * width) - x)
        paths.set(step, (paths.get(step) ?? '') + `M${x} ${y}h${wide}v${round(thick)}h${-wide}z`)
      }
      from = to
    }
  }
  return [...paths].map(([step, path]) => <path key={step} d={path} fill-opacity={step / steps} />)
}

const mostBands = (height: number, gap: number) => Math.floor(height / (2 + gap))

/** How many columns share a band of the large fingerprint: 1 up to what can be told apart by eye. */
export function columnsPerBand(columns: number): number {
  return Math.max(1, columns / mostBands(height, 1))
}

/** Eighths of what is there; a single missing value is never drawn as full, a single present one never as none. */
function presence(missing: number): number {
  if (missing <= 0) return steps
  if (missing >= 1) return 0
  return Math.min(steps - 1, Math.max(1, Math.round((1 - missing) * steps)))
}

function fold(bands: Bands, most: number): Bands {
  if (bands.length <= most) return bands
  const folded: number[][] = []
  for (let i = 0; i < most; i++) {
    const group = bands.slice(Math.floor((i * bands.length) / most), Math.floor(((i + 1) * bands.length) / most))
    const length = group[0]?.length ?? 0
    folded.push(Array.from({ length }, (_, b) => group.reduce((sum, line) => sum + (line[b] ?? 0), 0) / group.length))
  }
  return folded
}

/** The columns that miss most (over a fifth), with the height of their labels, which must not touch each other. */
export function worstGaps(missing: readonly number[], most = 4): { column: number; at: number }[] {
  const line = 17 / height
  const chosen: { column: number; at: number }[] = []
  const order = missing.map((share, column) => ({ share, column })).filter((c) => c.share >= 0.2)
  order.sort((a, b) => b.share - a.share || a.column - b.column)
  for (const { column } of order) {
    if (chosen.length === most) break
    const at = Math.min(1 - line / 2, Math.max(line / 2, (column + 0.5) / missing.length))
    if (chosen.every((other) => Math.abs(other.at - at) >= line)) chosen.push({ column, at })
  }
  return chosen.sort((a, b) => a.column - b.column)
}
