// Where axes put their labels. Pure.

/** Numbers of the form 1, 2 or 5 times a power of ten within [low, high], about `wanted` of them. */
export function linearTicks(low: number, high: number, wanted: number): number[] {
  if (!(high > low) || !Number.isFinite(high - low)) return Number.isFinite(low) ? [low] : []
  const step = niceStep((high - low) / Math.max(1, wanted))
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  const ticks = []
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)))
  // Where the axis is tiny beside its values, rounding can carry a tick off it.
  return ticks.filter((tick) => tick >= low - step * 1e-6 && tick <= high + step * 1e-6)
}

/** The smallest step of the form 1, 2 or 5 times a power of ten that is not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const lead = least / power
  const step = lead <= 1.0000001 ? 1 : lead <= 2.0000001 ? 2 : lead <= 5.0000001 ? 5 : 10
  return step * power
}

/** The end of a count axis: round, even so that its middle is whole, and little above `most`. */
export function niceCeiling(most: number): number {
  if (most <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  for (const lead of [1, 1.2, 1.6, 2, 2.5, 3, 4, 5, 6, 8, 10]) {
    const ceiling = Math.round(lead * power * 1000) / 1000
    if (ceiling >= most && ceiling % 2 === 0) return ceiling
  }
  return Math.ceil(most / 2) * 2
}

/** Powers of ten within [low, high], thinned to about `wanted`; low must be above 0. */
export function logTicks(low: number, high: number, wanted: number): number[] {
  if (!(low > 0) || !(high > low)) return []
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  if (last - first < 1) return linearTicks(low, high, wanted)
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, wanted)))
  const ticks = []
  for (let e = first; e <= last; e += every) ticks.push(10 ** e)
  return ticks
}

const second = 1
const minute = 60
const hour = 3600
const day = 86400
const clockSteps = [
  1,
  2,
  5,
  10,
  15,
  30,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
]
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000]

/**
 * Seconds since 1970 at which a calendar unit begins, within [low, high], about `wanted` of them: full hours, days,
 * firsts of the month or years, all in UTC (naive times are kept as if they were).
 */
export function timeTicks(low: number, high: number, wanted: number): number[] {
  if (!(high > low)) return [low]
  const least = (high - low) / Math.max(1, wanted)
  const step = clockSteps.find((s) => s >= least * second)
  const ticks = []
  if (step !== undefined) {
    for (let t = Math.ceil(low / step) * step; t <= high; t += step) ticks.push(t)
    return ticks
  }
  const months = monthSteps.find((m) => m * 30.4 * day >= least) ?? 12000
  const start = new Date(low * 1000)
  let index = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months
  for (let guard = 0; guard < 1000; guard++, index += months) {
    const at = Date.UTC(2000, index - 2000 * 12, 1) / 1000
    if (Number.isNaN(at) || at > high) break
    if (at >= low) ticks.push(at)
  }
  return ticks
}
