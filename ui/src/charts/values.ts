// How the values of a column are written: on their own grain, and in little room. Pure; what counts, sizes and shares
// look like on every page is in ../format.ts.
import { percent } from '../format.ts'

const minus = '−'
const powers = [
  { from: 1e12, mark: 'T' },
  { from: 1e9, mark: 'B' },
  { from: 1e6, mark: 'M' },
  { from: 1e3, mark: 'K' },
]

/**
 * A number for a narrow place: as it is below 10,000, then 15.1K, 5.5M, 2.8B. `decimals` is the grain of the values
 * (see `grainOf`): no digit is shown that no value has.
 */
export function compact(n: number, decimals = 3): string {
  const size = Math.abs(n)
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? '∞' : minus + '∞'
  if (size >= 1e15 || (size > 0 && size < 1e-6)) return exponential(n)
  if (size < 9999.5) {
    const text = plain(n, size >= 1000 ? 0 : Math.min(decimals, significant(size)))
    // plain() writes 0.99999999999 out, for which there is no room here.
    return size < 1 && text.length > 12 ? (n < 0 ? `>${minus}1` : '<1') : text
  }
  for (const [i, power] of powers.entries()) {
    // 999,960 must be written 1M, not 1,000K.
    if (size < power.from * (i === powers.length - 1 ? 1 : 0.99995)) continue
    return trim((n / power.from).toFixed(1)).replace('-', minus) + power.mark
  }
  return plain(n, 0)
}

/** A number in full on its grain: 1,234.50 with two decimals is 1,234.5. */
export function plain(n: number, decimals: number): string {
  if (!Number.isFinite(n)) return compact(n)
  const size = Math.abs(n)
  if (size >= 1e15 || (size > 0 && size < 1e-6)) return exponential(n)
  const text = n.toLocaleString('en-US', { maximumFractionDigits: Math.min(20, Math.max(0, decimals)), useGrouping: true })
  // A value smaller than its rounding must not read as nothing.
  if (/^-?0$/.test(text) && n !== 0) return plain(n, significant(size))
  // Nor may what is short of 1 read as 1: of a share or a probability that is another thing.
  if (/^-?1$/.test(text) && size < 1) return plain(n, Math.max(decimals, Math.ceil(-Math.log10(1 - size))))
  return text.replace('-', minus)
}

/** From one written value to another: with a dash, or with a word where a minus would stand beside it. */
export function between(low: string, high: string): string {
  return low.startsWith(minus) || high.startsWith(minus) ? `${low} to ${high}` : `${low} – ${high}`
}

/** Decimals that show `digits` significant digits of a number, at least. */
export function significant(n: number, digits = 3): number {
  if (n === 0 || !Number.isFinite(n)) return 0
  return Math.min(20, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(n)))))
}

/** Decimals that a number has when it is written in full. */
export function decimalsOf(n: number): number {
  const [digits = '', power = '0'] = String(n).split('e')
  return Number.isFinite(n) ? Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(power)) : 0
}

export function exponential(n: number): string {
  const [digits = '', power = ''] = n.toExponential(2).split('e')
  return `${trim(digits)}e${power.replace('+', '')}`.replaceAll('-', minus)
}

function trim(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Decimals of the most finely written of these texts: the grain on which a column's figures are shown. At most 6. */
export function grainOf(values: readonly string[]): number {
  let most = 0
  for (const value of values) {
    const point = /^[-+]?\d*\.(\d+)$/.exec(value.trim())
    if (point?.[1]) most = Math.max(most, trim('0.' + point[1]).length - 2)
  }
  return Math.min(6, Math.max(0, most))
}

/** A share of 1 in whole percent: <1%, and 99% until it is all. */
export function wholePercent(share: number): string {
  if (share === 0 || share === 1) return percent(share)
  if (share < 0.01) return '<1%'
  return `${Math.min(99, Math.round(share * 100))}%`
}

/** A correlation with its sign; what is not perfect never reads 1.00. */
export function coefficient(value: number, signed: boolean): string {
  const size = Math.abs(value)
  const sign = !signed ? '' : value < 0 ? minus : '+'
  if (size < 1 && size >= 0.995) return `${value < 0 && signed ? '<' : '>'}${sign}0.99`
  return sign + size.toFixed(2)
}

export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A date or time of a report as it should be read: 2001-12-14, 2001-12-14 10:14, 2001-12-14 10:14:05 Z. */
export function temporal(text: string): string {
  const parts = /^([-+]?\d{4,6}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[-+]\d\d:\d\d)?$/.exec(text)
  if (!parts) return text
  const [, day, clock, seconds = '', zone = ''] = parts
  return `${day} ${clock}${/^:00(\.0+)?$/.test(seconds) ? '' : seconds}${zone ? ' ' + zone : ''}`
}

/** A date or time cut to what matters over a span of so many seconds: 1928, Oct 2010, 2010-10-24, 2010-10-24 14:00. */
export function temporalOver(text: string, span: number): string {
  const parts = /^([-+]?\d{4,6})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)(:\d\d)?)?/.exec(text)
  if (!parts) return text
  const [, year = '', month = '', day = '', clock] = parts
  const days = span / 86400
  if (days > 365 * 12) return year
  if (days > 365 * 1.5) return `${months[Number(month) - 1]} ${year}`
  if (days > 3 || !clock) return `${year}-${month}-${day}`
  if (days > 1) return `${month}-${day} ${clock}`
  return clock + (span < 600 ? (parts[5] ?? '') : '')
}

/** Seconds of a day as 14:05, or 14:05:09 where the second says something. */
export function clock(seconds: number): string {
  const s = Math.round(seconds)
  const two = (n: number) => String(n).padStart(2, '0')
  const text = `${two(Math.floor(s / 3600))}:${two(Math.floor((s % 3600) / 60))}`
  return s % 60 ? `${text}:${two(s % 60)}` : text
}
