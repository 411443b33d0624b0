// What a column is called, counted as and filtered by. Pure.
import { Braces, Calendar, CircleDashed, Hash, Tags, ToggleLeft, Type, type IconNode } from 'lucide'
import type { Alert, Column } from '../api/report.gen.ts'

/** The kinds that the ledger is filtered by, in the order of their chips. */
export const kinds = {
  number: { name: 'Number', icon: Hash },
  category: { name: 'Category', icon: Tags },
  text: { name: 'Text', icon: Type },
  date: { name: 'Date', icon: Calendar },
  boolean: { name: 'Yes or no', icon: ToggleLeft },
  nested: { name: 'Nested', icon: Braces },
  empty: { name: 'Empty', icon: CircleDashed },
} satisfies Record<string, { name: string; icon: IconNode }>

export type Kind = keyof typeof kinds

export function isKind(text: string): text is Kind {
  return Object.hasOwn(kinds, text)
}

export function kindOf(column: Column): Kind {
  switch (column.type) {
    case 'integer':
    case 'decimal':
      return 'number'
    case 'date':
    case 'time':
    case 'datetime':
    case 'duration':
      return 'date'
    case 'boolean':
      return 'boolean'
    case 'json':
      return 'nested'
    case 'null':
      return 'empty'
    default:
      return column.semantic === 'category' || column.semantic === 'constant' || column.semantic === 'country' ? 'category' : 'text'
  }
}

const semantics: Record<NonNullable<Column['semantic']>, string> = {
  category: 'category',
  id: 'ID',
  uuid: 'UUID',
  email: 'e-mail',
  url: 'web address',
  ip: 'IP address',
  phone: 'phone',
  country: 'country',
  currency: 'currency',
  percent: 'percent',
  latitude: 'latitude',
  longitude: 'longitude',
  postal_code: 'postal code',
  name: 'name',
  sentence: 'sentences',
  list: 'list',
  constant: 'constant',
  numeric_in_text: 'numbers in text',
}

/** The type in words, with what the values mean where that is known: "integer", "category", "text, e-mail". */
export function typeWords(column: Column): string {
  const type = column.type === 'datetime' ? 'date and time' : column.type === 'null' ? 'no values' : column.type
  const unit = column.numeric?.unit
  // The unit says all that these meanings would.
  if (unit && (!column.semantic || column.semantic === 'currency' || column.semantic === 'percent')) return `${type}, ${unit}`
  if (!column.semantic) return type
  const meaning = semantics[column.semantic] ?? column.semantic.replaceAll('_', ' ')
  return column.type === 'text' && column.semantic === 'category' ? meaning : `${type}, ${meaning}`
}

/** Several values of a type: "9 integers", "1 text". */
export function typeNoun(type: string, n: number): string {
  const one: Record<string, string> = { json: 'nested value', text: 'text', datetime: 'date and time', decimal: 'decimal', boolean: 'true or false' }
  const many: Record<string, string> = { text: 'texts', datetime: 'dates and times', boolean: 'true or false' }
  return n === 1 ? (one[type] ?? type) : (many[type] ?? (one[type] ?? type) + 's')
}

/** Values that are there. */
export function present(column: Column): number {
  return column.count - column.nulls
}

export const sorts = {
  file: 'File order',
  name: 'Name',
  missing: 'Most missing',
  distinct: 'Most distinct',
  alerts: 'Alerts first',
} as const

export type Sort = keyof typeof sorts

export function isSort(text: string): text is Sort {
  return Object.hasOwn(sorts, text)
}

const weight = { error: 10_000, warning: 100, info: 1 } as const

/** Alerts with the most severe first; equal ones stay as they were. */
export function bySeverity(alerts: readonly Alert[]): Alert[] {
  return [...alerts].sort((a, b) => (weight[b.severity] ?? 0) - (weight[a.severity] ?? 0))
}

function alarm(column: Column): number {
  return column.alerts.reduce((sum, alert) => sum + (weight[alert.severity] ?? 0), 0)
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

const orders: Record<Sort, (a: Column, b: Column) => number> = {
  file: () => 0,
  name: (a, b) => collator.compare(a.name, b.name),
  missing: (a, b) => b.nulls - a.nulls,
  distinct: (a, b) => b.distinct.value - a.distinct.value,
  alerts: (a, b) => alarm(b) - alarm(a),
}

/** The columns that a filter leaves, in the order asked for; equal ones stay in the file's. */
export function choose(columns: readonly Column[], filter: { kind: Kind | null; find: string; sort: Sort }): Column[] {
  const find = filter.find.trim().toLowerCase()
  const left = columns.filter((c) => (!filter.kind || kindOf(c) === filter.kind) && (!find || c.name.toLowerCase().includes(find)))
  return left.sort((a, b) => orders[filter.sort](a, b) || a.index - b.index)
}

/** How many columns there are of each kind, in the chips' order; kinds without any are left out. */
export function kindCounts(columns: readonly Column[]): [Kind, number][] {
  const counts = new Map<Kind, number>()
  for (const column of columns) counts.set(kindOf(column), (counts.get(kindOf(column)) ?? 0) + 1)
  return (Object.keys(kinds) as Kind[]).filter((kind) => counts.has(kind)).map((kind) => [kind, counts.get(kind)!])
}
