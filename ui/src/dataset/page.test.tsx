import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DatasetDetail, Job, JobError, Version } from '../api/api.gen.ts'
import { jobs } from '../api/jobs.ts'
import type { Report } from '../api/report.gen.ts'
import { go } from '../router.ts'
import { golden } from './golden.ts'
import { DatasetPage } from './page.tsx'

const at = '2026-11-23T10:14:05Z'

function job(status: Job['status'], change: Partial<Job> = {}): Job {
  const progress = { bytes_done: 1, bytes_total: 4, rows: 100, rows_per_second: 50, eta_seconds: 3 }
  const ended = status !== 'queued' && status !== 'running'
  return {
    id: 'job_1',
    dataset_id: 'ds_1',
    version: 1,
    status,
    stage: ended ? 'done' : status === 'running' ? 'profiling' : 'queued',
    attempt: 1,
    progress,
    queue_position: null,
    error: null,
    options: null,
    created_by: 'usr_1',
    created_at: at,
    started_at: at,
    finished_at: ended ? at : null,
    ...change,
  }
}

function version(number: number, of: Job | null): Version {
  return { dataset_id: 'ds_1', version: number, name: 'films.csv', size: 31_000, sha256: null, created_by: 'usr_1', created_at: at, job: of, summary: null }
}

const dataset: DatasetDetail = {
  id: 'ds_1',
  workspace_id: 'ws_1',
  name: 'films.csv',
  description: '',
  created_by: 'usr_1',
  created_at: at,
  updated_at: at,
  latest: null,
  role: 'owner',
}

/** What the fake server says; a report that is a string is a problem's code. */
let server: { dataset: DatasetDetail | null; versions: Version[]; report: Report | string; job: Job; columns?: Report['columns'] }
let asked: { method: string; url: string; body: unknown }[]

function answer(status: number, body: unknown): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}

const problem = (status: number, code: string) => answer(status, { type: code, title: code, status, code, detail: `Server: ${code}`, job_id: server.job.id })

beforeEach(() => {
  go('/d/ds_1', { replace: true })
  asked = []
  server = { dataset, versions: [version(1, job('succeeded'))], report: golden('films'), job: job('succeeded') }
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET'
    asked.push({ method, url, body: init.body ? JSON.parse(init.body as string) : undefined })
    if (url.includes('/api/v1/jobs/')) return answer(200, server.job)
    if (!server.dataset) return problem(404, 'not_found')
    if (method === 'DELETE') return answer(204, null)
    if (url.endsWith('/jobs')) return answer(202, server.job)
    if (url.includes('/profile?') && !url.includes('others=brief')) return answer(200, { ...(server.report as Report), columns: server.columns })
    if (url.includes('/profile?')) return typeof server.report === 'string' ? problem(409, server.report) : answer(200, server.report)
    if (url.includes('/versions')) return answer(200, { items: server.versions, next_cursor: null })
    return answer(200, server.dataset)
  })
})

afterEach(() => {
  cleanup()
  jobs.stop()
  vi.unstubAllGlobals()
})

const open = () => render(<DatasetPage id="ds_1" />)
const fact = (name: string) => screen.getByText(name, { selector: 'dt' }).nextElementSibling!.textContent

