import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reachable } from '../api/client.ts'
import type { Column, Report } from '../api/report.gen.ts'
import { golden } from './golden.ts'
import { firstColumns, spansOf, Windows } from './windows.ts'

const films = golden('films')
/** A table of so many columns, of which the first are there in full. */
function wide(columns: number, full: number): Report {
  const some = films.columns[0]!
  const outlined = (index: number): Column => ({ ...some, index, name: `c${index}`, ...(index < full ? {} : { brief: true as const, top: [] }) })
  return { ...films, columns: Array.from({ length: columns }, (_, i) => outlined(i)) }
}
const inFull = (report: Report, spans: string) =>
  spans.split(',').flatMap((span) => {
    const [from, to] = span.split('-').map(Number) as [number, number]
    return report.columns.slice(from, to + 1).map(({ brief: _, ...column }) => column as Column)
  })

let asked: string[]
let windows: Windows
let answer: (spans: string) => Promise<Column[] | null>
beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  windows = new Windows((spans) => {
    asked.push(spans)
    return answer(spans)
  })
})
afterEach(() => {
  windows.stop()
  vi.useRealTimers()
})

test('columns are asked for in runs, which small gaps do not divide', () => {
  expect(spansOf([3, 1, 2])).toBe('1-3')
  expect(spansOf([700, 1, 5, 20], { from: 0, to: 9 })).toBe('0-9,20-20,700-700')
  expect(spansOf([1, 7])).toBe('1-1,7-7')
  expect(spansOf([1, 6])).toBe('1-6')
})

test('what comes near the window is asked for once, and what was passed on the way never', async () => {
  const report = wide(2_000, 500)
  answer = async (spans) => inFull(report, spans)
  windows.show(report)
  const passed = windows.want([800, 801])
  passed()
  windows.want([499, 500, 501])
  windows.want([1_200])
  await vi.runAllTimersAsync()
  expect(asked).toEqual(['500-501,1200-1200'])
  expect(windows.of(report.columns[500]!).brief).toBeUndefined()
  expect(windows.of(report.columns[800]!).brief).toBe(true)
  windows.want([500])
  await vi.runAllTimersAsync()
  expect(asked).toHaveLength(1)
})

test('the next report is asked for with what is looked at, and a table that is not wide whole', () => {
  expect(windows.spans()).toBe(firstColumns)
  windows.show(wide(13, 13))
  expect(windows.spans()).toBe(firstColumns)
  windows.show(wide(2_000, 500))
  windows.want([900, 901])
  expect(windows.spans()).toBe('0-59,900-901')
})

test('columns of an older report are not put into a newer one', async () => {
  const [older, newer] = [wide(2_000, 500), wide(2_000, 60)]
  let come: (columns: Column[]) => void = () => {}
  answer = () => new Promise((resolve) => (come = resolve))
  windows.show(older)
  windows.want([700])
  await vi.runAllTimersAsync()
  windows.show(newer)
  come(inFull(older, '700-700'))
  await vi.runAllTimersAsync()
  expect(windows.of(newer.columns[700]!).brief).toBe(true)
  // The newer one's is asked for in its turn.
  expect(asked).toEqual(['700-700', '700-700'])
})

test('what could not be had is asked for again when the server answers again', async () => {
  const report = wide(2_000, 500)
  answer = () => Promise.reject(new Error('offline'))
  windows.show(report)
  windows.want([700])
  reachable.value = false
  await vi.runAllTimersAsync()
  expect(windows.fault.value).toBe(true)
  expect(asked).toHaveLength(1)
  answer = async (spans) => inFull(report, spans)
  reachable.value = true
  await vi.runAllTimersAsync()
  expect(windows.fault.value).toBe(false)
  expect(windows.of(report.columns[700]!).brief).toBeUndefined()
})
