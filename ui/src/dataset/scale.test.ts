import { describe, expect, test } from 'vitest'
import { columnOf, golden, goldenNames } from './golden.ts'
import { grainOfColumn, inFull, scaleOf, valueWords } from './scale.ts'
import { compact } from '../charts/values.ts'

const films = golden('films')

describe('a scale', () => {
  test('has every golden histogram’s quantiles and ticks within its edges', () => {
    let seen = 0
    for (const name of goldenNames)
      for (const column of golden(name).columns) {
        const scale = scaleOf(column)
        if (!scale) continue
        seen++
        const [low, high] = [column.histogram!.edges[0]!, column.histogram!.edges.at(-1)!]
        for (const tick of scale.ticks(6)) {
          expect(tick.at, `${name} ${column.name}`).toBeGreaterThanOrEqual(low)
          expect(tick.at, `${name} ${column.name}`).toBeLessThanOrEqual(high)
        }
        if (scale.five) {
          const five = Object.values(scale.five)
          expect(five).toEqual([...five].sort((a, b) => a - b))
          expect(five[0]).toBeGreaterThanOrEqual(low)
        }
        expect(new Set(column.histogram!.counts.map((_, bin) => scale.binText(bin))).size, `${name} ${column.name}`).toBe(column.histogram!.counts.length)
      }
    expect(seen).toBeGreaterThan(30)
  })

  test('of whole numbers names its bins without overlap, the last one closed', () => {
    const column = columnOf(films, 'Critics')
    const scale = scaleOf(column)!
    const { edges, counts } = column.histogram!
    expect(scale.binText(0)).toBe(`${edges[0]} – ${edges[1]! - 1}`)
    expect(scale.binText(counts.length - 1)).toBe(`${edges.at(-2)} – ${edges.at(-1)}`)
  })

  test('of lengths counts characters', () => {
    const scale = scaleOf(columnOf(films, 'Director'))!
    expect(scale.soft).toBe(true)
    expect(scale.note).toBe('length')
    expect(scale.binText(0)).toMatch(/ characters?$/)
    expect(scale.low).toMatch(/^\d+ ch$/)
  })

  test('of large skewed numbers is logarithmic, and says so', () => {
    const column = columnOf(films, 'World Gross')
    expect(column.histogram!.scale).toBe('log')
    expect(scaleOf(column)!.note).toBe('log')
    for (const tick of scaleOf(column)!.ticks(5)) expect(Math.log10(tick.at) % 1).toBe(0)
  })

  test('of dates is cut to what matters', () => {
    const scale = scaleOf(columnOf(golden('dates'), 'iso'))!
    expect(scale.low).toMatch(/^[A-Z][a-z]{2} 20\d\d$/)
    expect(scale.median).toMatch(/^20\d\d-\d\d-\d\d$/)
  })

  test('says the median and the span of times in little room', () => {
    const stamp = scaleOf(columnOf(golden('dates'), 'stamp'))!
    expect(stamp.typical).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect(stamp.span).toMatch(/^[A-Z][a-z]{2} \d{4} – [A-Z][a-z]{2} \d{4}$/)
    expect(scaleOf(columnOf(golden('events'), 'at'))!.span).toMatch(/ d | h/)
    expect(scaleOf(columnOf(golden('dates'), 'clock'))!.span).toMatch(/^\d\d:\d\d.* – \d\d:\d\d/)
  })

  test('of times of day and durations is written as such', () => {
    expect(scaleOf(columnOf(golden('dates'), 'clock'))!.low).toMatch(/^\d\d:\d\d/)
    expect(scaleOf(columnOf(golden('dates'), 'length'))!.high).toMatch(/ h| min| s/)
  })

  test('does not exist without a histogram', () => {
    expect(scaleOf(columnOf(golden('empty'), 'a'))).toBeNull()
  })
})

test('a whole value stands in the middle of its own bin', () => {
  const column = { ...columnOf(films, 'Critics'), histogram: { edges: [1, 2, 3, 4], counts: [5, 5, 5], scale: 'linear', unit: 'value', exact: true } as const }
  const moved = scaleOf({ ...column, histogram: { ...column.histogram, edges: [...column.histogram.edges], counts: [...column.histogram.counts] } })!
  expect(moved.ticks(3).map((t) => [t.text, t.at])).toEqual([
    ['1', 1.5],
    ['2', 2.5],
    ['3', 3.5],
  ])
})

