// What of a dataset is looked at lives in the address: version, table, open column, filter, order, search.
import { computed } from '@preact/signals'
import { hrefOf, query, setQuery } from '../router.ts'
import { isKind, isSort, type Kind, type Sort } from './columns.ts'

export type View = { version: number | null; table: string | null; column: string | null; kind: Kind | null; sort: Sort; find: string }

export const view = computed<View>(() => readView(query.value))

export function readView(params: URLSearchParams): View {
  const version = Number(params.get('v'))
  const kind = params.get('kind') ?? ''
  const sort = params.get('sort') ?? ''
  return {
    version: Number.isInteger(version) && version > 0 ? version : null,
    table: params.get('table') || null,
    column: params.get('col'),
    kind: isKind(kind) ? kind : null,
    sort: isSort(sort) ? sort : 'file',
    find: params.get('q') ?? '',
  }
}

/** Opening and filtering can be taken back with the browser's button, typing letter by letter cannot. */
export function openColumn(name: string | null) {
  setQuery({ col: name })
}

export function filterKind(kind: Kind | null) {
  setQuery({ kind }, { replace: true })
}

export function sortBy(sort: Sort) {
  setQuery({ sort: sort === 'file' ? null : sort }, { replace: true })
}

export function find(text: string) {
  setQuery({ q: text }, { replace: true })
}

/** The address of this page with a column open, the filters that might hide it taken away. */
export function columnHref(name: string): string {
  const params = new URLSearchParams()
  const { version, table, sort } = view.value
  if (version) params.set('v', String(version))
  if (table !== null) params.set('table', table)
  if (sort !== 'file') params.set('sort', sort)
  params.set('col', name)
  return hrefOf(params)
}

/** The address of another table of the same version; null is the one that is shown without asking. */
export function tableHref(name: string | null): string {
  const params = new URLSearchParams()
  const { version } = view.value
  if (version) params.set('v', String(version))
  if (name !== null) params.set('table', name)
  return hrefOf(params)
}