test('the page of a finished file says what is in it', async () => {
  open()
  await screen.findByRole('table', { name: 'Columns' })
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('films.csv')
  expect([fact('Rows'), fact('Columns'), fact('Duplicate rows')]).toEqual(['420', '13', String(golden('films').duplicates.rows)])
  expect(fact('Alerts')).toBe(String(golden('films').alerts.length))
  expect(screen.getByText(/Every row was read; all numbers on this page are exact\./)).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('duplicates within the error of their estimate are not given a number', async () => {
  server.report = { ...golden('films'), duplicates: { rows: 2, exact: false, error: 0.01 } }
  open()
  await screen.findByRole('table', { name: 'Columns' })
  expect(fact('Duplicate rows')).toBe('too few to tell')
})

test('a link into a very wide table brings that column in full, and its neighbours', async () => {
  const films = golden('films')
  const title = films.columns[0]!
  const full = Array.from({ length: 700 }, (_, index) => ({ ...title, index, name: `c${index}` }))
  const outlined = full.map((column) => ({ ...column, brief: true as const, top: [], evidence: [] }))
  server = { ...server, report: { ...films, columns: [...full.slice(0, 500), ...outlined.slice(500)] }, columns: full.slice(600, 640) }
  go('/d/ds_1?col=c605', { replace: true })
  open()
  await waitFor(() => expect(document.querySelector('.detail')!.textContent).toContain('What was seen'), { timeout: 10_000 })
  expect(asked.filter((a) => a.url.includes('/profile?')).map((a) => new URL(a.url, 'http://x').search)).toEqual(['?columns=0-499&others=brief', '?columns=600-639'])
}, 15_000)

test('what may not be seen does not exist', async () => {
  server.dataset = null
  open()
  expect((await screen.findByRole('heading', { level: 1 })).textContent).toBe('Nothing here')
})

test('a version that is not there leads to the newest', async () => {
  go('/d/ds_1?v=7', { replace: true })
  open()
  expect((await screen.findByRole('link', { name: 'Show the newest version' })).getAttribute('href')).toBe('/d/ds_1')
})

test('before there is a report, numbers tell how far the reading is', async () => {
  server = { ...server, versions: [version(1, job('running'))], job: job('running'), report: 'not_ready' }
  open()
  const bar = await screen.findByRole('progressbar')
  expect(bar.getAttribute('aria-valuenow')).toBe('25')
  expect(bar.parentElement!.textContent).toContain('100 rows')
  expect(bar.parentElement!.textContent).toContain('50 rows/s')
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a provisional report is shown as one, and replaced when its job ends', async () => {
  const whole = golden('films')
  server = { ...server, versions: [version(1, job('running'))], job: job('running'), report: { ...whole, provisional: true, complete: false, rows: 100 } }
  open()
  await screen.findByText(/the numbers below are of the first 100 rows/)
  const first = screen.getAllByRole('row')[1]
  server = { ...server, versions: [version(1, job('succeeded'))], job: job('succeeded'), report: whole }
  jobs.put(job('succeeded'))
  await screen.findByText(/all numbers on this page are exact/)
  // The same row, with new figures: nothing was torn down.
  expect(screen.getAllByRole('row')[1]).toBe(first)
  expect(screen.queryByRole('progressbar')).toBeNull()
  // What was seen to run says that it is done, in its place: the ledger does not jump.
  expect(document.querySelector('.reading')!.textContent).toContain('Done')
})

const fault: JobError = { code: 'truncated_file', message: 'The file ends inside a quoted cell.', hint: 'Upload it again.', row: 9981, offset: 1_203_312 }

test('a failed file is explained: what, where, and what to do', async () => {
  const failed = job('failed', { error: fault })
  server = { ...server, versions: [version(1, failed)], job: failed, report: 'job_failed' }
  open()
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('The file ends inside a quoted cell.')
  expect(alert.textContent).toContain('Upload it again.')
  expect(alert.textContent).toContain('Row 9,981, byte 1,203,312')
  expect(alert.textContent).toContain('Error code: truncated_file')
  expect(screen.getByRole('button', { name: 'Read with other options' })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Upload again' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
  expect(document.querySelector('.skeleton')).toBeNull()
})

test('of a locked file only another upload helps', async () => {
  const failed = job('failed', { error: { ...fault, code: 'encrypted_file', row: null } })
  server = { ...server, versions: [version(1, failed)], job: failed, report: 'job_failed' }
  open()
  await screen.findByRole('button', { name: 'Upload again' })
  expect(screen.queryByRole('button', { name: 'Read with other options' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})

test('the time of a reading that failed is not the time of the report', async () => {
  const failed = job('failed', { error: fault })
  server = { ...server, versions: [version(1, failed)], job: failed }
  open()
  await screen.findByRole('table', { name: 'Columns' })
  expect(screen.getByRole('alert').textContent).toContain('Below is the report of an earlier reading.')
  expect(screen.queryByText(/^profiled/)).toBeNull()
})

test('what was read of a broken file is shown, and called a part', async () => {
  const failed = job('failed', { error: fault })
  server = { ...server, versions: [version(1, failed)], job: failed, report: { ...golden('films'), complete: false } }
  open()
  await screen.findByRole('table', { name: 'Columns' })
  expect(screen.getByRole('alert').textContent).toContain('not the whole file')
  expect(screen.queryByText(/Every row was read/)).toBeNull()
})

test('the file is read again with the options given, while the old report stays', async () => {
  // A guess at the dialect offers to read it differently.
  server.report = { ...golden('films'), source: { ...golden('films').source, confidence: 0.4 } }
  open()
  fireEvent.click(await screen.findByRole('button', { name: 'read it differently' }))
  server.job = job('running', { id: 'job_2' })
  const dialog = screen.getByRole('dialog', { name: 'Read the file again' })
  fireEvent.input(within(dialog).getByLabelText('Delimiter'), { target: { value: ';' } })
  fireEvent.submit(dialog.querySelector('form')!)
  await screen.findByRole('progressbar', { name: 'Reading the file again' })
  expect(asked.find((a) => a.method === 'POST')).toMatchObject({ url: '/api/v1/datasets/ds_1/versions/1/jobs', body: { options: { delimiter: ';' } } })
  expect(screen.getByRole('table', { name: 'Columns' })).toBeTruthy()
})

test('another version brings its own report, and nothing of the one before', async () => {
  server.versions = [version(2, job('succeeded', { id: 'job_2', version: 2 })), version(1, job('succeeded'))]
  open()
  await screen.findByRole('table', { name: 'Columns' })
  expect(asked.some((a) => a.url.startsWith('/api/v1/datasets/ds_1/versions/2/profile?'))).toBe(true)
  server.report = golden('codes')
  go('/d/ds_1?v=1')
  await waitFor(() => expect(fact('Rows')).toBe('120'))
  expect(asked.some((a) => a.url.startsWith('/api/v1/datasets/ds_1/versions/1/profile?'))).toBe(true)
})

test('a viewer can change nothing', async () => {
  const failed = job('failed', { error: fault })
  server = { ...server, dataset: { ...dataset, role: 'viewer' }, versions: [version(1, failed)], job: failed, report: 'job_failed' }
  open()
  await screen.findByRole('alert')
  expect(screen.queryByRole('button', { name: /Try again|options|Upload/ })).toBeNull()
})
