import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Job } from '../api/api.gen.ts'
import { ApiError } from '../api/client.ts'
import { jobs } from '../api/jobs.ts'
import { JobCard, UploadCard } from './card.tsx'
import { Transfer, type World } from './transfer.ts'

const world = {} as World
const transfer = () => new Transfer(world, () => {}, { file: new File(['x'], 'a.csv'), request: { name: 'a.csv', size: 20_000_000 } })

beforeEach(() => {
  vi.stubGlobal('fetch', () => new Promise(() => {}))
})
afterEach(() => {
  cleanup()
  jobs.stop()
  vi.unstubAllGlobals()
})

describe('a file on its way', () => {
  test('shows bytes, speed and time left, and only what is known', async () => {
    const t = transfer()
    t.phase.value = 'sending'
    t.sent.value = 5_000_000
    const { container } = render(<UploadCard transfer={t} />)
    expect(container.textContent).toContain('5.0 of 20.0 MB')
    expect(container.textContent).not.toContain('left')
    t.speed.value = 3_000_000
    t.lanes.value = 1
    await screen.findByText('3 MB/s')
    await screen.findByText('5 s left')
    const bar = screen.getByRole('progressbar', { name: 'Progress of a.csv' })
    expect(bar.getAttribute('aria-valuenow')).toBe('25')
    expect(bar.getAttribute('aria-valuetext')).toBe('Send, 25%')
  })

  test('never says 100% before everything is there', () => {
    const t = transfer()
    t.phase.value = 'sending'
    t.sent.value = 19_999_999
    render(<UploadCard transfer={t} />)
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('99')
  })

  test('can be paused and resumed', async () => {
    const t = transfer()
    t.phase.value = 'sending'
    render(<UploadCard transfer={t} />)
    fireEvent.click(screen.getByRole('button', { name: 'Pause a.csv' }))
    expect(t.phase.value).toBe('paused')
    fireEvent.click(await screen.findByRole('button', { name: 'Resume a.csv' }))
    expect(t.phase.value).toBe('sending')
  })

  test('in trouble says when it tries again', () => {
    const t = transfer()
    t.phase.value = 'sending'
    t.trouble.value = { message: 'No connection.', at: Date.now() + 7_500 }
    render(<UploadCard transfer={t} />)
    expect(screen.getByText(/No connection\. Trying again in 8 s/)).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Try now' })).toBeTruthy()
  })

  test('of which a wrong file was chosen says so until it goes on', async () => {
    const t = transfer()
    t.phase.value = 'needs-file'
    const { container } = render(<UploadCard transfer={t} />)
    fireEvent.change(container.querySelector('input[type=file]')!, { target: { files: [new File(['y'], 'b.csv')] } })
    await screen.findByText(/That is another file: b\.csv/)
    t.phase.value = 'sending'
    await screen.findByRole('button', { name: 'Pause a.csv' })
    await expect.poll(() => screen.queryByText(/That is another file/)).toBeNull()
  })

  test('refused says why; what cannot be mended is not offered again', () => {
    const t = transfer()
    t.error.value = new ApiError(415, 'unsupported_format', 'a.xlsx is a spreadsheet.', 'Assay reads CSV.')
    t.phase.value = 'failed'
    render(<UploadCard transfer={t} />)
    expect(screen.getByText('a.xlsx is a spreadsheet.')).toBeTruthy()
    expect(screen.getByText(/Assay reads CSV/)).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Start again' })).toBeNull()
  })
})

describe('a job', () => {
  const job = (changes: Partial<Job>): Job => ({
    id: 'job_1', dataset_id: 'ds_1', version: 2, status: 'running', stage: 'profiling', attempt: 1,
    progress: { bytes_done: 0, bytes_total: 0, rows: 0, rows_per_second: 0, eta_seconds: null },
    queue_position: null, error: null, options: null, created_at: '', started_at: null, finished_at: null, created_by: 'usr_1', ...changes,
  })
  const draw = (changes: Partial<Job>) => {
    jobs.put(job(changes))
    render(<ul><JobCard id="job_1" name="a.csv" size={1000} onDismiss={() => {}} /></ul>)
    return screen.getByRole('listitem')
  }

  test.each([
    [1, 'Next in the queue'],
    [4, '4th in the queue'],
    [null, 'Waiting for a worker'],
  ])('at place %s of the queue says so', (queue_position, words) => {
    expect(draw({ status: 'queued', stage: 'queued', queue_position }).textContent).toContain(words)
  })

  test('running shows rows, their speed and the time left', () => {
    const text = draw({ progress: { bytes_done: 430, bytes_total: 1000, rows: 1_200_000, rows_per_second: 400_000.4, eta_seconds: 3.4 } }).textContent
    expect(text).toContain('43%')
    expect(text).toContain('1,200,000 rows')
    expect(text).toContain('400,000 rows/s')
    expect(text).toContain('4 s left')
  })

  test('done leads to its version', () => {
    const card = draw({ status: 'succeeded', stage: 'done', progress: { ...job({}).progress, rows: 1 } })
    expect(within(card).getByRole('link', { name: 'Open a.csv' }).getAttribute('href')).toBe('/d/ds_1?v=2')
    expect(card.textContent).toContain('1 row')
  })

  test('failed explains, and leads to the page that explains more', () => {
    const error = { code: 'truncated_file', message: 'The file ends in the middle of a row.', hint: 'Upload it again.', row: 7, offset: 99 }
    const card = draw({ status: 'failed', error })
    expect(card.textContent).toContain(error.message)
    expect(card.textContent).toContain(error.hint)
    expect(within(card).getByRole('link', { name: 'What happened to a.csv' }).getAttribute('href')).toBe('/jobs/job_1')
    expect(within(card).queryByRole('button', { name: 'Try again: a.csv' })).toBeNull()
  })

  test('that failed for no fault of the file can be tried again', () => {
    const error = { code: 'deadline_exceeded', message: 'It took too long.', hint: '', row: null, offset: null }
    expect(within(draw({ status: 'failed', error })).getByRole('button', { name: 'Try again: a.csv' })).toBeTruthy()
  })
})
