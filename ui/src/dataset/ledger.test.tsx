import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { count } from '../format.ts'
import { go } from '../router.ts'
import { AlertPanel } from './alerts.tsx'
import { ColumnDetail } from './detail.tsx'
import { columnOf, golden, goldenNames } from './golden.ts'
import { Ledger } from './ledger.tsx'
import { Correlations, MissingTogether, Relationships } from './related.tsx'
import { SampleRows } from './sample.tsx'
import { Problems } from './problems.tsx'

beforeEach(() => go('/d/x', { replace: true }))
afterEach(cleanup)

const films = golden('films')
const button = (name: string) => screen.getByRole('button', { name: new RegExp(`^${name}`) })
const rows = () => screen.getAllByRole('row').slice(1)

describe('the ledger', () => {
  test('is a table with one row a column, in the file’s order', () => {
    render(<Ledger report={films} />)
    const table = screen.getByRole('table', { name: 'Columns' })
    expect(within(table).getAllByRole('columnheader').map((h) => h.textContent)).toEqual(['Column', 'Distribution', 'Complete', 'Distinct', 'Typical values', 'Alerts'])
    expect(within(table).getAllByRole('rowheader').map((h) => h.querySelector('.name')!.textContent)).toEqual(films.columns.map((c) => c.name))
  })

  test('says of each column what the report says', () => {
    render(<Ledger report={films} />)
    const row = button('Running Time').closest('tr')!
    expect(row.textContent).toContain('35.5%')
    expect(row.textContent).toContain('271 missing')
    expect(row.textContent).toContain('59')
    expect(row.textContent).toContain('40% distinct')
    expect(row.querySelector('.chip.error')!.textContent).toBe('Serious: 65% missing')
    expect(within(row).getByRole('img').getAttribute('aria-label')).toMatch(/^Distribution of Running Time: from \d+ to \d+, median \d+/)
  })

  test('shows categories with their shares', () => {
    render(<Ledger report={films} />)
    const genre = columnOf(films, 'Genre')
    const row = button('Genre').closest('tr')!
    expect(row.textContent).toContain('7 values')
    expect(row.querySelectorAll('rect.share').length).toBeGreaterThanOrEqual(6)
    expect(within(row).getByRole('img').getAttribute('aria-label')).toContain(genre.top[0]!.value)
  })

  test('says “all different” only of what is counted exactly, and never of one value', () => {
    const cell = (distinct: { value: number; exact: boolean; error: number }) => {
      cleanup()
      render(<Ledger report={{ ...films, columns: [{ ...columnOf(films, 'Title'), count: 20, nulls: 0, distinct }] }} />)
      return document.querySelector('.cell-distinct')!.textContent
    }
    expect(cell({ value: 20, exact: true, error: 0 })).toBe('20all different')
    expect(cell({ value: 1, exact: true, error: 0 })).toBe('15% distinct')
    expect(cell({ value: 20, exact: false, error: 0.008 })).not.toContain('all different')
  })

  test('marks an estimate as one', () => {
    const report = golden('films')
    columnOf(report, 'Title').distinct = { value: 2_900_000, exact: false, error: 0.008 }
    columnOf(report, 'Title').count = 3_000_000
    render(<Ledger report={report} />)
    expect(button('Title').closest('tr')!.querySelector('.cell-distinct')!.textContent).toContain('about 2,900,000')
  })

  test('shows the most severe alerts of a column first', () => {
    const alerts = (['info', 'warning', 'error'] as const).map((severity) => ({ code: severity, severity, message: `It is ${severity}.` }))
    render(<Ledger report={{ ...films, columns: [{ ...columnOf(films, 'Title'), alerts }] }} />)
    expect([...document.querySelectorAll('.cell-alerts .chip')].map((chip) => chip.className)).toEqual(['chip error', 'chip warning'])
    fireEvent.click(button('Title'))
    cleanup()
    render(<ColumnDetail column={{ ...columnOf(films, 'Title'), alerts }} report={films} />)
    expect([...document.querySelectorAll('.alerts li')].map((li) => li.className)).toEqual(['error', 'warning', 'info'])
  })

  test('has room for columns that are on their way', () => {
    const [first, second] = films.columns
    const outlined = { ...second!, brief: true as const, top: [], evidence: [] }
    go('/d/x?col=' + encodeURIComponent(second!.name), { replace: true })
    render(<Ledger report={{ ...films, columns: [first!, outlined] }} />)
    const row = button(second!.name).closest('tr')!
    expect(row.getAttribute('aria-busy')).toBe('true')
    expect(row.querySelector('.cell-complete')!.textContent).not.toBe('')
    expect([...row.querySelectorAll('.cell-dist svg, .chip')]).toEqual([])
    expect(document.querySelector('.detail')!.textContent).toBe(`Loading what is known of ${second!.name}.`)
  })

  test('filters by kind and by name, and leads back', () => {
    render(<Ledger report={films} />)
    fireEvent.click(screen.getByRole('button', { name: /^Date/ }))
    expect(rows()).toHaveLength(1)
    expect(window.location.search).toBe('?kind=date')
    cleanup()
    go('/d/x?q=nothing', { replace: true })
    render(<Ledger report={films} />)
    expect(screen.queryByRole('table')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Show all columns' }))
    expect(rows()).toHaveLength(films.columns.length)
    expect(window.location.search).toBe('')
  })

  test('does not move rows while their figures grow', () => {
    go('/d/x?sort=missing', { replace: true })
    render(<Ledger report={{ ...films, provisional: true }} />)
    expect(rows()[0]!.textContent).toContain('Title')
  })

  test('opens a column in place by click, and closes it again', () => {
    render(<Ledger report={films} />)
    fireEvent.click(button('Critics'))
    expect(window.location.search).toBe('?col=Critics')
    expect(button('Critics').getAttribute('aria-expanded')).toBe('true')
    const detail = document.getElementById(button('Critics').getAttribute('aria-controls')!)!
    expect(within(detail).getByRole('heading', { name: 'Distribution' })).toBeTruthy()
    fireEvent.click(button('Critics'))
    expect(window.location.search).toBe('')
    expect(document.querySelector('.detail')).toBeNull()
  })

  test('is walked with the arrows; Escape closes and keeps the place', async () => {
    render(<Ledger report={films} />)
    const first = button('Title')
    expect(document.querySelectorAll('.column-name[tabindex="0"]')).toHaveLength(1)
    first.focus()
    fireEvent.keyDown(first, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(button('Release Date'))
    fireEvent.keyDown(document.activeElement!, { key: 'End' })
    expect(document.activeElement).toBe(button('Director'))
    fireEvent.click(document.activeElement!)
    expect(document.querySelector('.detail')).not.toBeNull()
    fireEvent.keyDown(document.activeElement!, { key: 'Escape' })
    expect(document.querySelector('.detail')).toBeNull()
    await expect.poll(() => document.activeElement).toBe(button('Director'))
  })

  test('of 10,000 columns keeps few in the document, and says how many there are', () => {
    const columns = Array.from({ length: 10_000 }, (_, index) => ({ ...films.columns[5]!, name: `c${index}`, index }))
    render(<Ledger report={{ ...films, columns }} />)
    const table = screen.getByRole('table', { name: 'Columns' })
    expect(table.getAttribute('aria-rowcount')).toBe('10001')
    expect(table.querySelectorAll('tr.row').length).toBeLessThan(200)
    const first = button('c0')
    first.focus()
    fireEvent.keyDown(first, { key: 'ArrowDown' })
    expect(document.activeElement!.closest('tr')!.getAttribute('aria-rowindex')).toBe('3')
  })

  test('of a file without columns says so', () => {
    render(<Ledger report={{ ...films, columns: [] }} />)
    expect(screen.getByText('This file has no columns.')).toBeTruthy()
  })
})

/** No figure was lost on the way to the page. (A file may hold the word NaN: only geometry and names are looked at.) */
function expectDrawn(element: HTMLElement) {
  for (const mark of element.querySelectorAll('svg *, svg'))
    for (const { name, value } of [...mark.attributes]) expect(`${name}="${value}"`).not.toMatch(/NaN|undefined|Infinity/)
  expect(element.innerHTML).not.toContain('undefined')
}

describe('every golden report', () => {
  test.each(goldenNames)('%s is drawn, each column with its detail', (name) => {
    const report = golden(name)
    for (const column of report.columns) {
      render(<ColumnDetail column={column} report={report} />)
      const detail = document.querySelector<HTMLElement>('.detail')!
      expect(detail.textContent).toMatch(/exact/)
      for (const e of column.evidence) expect(detail.textContent).toContain(count(e.count))
      for (const alert of column.alerts) expect(detail.textContent).toContain(alert.message)
      expectDrawn(detail)
      const asTable = within(detail).queryByText('Show as table')
      if (asTable && column.histogram) {
        fireEvent.click(asTable)
        const cells = [...detail.querySelectorAll('.chart-table tbody tr')].map((tr) => Number(tr.children[1]!.textContent!.replace(/,/g, '')))
        expect(cells).toEqual(column.histogram.counts)
      }
      cleanup()
    }
    render(
      <>
        <Ledger report={report} />
        <AlertPanel report={report} />
        <Problems report={report} />
        <Relationships report={report} />
        <MissingTogether report={report} />
        <Correlations report={report} />
        <SampleRows report={report} />
      </>,
    )
    expectDrawn(document.body)
  })
})

describe('beside the ledger', () => {
  test('numbers without a strong relationship are said to have none, and still have their map', () => {
    const spearman = films.correlations.find((c) => c.method === 'spearman')!
    const two = { ...spearman, columns: spearman.columns.slice(0, 2), values: spearman.values.slice(0, 2).map((row) => row.slice(0, 2)) }
    const report = { ...films, relationships: [], correlations: [two] }
    render(<><Relationships report={report} /><Correlations report={report} /></>)
    expect(screen.getByText('No two columns are related strongly enough to list.')).toBeTruthy()
    expect(document.querySelectorAll('svg.correlations rect')).toHaveLength(1)
  })

  test('a list of alerts that was cut says so', () => {
    const cut = { ...films, alerts: films.alerts.slice(0, 2) }
    render(<AlertPanel report={cut} />)
    expect(screen.getByText(/^The first 2 are listed/)).toBeTruthy()
  })

  test('very many alerts are listed some at a time', () => {
    const alerts = Array.from({ length: 500 }, (_, i) => ({ ...films.alerts[0]!, message: `Alert ${i}` }))
    render(<AlertPanel report={{ ...films, alerts }} />)
    const listed = () => document.querySelectorAll('.alerts > li').length
    const first = listed()
    fireEvent.click(screen.getByRole('button', { name: 'Show 200 more' }))
    expect(listed()).toBe(first + 200)
    fireEvent.click(screen.getByRole('button', { name: 'Show 200 more' }))
    fireEvent.click(screen.getByRole('button', { name: /^Show (all|\d+ more)/ }))
    expect(listed()).toBe(500)
    fireEvent.click(screen.getByRole('button', { name: 'Show fewer' }))
    expect(listed()).toBe(first)
  })

  test('alerts lead to their columns and are counted in words', () => {
    render(<AlertPanel report={films} />)
    const link = screen.getAllByRole('link').find((a) => a.textContent!.startsWith('Running Time'))!
    expect(link.getAttribute('href')).toBe('?col=Running+Time')
    const serious = films.alerts.filter((a) => a.severity === 'error').length
    expect(document.querySelector('.severities')!.textContent).toContain(`${serious} serious`)
  })

  test('problems say what, where first and how often', () => {
    const broken = golden('broken')
    render(<Problems report={broken} />)
    const ragged = broken.problems.find((p) => p.code === 'ragged_rows')!
    const item = screen.getByText(ragged.message).closest('li')!
    expect(item.textContent).toContain(`${ragged.count}×`)
    expect(item.textContent).toContain(`row ${ragged.row}`)
  })

  test('the correlation map has a cell for each pair, and the same as a table', () => {
    render(<Correlations report={films} />)
    const matrix = films.correlations.find((c) => c.method === 'spearman')!
    const n = matrix.columns.length
    expect(document.querySelectorAll('svg.correlations rect')).toHaveLength((n * (n - 1)) / 2)
    fireEvent.click(screen.getByRole('button', { name: 'Show as table' }))
    const defined = matrix.values.flatMap((row, i) => row.slice(0, i)).filter((v) => v !== null).length
    expect(document.querySelectorAll('.chart-table tbody tr')).toHaveLength(defined)
  })

  test('sample rows stand with their numbers, and a null is not an empty text', () => {
    render(<SampleRows report={films} />)
    const table = within(screen.getByRole('region', { name: 'Table of sample rows' })).getByRole('table')
    expect(within(table).getAllByRole('rowheader')[0]!.textContent).toBe(count(films.sample.row_numbers[0]!))
    const shownNulls = table.querySelectorAll('.null').length
    expect(shownNulls).toBeGreaterThan(0)
    fireEvent.click(screen.getByRole('button', { name: /^Show / }))
    expect(within(table).getAllByRole('rowheader')).toHaveLength(films.sample.rows.length)
    expect(table.querySelectorAll('.null')).toHaveLength(films.sample.rows.flat().filter((cell) => cell === null).length)
  })
})

test('a fault of the whole file has no place in it', () => {
  const problem = { code: 'members_left_out', message: 'Some were left out.', count: 1, offset: 0 }
  render(<Problems report={{ ...films, problems: [problem] }} />)
  const panel = screen.getByRole('heading', { name: 'Problems of the file' }).parentElement!
  expect(panel.textContent).not.toMatch(/byte/i)
})

test('values that differ in white space alone can be told apart', () => {
  const top = ['South', 'South ', ' South'].map((value) => ({ value, count: 5 }))
  render(<ColumnDetail column={{ ...columnOf(films, 'Genre'), top }} report={films} />)
  expect([...document.querySelectorAll('.most-common .value')].map((value) => value.textContent)).toEqual(['South', 'South␣', '␣South'])
})
