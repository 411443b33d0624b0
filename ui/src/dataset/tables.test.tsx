import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import type { Report, Table } from '../api/report.gen.ts'
import { golden } from './golden.ts'
import { Tables } from './tables.tsx'

afterEach(cleanup)

// jsdom has no dialogs.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false
}

function workbook(tables: Table[], shown: string): Report {
  const report = golden('films')
  return { ...report, tables, source: { ...report.source, table: shown } }
}

test('a file with one table offers no choice', () => {
  const { container } = render(<Tables report={golden('films')} />)
  expect(container.textContent).toBe('')
})

test('each table is a link with its size, as far as that is known', () => {
  render(<Tables report={workbook([{ name: 'Orders', rows: 1204, columns: 12 }, { name: 'Lines & more' }, { name: 'Empty', rows: 0, columns: 1 }], 'Orders')} />)
  const links = screen.getAllByRole('link')
  expect(links.map((a) => a.textContent)).toEqual(['Orders1,204 rows, 12 columns', 'Lines & more', 'Empty0 rows, 1 column'])
  expect(links.map((a) => a.getAttribute('aria-current'))).toEqual(['page', null, null])
  expect(links[1]!.getAttribute('href')).toBe('?table=Lines+%26+more')
})

test('of very many tables some are at hand, the shown one among them, and all can be found', () => {
  const tables = Array.from({ length: 60 }, (_, i) => ({ name: `part-${i}.csv` }))
  render(<Tables report={workbook(tables, 'part-41.csv')} />)
  expect(screen.getAllByRole('link').map((a) => a.textContent)).toContain('part-41.csv')
  expect(screen.getAllByRole('link').length).toBeLessThan(12)
  fireEvent.click(screen.getByRole('button', { name: 'All 60 tables' }))
  const dialog = screen.getByRole('dialog')
  expect(within(dialog).getAllByRole('link')).toHaveLength(60)
  fireEvent.input(within(dialog).getByRole('searchbox'), { target: { value: '-59' } })
  expect(within(dialog).getAllByRole('link').map((a) => a.textContent)).toEqual(['part-59.csv'])
})

test('a table that the page does not hold is named, and leads nowhere', () => {
  render(<Tables report={workbook([{ name: 'a' }, { name: 'b' }, { name: 'c' }], 'a')} shows={(name) => name !== 'c'} />)
  expect(screen.getAllByRole('link').map((a) => a.textContent)).toEqual(['a', 'b'])
  expect(screen.getByText('c')).toBeTruthy()
})

test('long names are cut where they do not differ, and said in full', () => {
  const name = (i: number) => `exports/2026/region-${i}/a-rather-long-name-of-a-table.csv`
  render(<Tables report={workbook([{ name: name(1) }, { name: name(2) }], name(1))} />)
  const links = screen.getAllByRole('link')
  expect(links.map((a) => a.querySelector('b')!.textContent)).toEqual(['region-1/a-r…e-of-a-table.csv', 'region-2/a-r…e-of-a-table.csv'])
  expect(screen.getByRole('link', { name: name(2) })).toBeTruthy()
})
