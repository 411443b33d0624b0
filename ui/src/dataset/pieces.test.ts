import { describe, expect, test } from 'vitest'
import { golden } from './golden.ts'
import { strongestPairs } from './related.tsx'
import { spread } from './sample.tsx'
import { stageOf } from './states.tsx'
import { readView } from './view.ts'

describe('the address', () => {
  test('holds what is looked at', () => {
    expect(readView(new URLSearchParams('v=2&table=Sheet+2&col=US+Gross&kind=number&sort=missing&q=gro'))).toEqual({
      version: 2,
      table: 'Sheet 2',
      column: 'US Gross',
      kind: 'number',
      sort: 'missing',
      find: 'gro',
    })
  })

  test('says nothing that the page does not know', () => {
    expect(readView(new URLSearchParams('v=-1&kind=toString&sort=x'))).toEqual({ version: null, table: null, column: null, kind: null, sort: 'file', find: '' })
  })
})

test('each pair of columns is listed once, the strongest first', () => {
  const { relationships } = golden('films')
  const [first] = relationships
  const pairs = strongestPairs([{ ...first!, a: first!.b, b: first!.a, method: 'pearson' }, ...relationships])
  const keys = pairs.map((p) => [p.a, p.b].sort().join('|'))
  expect(new Set(keys).size).toBe(keys.length)
  expect(pairs[0]!.method).toBe('spearman')
  expect([pairs[0]!.a, pairs[0]!.b].sort()).toEqual(['US Gross', 'World Gross'])
  for (let i = 1; i < pairs.length; i++) expect(Math.abs(pairs[i]!.value)).toBeLessThanOrEqual(Math.abs(pairs[i - 1]!.value))
})

test('a few rows are spread from the first to the last', () => {
  expect(spread([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([1, 5, 9])
  expect(spread([1, 2], 8)).toEqual([1, 2])
})

describe('what the page shows', () => {
  const job = (status: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled') => ({ status }) as Parameters<typeof stageOf>[1]
  test.each([
    [null, null, 'loading'],
    [null, job('queued'), 'reading'],
    [null, job('running'), 'reading'],
    [golden('films'), job('running'), 'ready'],
    [golden('films'), job('succeeded'), 'ready'],
    [golden('films'), job('failed'), 'failed'],
    [null, job('failed'), 'failed'],
    [null, job('canceled'), 'failed'],
  ])('case %#', (report, now, stage) => {
    expect(stageOf(report, now, null, null)).toBe(stage)
  })
})
