import type { RefObject } from 'preact'
import type { Correlation } from '../api/report.gen.ts'
import { visible } from '../invisible.tsx'
import { shorten } from './shorten.ts'
import { coefficient } from './values.ts'

/** Measures with a sign are blue and orange around nothing; the others only grow. */
export function isSigned(method: Correlation['method']): boolean {
  return method === 'pearson' || method === 'spearman'
}

const pitch = 40
/** Of few columns there is more room for their names. */
const few = 7

/** The lower half of a correlation matrix, each cell with its number. Its own diagonal says nothing and is left out. */
export function CorrelationMap({ matrix, label, svg }: { matrix: Correlation; label: string; svg?: RefObject<SVGSVGElement | null> }) {
  const { columns, values } = matrix
  const n = columns.length
  const signed = isSigned(matrix.method)
  const most = n <= few ? 21 : 15
  const short = shorten(columns.map(visible), most)
  const longest = Math.max(...short.map((name) => [...name].length))
  const labels = Math.max(60, 10 + longest * 6.2)
  const width = labels + (n - 1) * pitch + 6
  // The column names hang down at an angle: the longest one decides how deep.
  const height = (n - 1) * pitch + 26 + longest * 4
  return (
    <svg ref={svg} class="correlations" viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: `${width * 1.25}px` }} role="img" aria-label={label}>
      {columns.slice(1).map((row, i) => (
        <g key={row}>
          <text class="name" x={labels - 7} y={i * pitch + 23} text-anchor="end">
            {short[i + 1]}
            <title>{visible(row)}</title>
          </text>
          {columns.slice(0, i + 1).map((column, j) => (
            <Cell key={column} x={labels + j * pitch} y={i * pitch} value={values[i + 1]?.[j] ?? null} signed={signed} title={`${visible(row)} and ${visible(column)}`} />
          ))}
        </g>
      ))}
      {columns.slice(0, -1).map((column, j) => (
        <text key={column} class="name" transform={`translate(${labels + j * pitch + 24} ${(n - 1) * pitch + 12}) rotate(-38)`} text-anchor="end">
          {short[j]}
          <title>{visible(column)}</title>
        </text>
      ))}
    </svg>
  )
}

function Cell({ x, y, value, signed, title }: { x: number; y: number; value: number | null; signed: boolean; title: string }) {
  const side = pitch - 2
  if (value === null) {
    return (
      <g>
        <rect class="no-value" x={x} y={y} width={side} height={side} rx="3" />
        <title>{title}: not defined</title>
      </g>
    )
  }
  const strength = Math.min(1, Math.abs(value))
  return (
    <g>
      <rect
        class={value < 0 ? 'negative' : 'positive'}
        x={x}
        y={y}
        width={side}
        height={side}
        rx="3"
        fill-opacity={Math.max(0.05, strength ** 1.15).toFixed(2)}
      />
      <text class={strength > 0.58 ? 'on' : 'off'} x={x + side / 2} y={y + 23} text-anchor="middle">
        {written(value)}
      </text>
      <title>
        {title}: {coefficient(value, signed)}
      </title>
    </g>
  )
}

/** Two digits without the nought: .95, −.09, and 1 only for what is perfect. */
function written(value: number): string {
  const size = Math.abs(value)
  const digits = size >= 1 ? '1' : Math.min(0.99, size).toFixed(2).slice(1)
  return value < 0 && Number(digits) !== 0 ? '−' + digits : digits
}

export function CorrelationLegend({ signed }: { signed: boolean }) {
  return (
    <div class="correlation-legend" aria-hidden="true">
      <span>{signed ? '−1' : '0'}</span>
      <i class={signed ? 'signed' : 'unsigned'} />
      <span>{signed ? '+1' : '1'}</span>
    </div>
  )
}

/** The matrix of its `most` columns that are most related, in their own order; itself where it has no more. */
export function strongest(matrix: Correlation, most: number): Correlation {
  if (matrix.columns.length <= most) return matrix
  const best = matrix.values.map((row, i) => row.reduce<number>((top, v, j) => (i === j || v === null ? top : Math.max(top, Math.abs(v))), 0))
  const keep = best
    .map((value, i) => ({ value, i }))
    .sort((a, b) => b.value - a.value || a.i - b.i)
    .slice(0, most)
    .map((c) => c.i)
    .sort((a, b) => a - b)
  return { ...matrix, columns: keep.map((i) => matrix.columns[i]!), values: keep.map((i) => keep.map((j) => matrix.values[i]?.[j] ?? null)) }
}
