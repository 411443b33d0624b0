// How the values of one column are laid along an axis and written there. The marks know nothing of types: this tells them. Pure.
import type { Column, Histogram } from '../api/report.gen.ts'
import type { Tick } from '../charts/big-histogram.tsx'
import { alikeEdges } from '../charts/bins.ts'
import type { Five } from '../charts/histogram.tsx'
import { linearTicks, logTicks, timeTicks } from '../charts/ticks.ts'
import { isoOf, seconds } from '../charts/time.ts'
import { between, clock, compact, decimalsOf, grainOf, months, plain, significant, temporal, temporalOver } from '../charts/values.ts'
import { count, duration } from '../format.ts'

export type Scale = {
  five: Five | null
  /** The smallest and the largest value, for the ends of the ledger's mark. */
  low: string
  high: string
  /** What the axis is, where it is not simply the value. */
  note?: string
  median?: string
  /** The median where there is little room: a moment in a span of months needs no minutes. */
  typical?: string
  /** From first to last, or how long that is where it is within days. */
  span?: string
  /** The axis measures something about the values, not the values. */
  soft: boolean
  /** A value of the axis in full. */
  write(value: number): string
  ticks(wanted: number): Tick[]
  binText(bin: number): string
}

export function scaleOf(column: Column): Scale | null {
  const bins = column.histogram
  if (!bins || bins.counts.length === 0) return null
  if (bins.unit === 'characters') return lengthScale(column, bins)
  if (bins.unit === 'time' || column.temporal) return timeScale(column, bins)
  return valueScale(column, bins)
}

const written = /^\s*[-+]?\d*\.?\d+\s*$/

/**
 * Decimals that the column's values have. Where all of them are in `top`, their texts tell. Otherwise (too many
 * different ones to be counted, or written as 1,5 or 2e-7) the figures tell, and it is never taken for granted that a
 * decimal column is one of whole numbers.
 */
export function grainOfColumn(column: Column): number {
  if (column.type === 'integer') return 0
  const { top, distinct, numeric, evidence } = column
  const texts = [...top.map((t) => t.value), ...evidence.map((e) => e.example)]
  const all = top.length > 0 && top.length >= distinct.value && texts.every((text) => written.test(text))
  if (all || !numeric) return grainOf(texts)
  // Quantiles lie between values where they are exact: their own digits count only where nothing else is known.
  const figures = top.length > 0 ? [numeric.min, numeric.max] : [numeric.min, numeric.max, ...Object.values(numeric.quantiles ?? {})]
  const decimals = figures.map((n) => (n == null ? 0 : decimalsOf(n)))
  return Math.min(20, Math.max(unknownGrain, grainOf(texts), ...decimals))
}

const unknownGrain = 3

/**
 * How the column's numbers are grouped: 12,500, but whole numbers that could all be years as 1990. Takes written numbers,
 * gives them as they are shown.
 */
export function groupingOf(column: Column): (text: string) => string {
  const { min, max } = column.numeric ?? {}
  const years = column.type === 'integer' && min != null && max != null && min >= 1000 && max < 3000
  return years ? (text) => text.replaceAll(',', '') : (text) => text
}

/** Numbers that count nothing. */
const codes = new Set<NonNullable<Column['semantic']>>(['id', 'postal_code', 'phone'])

const plainNumber = /^(-?)(\d{4,15})(\.\d+)?$/

