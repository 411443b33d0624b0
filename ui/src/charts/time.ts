// The report writes times as RFC 3339 text; the axes of its histograms count seconds. This is the way between them.

const iso = /^([-+]?\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[-+]\d\d:\d\d)?)?$/
const ofDay = /^(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?/
const ofDuration = /^(-)?P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/

/** Seconds since 1970 (naive times as if they were UTC), of a day, or of an ISO 8601 duration. NaN for anything else. */
export function seconds(text: string): number {
  const date = iso.exec(text)
  if (date) return Date.parse(`${date[1]}T${date[2] ?? '00:00'}${date[3] ?? 'Z'}`) / 1000
  const time = ofDay.exec(text)
  if (time) return Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3] ?? 0)
  const length = ofDuration.exec(text)
  if (!length || text.length < 2) return NaN
  const [, sign, d = 0, h = 0, m = 0, s = 0] = length
  return (sign ? -1 : 1) * (Number(d) * 86400 + Number(h) * 3600 + Number(m) * 60 + Number(s))
}

/** RFC 3339 text, without an offset, of seconds since 1970. */
export function isoOf(at: number): string {
  const date = new Date(at * 1000)
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().replace(/(\.000)?Z$/, '')
}
