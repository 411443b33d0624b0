// The geometry that all histograms share: where an edge or a value stands on the axis, and the outline of the bars. Pure.
import type { Histogram } from '../api/report.gen.ts'

/** The axis of a histogram; positions run from 0 (first edge) to 1 (last edge). */
export type BinAxis = {
  positions: number[]
  /** Where a value stands; values outside the edges stand at the ends. */
  place(value: number): number
  /** The bin at a position. */
  binAt(position: number): number
  /** The ends whose bin reaches to extremes far from the rest: the axis is broken before it. */
  outer: { low: boolean; high: boolean }
}

/** An outer bin is drawn as wide as its neighbour, with this much of that as the break between them. */
const breakWidth = 0.7

export function binAxis({ edges, scale, outer }: Pick<Histogram, 'edges' | 'scale' | 'outer'>): BinAxis {
  const log = scale === 'log'
  const raw = edges.map((edge) => (log ? (edge > 0 ? Math.log10(edge) : NaN) : edge))
  // A log axis has no place for 0 and below: their bin in front is drawn as wide as its neighbour.
  for (let i = raw.length - 1; i >= 0; i--) {
    if (!Number.isNaN(raw[i])) continue
    const next = raw[i + 1] ?? 0
    raw[i] = next - ((raw[i + 2] ?? next + 1) - next)
  }
  const ends = { low: outer === 'low' || outer === 'both', high: outer === 'high' || outer === 'both' }
  const last = raw.length - 1
  if (ends.low && last > 1) raw[0] = raw[1]! - (1 + breakWidth) * (raw[2]! - raw[1]! || 1)
  if (ends.high && last > 1) raw[last] = raw[last - 1]! + (1 + breakWidth) * (raw[last - 1]! - raw[last - 2]! || 1)
  const low = raw[0] ?? 0
  const span = (raw.at(-1) ?? 1) - low
  const positions = raw.map((at, i) => (span > 0 ? (at - low) / span : i / Math.max(1, raw.length - 1)))

  const binOf = (value: number) => {
    let from = 0
    let to = edges.length - 2
    while (from < to) {
      const middle = (from + to + 1) >> 1
      if ((edges[middle] ?? 0) <= value) from = middle
      else to = middle - 1
    }
    return from
  }
  return {
    positions,
    outer: ends,
    place(value) {
      const i = binOf(value)
      const [a = 0, b = 0] = [edges[i], edges[i + 1]]
      const [from = 0, to = 1] = [positions[i], positions[i + 1]]
      const within = b > a ? (log && a > 0 ? Math.log(value / a) / Math.log(b / a) : (value - a) / (b - a)) : 0.5
      return from + (to - from) * Math.min(1, Math.max(0, within || 0))
    },
    binAt(position) {
      let i = 0
      while (i < edges.length - 2 && (positions[i + 1] ?? 1) <= position) i++
      return i
    },
  }
}

/** The edges of the bins that are alike: extremes far off have one of their own at either end. */
export function alikeEdges({ edges, outer }: Pick<Histogram, 'edges' | 'outer'>): number[] {
  return edges.slice(outer === 'low' || outer === 'both' ? 1 : 0, outer === 'high' || outer === 'both' ? -1 : undefined)
}

/** The box that bars are drawn into: x from `left`, the ground at y = `bottom`. */
export type Box = { left: number; width: number; bottom: number; height: number }

/**
 * All bars (or those that `which` picks) as one path. A bin with anything in it is at least one unit high, so that a
 * single odd value is seen; `most` is the count that fills the height.
 */
export function barsPath(axis: BinAxis, counts: readonly number[], box: Box, most = Math.max(...counts), which?: (bin: number) => boolean): string {
  let path = ''
  for (const [i, n] of counts.entries()) {
    if (n <= 0 || (which && !which(i))) continue
    const bar = barOf(axis, i, box)
    const height = Math.max(1, (n / most) * box.height)
    path += `M${bar.x} ${box.bottom}V${round(box.bottom - height)}h${bar.width}V${box.bottom}z`
  }
  return path
}

/** Left end and width of a bar; a gap of one unit stands between bars that are wide enough to lose it. */
export function barOf(axis: BinAxis, bin: number, box: Box): { x: number; width: number } {
  const start = box.left + (axis.positions[bin] ?? 0) * box.width
  const whole = ((axis.positions[bin + 1] ?? 1) - (axis.positions[bin] ?? 0)) * box.width
  const far = axis.outer.high && bin === axis.positions.length - 2
  const broken = far || (axis.outer.low && bin === 0) ? (whole * breakWidth) / (1 + breakWidth) : 0
  const room = whole - broken
  const x = far ? start + broken : start
  const gap = room >= 4 ? 1 : room >= 2 ? 0.5 : 0
  return { x: round(x), width: round(Math.max(0.6, room - gap)) }
}

/** The line that bars stand on, open where the axis is broken. */
export function groundPath(axis: BinAxis, box: Pick<Box, 'left' | 'width'>, y: number): string {
  const at = (position: number) => round(box.left + position * box.width)
  const share = breakWidth / (1 + breakWidth)
  const { positions } = axis
  const last = positions.length - 1
  let path = `M${at(0)} ${y}`
  if (axis.outer.low && last > 1) path += `H${at(positions[1]! * (1 - share))}M${at(positions[1]!)} ${y}`
  if (axis.outer.high && last > 1) path += `H${at(positions[last - 1]!)}M${at(positions[last - 1]! + (1 - positions[last - 1]!) * share)} ${y}`
  return `${path}H${at(1)}`
}

export function round(n: number): number {
  return Math.round(n * 10) / 10
}