/** A value of the file as the figures beside it are written: 8000000 as 8,000,000. What is written in another way stays as it is. */
export function valueWords(column: Column, text: string): string {
  if (!column.numeric || (column.type !== 'integer' && column.type !== 'decimal') || (column.semantic && codes.has(column.semantic))) return text
  const grouped = text.replace(plainNumber, (_, sign: string, whole: string, rest = '') => (whole.startsWith('0') ? text : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`))
  return groupingOf(column)(grouped)
}

/** A number of the column in full, four significant digits or more where it has them; float noise behind the sixth decimal is none. */
export function inFull(n: number, grain: number): string {
  return plain(n, Math.min(grain, Math.max(6, significant(n, 4))))
}

function valueScale(column: Column, bins: Histogram): Scale {
  const numeric = column.numeric
  const grain = grainOfColumn(column)
  const log = bins.scale === 'log'
  const alike = alikeEdges(bins)
  const [first = 0, last = 0] = [alike[0], alike.at(-1)]
  const edges = Math.max(grain, ...alike.slice(0, 3).map(decimalsOf))
  const step = significant(alike.length > 1 ? alike[1]! - first : 0, 2)
  const half = column.type === 'integer' ? halfStep(bins) : 0
  const grouped = groupingOf(column)
  const write = (value: number) => grouped(Math.abs(value) < 1e9 ? plain(value, Math.min(edges, Math.max(4, log ? significant(value, 4) : step))) : compact(value, edges))
  const median = numeric?.quantiles?.['0.5']
  return {
    five: fiveOf((q) => numeric?.quantiles?.[q], half),
    low: grouped(compact(numeric?.min ?? bins.edges[0]!, Math.max(grain, 2))),
    high: grouped(compact(numeric?.max ?? bins.edges.at(-1)!, Math.max(grain, 2))),
    note: log ? 'log' : undefined,
    median: median == null ? undefined : grouped(compact(median, grain + (Math.abs(median) < 100 ? 1 : 0))),
    soft: false,
    write,
    ticks: (wanted) =>
      (log ? logTicks(alike.find((e) => e > 0) ?? 1, last, wanted) : linearTicks(first, last, wanted)).map((at) => ({ at: at + half, text: grouped(compact(at, 6)) })).filter((tick) => tick.at <= last),
    binText: (bin) => (column.type === 'integer' ? wholeBin(bins, bin, write) : openBin(bins, bin, write)),
  }
}

function lengthScale(column: Column, bins: Histogram): Scale {
  const text = column.text
  const write = (value: number) => count(Math.round(value))
  const median = text?.quantiles?.['0.5']
  const half = halfStep(bins)
  const characters = (range: string) => `${range} ${range === '1' ? 'character' : 'characters'}`
  return {
    five: fiveOf((q) => text?.quantiles?.[q], half),
    low: `${compact(text?.min_length ?? bins.edges[0]!, 0)} ch`,
    high: `${compact(text?.max_length ?? bins.edges.at(-1)!, 0)} ch`,
    note: bins.scale === 'log' ? 'length, log' : 'length',
    median: median === undefined ? undefined : write(median),
    soft: true,
    write,
    ticks: (wanted) => {
      const alike = alikeEdges(bins)
      const [low, high] = [alike[0]!, alike.at(-1)!]
      const ticks = bins.scale === 'log' ? logTicks(Math.max(1, low), high, wanted) : linearTicks(low, high, wanted)
      return ticks.filter((at) => Number.isInteger(at) && at + half <= high).map((at) => ({ at: at + half, text: compact(at, 0) }))
    },
    binText: (bin) => characters(wholeBin(bins, bin, write)),
  }
}

function timeScale(column: Column, bins: Histogram): Scale {
  const temporals = column.temporal
  const alike = alikeEdges(bins)
  const [first = 0, last = 0] = [alike[0], alike.at(-1)]
  const span = last - first
  const relative = column.type === 'time' ? clock : column.type === 'duration' ? duration : null
  const edge = (bin: number) => (relative ? relative(bins.edges[bin]!) : temporal(bins.edges_text?.[bin] ?? isoOf(bins.edges[bin]!)))
  const end = (text: string | undefined, at: number) => (relative ? relative(text === undefined ? at : seconds(text)) : temporalOver(text ?? isoOf(at), span))
  const median = temporals?.quantiles?.['0.5']
  return {
    five: fiveOf((q) => (temporals?.quantiles?.[q] === undefined ? undefined : seconds(temporals.quantiles[q]))),
    low: end(temporals?.min, first),
    high: end(temporals?.max, last),
    median: median === undefined ? undefined : relative ? relative(seconds(median)) : temporal(median),
    ...(median === undefined ? {} : { typical: relative ? relative(seconds(median)) : brieflyAt(median, span) }),
    ...(temporals?.min === undefined || temporals.max === undefined ? {} : { span: spanWords(column.type, temporals.min, temporals.max) }),
    soft: false,
    write: (value) => (relative ? relative(value) : temporal(isoOf(value))),
    ticks: (wanted) =>
      column.type === 'duration'
        ? linearTicks(first, last, wanted).map((at) => ({ at, text: duration(at) }))
        : timeTicks(first, last, wanted).map((at) => ({ at, text: relative ? relative(at) : temporalOver(isoOf(at), span / 1.6) })),
    binText: (bin) => between(edge(bin), edge(bin + 1)),
  }
}

/** A moment where there is little room: a day within months, else the minute without its zone. */
function brieflyAt(text: string, span: number): string {
  const [day = text, time] = text.split('T')
  return time === undefined || span > 30 * 86400 ? day : `${day} ${time.slice(0, 5)}`
}

function spanWords(type: Column['type'], min: string, max: string): string {
  const length = seconds(max) - seconds(min)
  if (type === 'time') return between(clock(seconds(min)), clock(seconds(max)))
  if (type === 'duration') return between(duration(seconds(min)), duration(seconds(max)))
  if (type === 'datetime' && length < 3 * 86400) return duration(length)
  const days = dayRange(min, max)
  if (days !== null) return days
  const [from, to] = [temporalOver(min, length), temporalOver(max, length)].map((text) => text.replace(/^(\d{4})-(\d\d)-\d\d$/, (_, year, month) => `${months[Number(month) - 1]} ${year}`)) as [string, string]
  return from === to ? from : between(from, to)
}

/** Two days of one year in the room of one date: "1 Jan – 1 Jul 2001", "3 – 28 Jan 2001"; null where the years differ. */
function dayRange(min: string, max: string): string | null {
  const [a, b] = [min, max].map((text) => /^(\d{4})-(\d\d)-(\d\d)/.exec(text))
  if (!a || !b || a[1] !== b[1]) return null
  const last = `${Number(b[3])} ${months[Number(b[2]) - 1]} ${b[1]}`
  if (a[2] === b[2]) return a[3] === b[3] ? last : between(String(Number(a[3])), last)
  return between(`${Number(a[3])} ${months[Number(a[2]) - 1]}`, last)
}

const keys = ['0.05', '0.25', '0.5', '0.75', '0.95'] as const

function fiveOf(quantile: (key: (typeof keys)[number]) => number | null | undefined, shift = 0): Five | null {
  const [p5, p25, p50, p75, p95] = keys.map(quantile)
  if (p5 == null || p25 == null || p50 == null || p75 == null || p95 == null) return null
  return [p5, p25, p50, p75, p95].every(Number.isFinite) ? { p5: p5 + shift, p25: p25 + shift, p50: p50 + shift, p75: p75 + shift, p95: p95 + shift } : null
}

/**
 * Whole values have a room of their own on a linear axis with whole edges: 7 stands in the middle of [7, 8), not on its
 * left edge, which matters where a bin holds one or few of them.
 */
function halfStep({ edges, scale }: Histogram): number {
  return scale === 'linear' && edges.every(Number.isInteger) ? 0.5 : 0
}

function openBin({ edges }: Histogram, bin: number, write: (value: number) => string): string {
  return between(write(edges[bin]!), write(edges[bin + 1]!))
}

/** Whole values of a half-open bin: 10 to below 20 is "10 – 19", 7 to below 8 is "7". */
function wholeBin({ edges, counts }: Histogram, bin: number, write: (value: number) => string): string {
  const low = Math.ceil(edges[bin]!)
  const closed = bin === counts.length - 1
  const high = closed ? Math.floor(edges[bin + 1]!) : Math.ceil(edges[bin + 1]!) - 1
  return high <= low ? write(low) : between(write(low), write(high))
}
