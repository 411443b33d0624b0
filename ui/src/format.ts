// Numbers and times in words, the same on every page. English, and independent of the browser's locale:
// screenshots, tests and two people looking at one report must agree.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 })

/** 3201 -> "3,201" */
export const count = (n: number) => whole.format(n)

/** A count with its noun: "1 row", "3,201 rows". */
export const counted = (n: number, one: string, many = one + 's') => `${count(n)} ${n === 1 ? one : many}`

/** 0.5 -> "0.5", 1234567.891 -> "1,234,570": at most six digits that count. */
export const number = (n: number) => plain.format(n)

/** A share from 0 to 1 as "82.0%", "99.97%", "0.03%"; never "0%" or "100%" for what is not exactly that. */
export function percent(share: number): string {
  if (share === 0) return '0%'
  if (share === 1) return '100%'
  const p = share * 100
  if (p < 0.01) return '<0.01%'
  if (p > 99.99) return '>99.99%'
  return `${p < 0.05 || p >= 99.95 ? p.toFixed(2) : p.toFixed(1)}%`
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes with a decimal unit: "0 B", "1.4 MB", "106 MB". */
export function bytes(n: number): string {
  let i = 0
  while (n >= 999.5 && i < units.length - 1) {
    n /= 1000
    i++
  }
  return `${i === 0 || n >= 99.95 ? whole.format(n) : n.toFixed(n < 9.995 ? 2 : 1).replace(/\.?0+$/, '')} ${units[i]}`
}

/** Two byte counts under the unit of the second, with steady digits: "43.1 of 106.2 MB". */
export function bytesOf(done: number, total: number): string {
  let i = 0
  let size = 1
  while (total / size >= 999.5 && i < units.length - 1) {
    size *= 1000
    i++
  }
  const digits = i === 0 ? 0 : 1
  return `${(done / size).toFixed(digits)} of ${(total / size).toFixed(digits)} ${units[i]}`
}

/** Seconds as people say them: "0.4 s", "12 s", "3 min 20 s", "1 h 5 min", "2 d 3 h". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1).replace(/\.0$/, '')} s`
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return join(Math.floor(s / 60), 'min', s % 60, 's')
  const m = Math.round(s / 60)
  if (m < 1440) return join(Math.floor(m / 60), 'h', m % 60, 'min')
  const h = Math.round(m / 60)
  return join(Math.floor(h / 24), 'd', h % 24, 'h')
}

const join = (a: number, unit: string, b: number, small: string) => `${a} ${unit}` + (b > 0 ? ` ${b} ${small}` : '')

/** Time left, in whole seconds and never a false "0 s": "under a second", "12 s". */
export const timeLeft = (seconds: number) => (seconds < 1 ? 'under a second' : duration(Math.ceil(seconds)))

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** "23 Nov 2026", in the reader's time zone. */
export const date = (at: string) => day.format(new Date(at))

/** "23 Nov 2026, 10:14", in the reader's time zone. */
export const dateTime = (at: string) => `${date(at)}, ${clock.format(new Date(at))}`

/** How long ago: "just now", "5 min ago", "3 h ago", "yesterday", then the date. */
export function ago(at: string, now = Date.now()): string {
  const seconds = (now - Date.parse(at)) / 1000
  if (seconds < 45) return 'just now'
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h ago`
  if (seconds < 2 * 86400) return 'yesterday'
  return date(at)
}

/** 1 -> "1st", 2 -> "2nd", 11 -> "11th" */
export function ordinal(n: number): string {
  const tens = n % 100
  const end = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return count(n) + end
}
