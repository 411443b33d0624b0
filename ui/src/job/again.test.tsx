import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Job } from '../api/api.gen.ts'
import { RunAgain } from './again.tsx'

const at = '2026-11-23T10:14:05Z'
const failed: Job = {
  id: 'job_1',
  dataset_id: 'ds_1',
  version: 2,
  status: 'failed',
  stage: 'done',
  attempt: 1,
  progress: { bytes_done: 0, bytes_total: 4, rows: 0, rows_per_second: 0, eta_seconds: null },
  queue_position: null,
  error: { code: 'bad_encoding', message: 'Not UTF-16.', hint: '', row: null, offset: null },
  options: { encoding: 'utf-16le', delimiter: 'tab', skip_rows: 2 },
  created_by: 'usr_1',
  created_at: at,
  started_at: at,
  finished_at: at,
}

let asked: { url: string; body: unknown }[]
beforeEach(() => {
  asked = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, body: JSON.parse(init.body as string) })
    return new Response(JSON.stringify({ ...failed, id: 'job_2', status: 'queued' }), { status: 202, headers: { 'Content-Type': 'application/json' } })
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test('what a failed job was told stands in the form, and one thing is changed', async () => {
  const started = vi.fn()
  render(<RunAgain job={failed} onStarted={started} />)
  expect((screen.getByLabelText('Delimiter') as HTMLInputElement).value).toBe('tab')
  fireEvent.input(screen.getByLabelText('Encoding'), { target: { value: 'windows-1252' } })
  fireEvent.click(screen.getByRole('button', { name: 'Read it again' }))
  await waitFor(() => expect(started).toHaveBeenCalled())
  expect(asked).toEqual([{ url: '/api/v1/datasets/ds_1/versions/2/jobs', body: { options: { encoding: 'windows-1252', delimiter: 'tab', skip_rows: 2 } } }])
})

test('a job that was told nothing leaves all of it open', () => {
  render(<RunAgain job={{ ...failed, options: null }} onStarted={() => {}} />)
  expect((screen.getByLabelText('Delimiter') as HTMLInputElement).value).toBe('')
  expect(screen.queryByRole('button', { name: 'Find out all of it again' })).toBeNull()
})
