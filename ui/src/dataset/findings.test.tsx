import { cleanup, render, screen, within } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { Findings } from './findings.tsx'
import { golden } from './golden.ts'

afterEach(cleanup)

test('estimates are listed with their bounds, and only where there are any', () => {
  const report = golden('films')
  const { rerender } = render(<Findings report={report} />)
  expect(screen.queryByRole('region', { name: 'How exact' })).toBeNull()
  report.columns[0]!.distinct = { value: 1000, exact: false, error: 0.008 }
  rerender(<Findings report={{ ...report }} />)
  expect(within(screen.getByRole('region', { name: 'How exact' })).getByRole('listitem').textContent).toBe('distinct counts of 1 column (± 0.8%)')
})

test('columns that can serve as a key are linked', () => {
  render(<Findings report={{ ...golden('films'), keys: ['Title', 'Votes'] }} />)
  const links = within(screen.getByRole('region', { name: 'Keys' })).getAllByRole('link')
  expect(links.map((a) => a.getAttribute('href'))).toEqual(['?col=Title', '?col=Votes'])
})

test('codes that this page does not know are shown by what the report says of them', () => {
  const report = golden('films')
  const [first] = report.columns
  first!.alerts = [{ code: 'from_the_future', severity: 'warning', message: 'Something new.', rows: [3] }]
  report.alerts = [{ ...first!.alerts[0]!, column: first!.name }]
  report.problems = [{ code: 'also_new', message: 'Something else.', row: 7, offset: 120, count: 2 }]
  report.relationships = [{ method: 'mutual_information' as 'pearson', a: 'Title', b: 'Votes', value: 0.5, n: 10 }]
  render(<Findings report={report} />)
  expect(screen.getAllByText('Something new.').length).toBeGreaterThan(0)
  expect(screen.getByText('Something else.')).toBeTruthy()
  expect(screen.getByText('First at row 7, byte 120')).toBeTruthy()
  expect(screen.getByText(/Mutual information, on/)).toBeTruthy()
})
