import { expect, test } from 'vitest'
import { linearTicks, logTicks, niceCeiling, niceStep, timeTicks } from './ticks.ts'

test.each([
  [1, 10, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [-3, 3, 3, [-2, 0, 2]],
  [46, 222, 4, [50, 100, 150, 200]],
  [5, 5, 4, [5]],
])('from %d to %d', (low, high, wanted, ticks) => {
  expect(linearTicks(low, high, wanted)).toEqual(ticks)
})

test('ticks stay inside the axis and rise, whatever its ends', () => {
  for (const low of [-1e9, -3.7, 0, 1e-7, 12.5, 4e12])
    for (const length of [1e-8, 0.3, 1, 99, 101, 1e10]) {
      const ticks = linearTicks(low, low + length, 6)
      expect(ticks.length).toBeLessThan(14)
      for (const [i, tick] of ticks.entries()) {
        if (i) expect(tick).toBeGreaterThanOrEqual(ticks[i - 1]!)
        expect(tick).toBeGreaterThanOrEqual(low - length * 1e-6)
        expect(tick).toBeLessThanOrEqual(low + length * (1 + 1e-6))
      }
    }
})

test('steps are 1, 2 or 5 times a power of ten', () => {
  expect([0.03, 1, 1.5, 2.4, 7, 12].map(niceStep).map((n) => Number(n.toPrecision(6)))).toEqual([0.05, 1, 2, 5, 10, 20])
})

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 4],
  [7, 8],
  [9, 10],
  [211, 250],
  [999, 1000],
  [3_000_000, 3_000_000],
])('an axis for at most %d ends at %d', (most, end) => {
  expect(niceCeiling(most)).toBe(end)
})

test('a log axis has powers of ten, thinned where they are many', () => {
  expect(logTicks(1, 760e6, 9)).toEqual([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8])
  expect(logTicks(1, 1e9, 5)).toEqual([1, 100, 1e4, 1e6, 1e8])
  expect(logTicks(0, 10, 5)).toEqual([])
})

test('times fall on calendar units', () => {
  const at = (text: string) => Date.parse(text + 'Z') / 1000
  const read = (t: number) => new Date(t * 1000).toISOString().slice(0, 16)
  expect(timeTicks(at('1928-05-01T00:00'), at('2046-01-01T00:00'), 6).map(read)).toEqual(
    ['1940', '1960', '1980', '2000', '2020', '2040'].map((y) => y + '-01-01T00:00'),
  )
  expect(timeTicks(at('2012-01-15T00:00'), at('2012-06-20T00:00'), 6).map(read)).toEqual(['02', '03', '04', '05', '06'].map((m) => `2012-${m}-01T00:00`))
  expect(timeTicks(at('2012-01-15T09:12'), at('2012-01-15T12:30'), 4).map(read)).toEqual(['10', '11', '12'].map((h) => `2012-01-15T${h}:00`))
})
