import { describe, expect, test } from 'vitest'
import { choose, kindCounts, kindOf, typeNoun, typeWords } from './columns.ts'
import { columnOf, golden } from './golden.ts'

const films = golden('films')
const names = (columns: { name: string }[]) => columns.map((c) => c.name)

describe('kinds', () => {
  test.each([
    ['films', 'Budget', 'number', 'integer'],
    ['films', 'Audience', 'number', 'decimal'],
    ['films', 'Genre', 'category', 'category'],
    ['films', 'Release Date', 'date', 'date'],
    ['films', 'Director', 'text', 'text, name'],
    ['dates', 'clock', 'date', 'time'],
    ['dates', 'stamp', 'date', 'date and time'],
    ['events', 'ok', 'boolean', 'boolean'],
    ['events', 'tags', 'nested', 'json'],
    ['events', 'user.email', 'text', 'text, e-mail'],
    ['codes', 'zip', 'text', 'text, postal code'],
    ['empty', 'a', 'empty', 'no values'],
  ])('%s: %s is of the kind %s and is called %s', (file, name, kind, words) => {
    const column = columnOf(golden(file), name)
    expect(kindOf(column)).toBe(kind)
    expect(typeWords(column)).toBe(words)
  })

  test('are counted, and those without columns left out', () => {
    const counts = kindCounts(films.columns)
    expect(counts.map(([kind]) => kind)).toEqual(['number', 'category', 'text', 'date'])
    expect(counts.reduce((sum, [, n]) => sum + n, 0)).toBe(films.columns.length)
  })

  test('several values of a type have their plural', () => {
    expect([typeNoun('integer', 9), typeNoun('text', 1), typeNoun('text', 3), typeNoun('datetime', 2)]).toEqual(['integers', 'text', 'texts', 'dates and times'])
  })
})

describe('choosing', () => {
  const all = { kind: null, find: '', sort: 'file' as const }

  test('without a filter every column stands where the file has it', () => {
    expect(names(choose(films.columns, all))).toEqual(names(films.columns))
  })

  test('finds by a part of the name in any case', () => {
    expect(names(choose(films.columns, { ...all, find: ' gross ' }))).toEqual(['US Gross', 'World Gross'])
  })

  test('kind and search must both fit', () => {
    expect(names(choose(films.columns, { ...all, kind: 'category', find: 'rat' }))).toEqual(['Rating'])
  })

  test('sorts by what is missing, equal ones in the file’s order', () => {
    const sorted = choose(films.columns, { ...all, sort: 'missing' })
    expect(names(sorted).slice(0, 3)).toEqual(['Running Time', 'Director', 'Critics'])
    expect(names(sorted.filter((c) => c.nulls === 0))).toEqual(['Title', 'Release Date', 'US Gross', 'World Gross'])
  })

  test('sorts names as people do, c2 before c10', () => {
    const columns = ['c10', 'B', 'c2', 'a'].map((name, index) => ({ ...films.columns[0]!, name, index }))
    expect(names(choose(columns, { ...all, sort: 'name' }))).toEqual(['a', 'B', 'c2', 'c10'])
  })

  test('puts what is serious before any number of notes', () => {
    const worst = choose(films.columns, { ...all, sort: 'alerts' })
    const rank = (c: (typeof worst)[number]) => (c.alerts.some((a) => a.severity === 'error') ? 2 : c.alerts.some((a) => a.severity === 'warning') ? 1 : 0)
    expect(worst.map(rank)).toEqual(worst.map(rank).sort((a, b) => b - a))
    expect(worst[0]!.name).toBe('Running Time')
  })
})

test('a unit stands for what it means, and what this page does not know is said by its code', () => {
  const budget = columnOf(films, 'Budget')
  expect(typeWords({ ...budget, semantic: 'currency', numeric: { ...budget.numeric!, unit: 'EUR' } })).toBe('integer, EUR')
  expect(typeWords({ ...budget, semantic: 'id', numeric: { ...budget.numeric!, unit: 'EUR' } })).toBe('integer, ID')
  const unknown = { ...budget, type: 'geometry', semantic: 'map_tile' } as unknown as typeof budget
  expect([kindOf(unknown), typeWords(unknown)]).toEqual(['text', 'geometry, map tile'])
})