test.each([
  ['2001-01-01', '2001-07-01', '1 Jan – 1 Jul 2001'],
  ['2001-01-03', '2001-01-28', '3 – 28 Jan 2001'],
  ['2001-01-03', '2001-01-03', '3 Jan 2001'],
  ['2001-12-14', '2002-03-30', 'Dec 2001 – Mar 2002'],
  ['1928-01-01', '2010-01-01', '1928 – 2010'],
])('the span from %s to %s fits its place: %s', (min, max, words) => {
  const dates = columnOf(golden('dates'), 'iso')
  expect(scaleOf({ ...dates, temporal: { ...dates.temporal!, min, max } })!.span).toBe(words)
})

describe('the grain of a decimal column', () => {
  const numeric = { min: -0.9999994, max: 0.9999994, sum: -0.8071134, zeros: 0, negatives: 5, nonfinite: 0, exact: true, rank_error: 0 }
  const quantiles = { '0.05': -0.9, '0.25': 0.2461237, '0.5': -0.2473311, '0.75': 0.7489012, '0.95': 0.95 }
  const column = { ...columnOf(films, 'Critics'), type: 'decimal' as const, top: [], evidence: [], numeric: { ...numeric, quantiles } }

  test('with too many values to count them is known from its figures', () => {
    const grain = grainOfColumn(column)
    expect(grain).toBe(7)
    expect([0.2461237, 0.7489012, -0.2473311].map((n) => compact(n, grain))).toEqual(['0.246', '0.749', '−0.247'])
    expect([numeric.sum, numeric.max].map((n) => inFull(n, grain))).toEqual(['−0.807113', '0.999999'])
  })

  test('is never none while values are unseen, and is that of the values where all are seen', () => {
    const whole = { ...numeric, min: 0, max: 1 }
    expect(grainOfColumn({ ...column, numeric: { ...whole, quantiles: { '0.5': 1 } } })).toBeGreaterThan(0)
    const distinct = { value: 2, exact: true, error: 0 }
    const top = [{ value: '1.5', count: 3 }, { value: '22.0', count: 1 }]
    expect(grainOfColumn({ ...column, top, distinct })).toBe(1)
    expect(grainOfColumn({ ...column, top: [{ value: '1,5', count: 3 }, { value: '22', count: 1 }], distinct })).toBeGreaterThan(0)
    expect(grainOfColumn({ ...column, type: 'integer' })).toBe(0)
  })

  test('names bins apart that are narrower than a ten-thousandth', () => {
    const edges = [0.00001, 0.00002, 0.00003, 0.00004]
    const histogram = { edges, counts: [1, 2, 3], scale: 'linear' as const, unit: 'value' as const, exact: true }
    const scale = scaleOf({ ...column, numeric: { ...column.numeric, min: 0.00001, max: 0.00004 }, histogram })!
    expect(scale.binText(0)).toBe('0.00001 – 0.00002')
  })
})

describe('a value of the file', () => {
  const column = (type: 'integer' | 'decimal' | 'text', min: number, max: number) => ({ ...columnOf(films, 'Votes'), type, numeric: { ...columnOf(films, 'Votes').numeric!, min, max } })

  test('is grouped as the figures beside it', () => {
    expect(valueWords(column('integer', 5, 9e6), '8000000')).toBe('8,000,000')
    expect(valueWords(column('decimal', -5e6, 9e6), '-1234567.50')).toBe('-1,234,567.50')
    expect(valueWords(column('integer', 5, 9e6), '999')).toBe('999')
  })

  test('stays as it stands in the file where it is a code, or written in a way of its own', () => {
    expect(valueWords(column('text', 5, 9e6), '8000000')).toBe('8000000')
    expect(valueWords({ ...column('integer', 1, 9e6), semantic: 'id' }, '8000000')).toBe('8000000')
    expect(valueWords(column('integer', 0, 9e6), '0012345')).toBe('0012345')
    expect(valueWords(column('decimal', 0, 9e6), '1.234.567,5')).toBe('1.234.567,5')
  })

  test('that may be a year is not grouped, nor is any figure of its column', () => {
    const years = column('integer', 1928, 2046)
    expect(valueWords(years, '1998')).toBe('1998')
    expect(scaleOf(years)!.low).toBe('1928')
  })
})
