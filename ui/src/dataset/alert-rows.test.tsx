import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { AlertRows, howToLook } from './alert-rows.tsx'
import { golden } from './golden.ts'

afterEach(cleanup)

const films = golden('films')
const [first, second] = films.sample.row_numbers as [number, number]
const away = films.rows + 1
const alert = { code: 'outliers', severity: 'warning' as const, message: 'Some lie far off.', column: 'Votes', rows: [first, second, away - 1, away, away + 1, away + 2] }

function opened(report = films) {
  render(<AlertRows alert={alert} report={report} />)
  const details = document.querySelector('details')!
  details.open = true
  fireEvent(details, new Event('toggle'))
}

test('an alert names the first of its rows, and all that are known once it is opened', () => {
  opened()
  expect(document.querySelector('summary')!.textContent).toBe(`See rows ${[first, second, away - 1, away].map((n) => n.toLocaleString('en')).join(', ')} …`)
  expect((screen.getByLabelText('Numbers of the rows') as HTMLInputElement).value).toBe(alert.rows.join(', '))
  expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy()
})

test('rows of the sample are shown, with the column that is meant in front', () => {
  opened()
  const rows = [...document.querySelectorAll('.alert-rows tbody tr')]
  expect(rows).toHaveLength(2)
  expect(document.querySelectorAll('.alert-rows thead th')[1]!.textContent).toBe('Votes')
  const at = films.columns.findIndex((c) => c.name === 'Votes')
  expect(rows[0]!.querySelector('td')!.textContent!.replace(/,/g, '')).toBe(films.sample.rows[0]![at] ?? 'null')
})

test('of a very wide table, cells that were not sent are not guessed', () => {
  const columns = films.columns.map((c, i) => ({ ...c, index: i + 60, brief: true as const }))
  opened({ ...films, columns })
  expect(document.querySelector('.alert-rows table')).toBeNull()
})

test('a row that is not in the sample is found by its line', () => {
  const source = { ...films.source, format: 'csv' as const, header: true, header_rows: 2, skip_rows: 3, compression: 'none' as const }
  expect(howToLook({ ...films, source }, [first, away], [first])).toContain(`row ${away} is line ${away + 5}`)
  expect(howToLook({ ...films, source: { ...source, format: 'ndjson', header: false } }, [7], [])).toContain('Row 7 is line 7')
  expect(howToLook({ ...films, source: { ...source, format: 'parquet' } }, [7], [])).not.toContain('line')
})
