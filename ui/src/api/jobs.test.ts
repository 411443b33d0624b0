import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Job } from './api.gen.ts'
import { ApiError } from './client.ts'
import { Jobs, whenEnded } from './jobs.ts'

const job = (changes: Partial<Job> = {}): Job => ({
  id: 'job_1', dataset_id: 'ds_1', version: 1, status: 'running', stage: 'profiling', attempt: 1,
  progress: { bytes_done: 1, bytes_total: 10, rows: 1, rows_per_second: 1, eta_seconds: null },
  queue_position: null, error: null, options: null, created_at: '', started_at: null, finished_at: null, created_by: 'usr_1', ...changes,
})
const rows = (n: number, changes: Partial<Job> = {}) => job({ ...changes, progress: { ...job().progress, rows: n } })

let asked: string[]
let answer: () => Promise<Job>
let tell: (job: Job) => void
let streams: number
let jobs: Jobs
beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  streams = 0
  answer = async () => job()
  jobs = new Jobs(
    (id) => {
      asked.push(id)
      return answer()
    },
    (onJob) => {
      streams++
      tell = onJob
      return { close: () => streams-- }
    },
  )
})
afterEach(() => {
  jobs.stop()
  vi.useRealTimers()
})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('following a job', () => {
  test('asks for one that is not known, at once', async () => {
    jobs.follow('job_1')
    await pass(1)
    expect(jobs.job('job_1').value).toEqual(job())
  })

  test('hears of it by the stream without asking', async () => {
    jobs.start()
    jobs.put(job())
    jobs.follow('job_1')
    for (let n = 2; n < 40; n++) {
      await pass(250)
      tell(rows(n))
    }
    expect(asked).toEqual([])
    expect(jobs.job('job_1').value?.progress.rows).toBe(39)
  })

  test('asks by itself when the stream is silent, and stops at the end', async () => {
    let n = 1
    answer = async () => rows(++n, n === 5 ? { status: 'succeeded', stage: 'done' } : {})
    jobs.start()
    jobs.follow('job_1')
    await pass(60_000)
    expect(jobs.job('job_1').value?.status).toBe('succeeded')
    expect(asked).toHaveLength(4)
  })

  test('asks less and less often about a job that does not move', async () => {
    jobs.follow('job_1')
    await pass(60_000)
    expect(asked.length).toBeGreaterThan(9)
    expect(asked.length).toBeLessThan(18)
  })

  test('does not ask when nobody follows', async () => {
    const leave = jobs.follow('job_1')
    await pass(1)
    leave()
    leave() // twice does no harm
    const before = asked.length
    await pass(60_000)
    expect(asked).toHaveLength(before)
  })

  test('keeps what the stream said while an older answer was on its way', async () => {
    let release: (job: Job) => void = () => {}
    answer = () => new Promise((resolve) => (release = resolve))
    jobs.start()
    jobs.follow('job_1')
    await pass(5)
    tell(rows(100))
    await pass(5)
    release(rows(50))
    await pass(5)
    expect(jobs.job('job_1').value?.progress.rows).toBe(100)
  })

  test('goes on after a fault that passes, and stops at one that does not', async () => {
    answer = async () => {
      throw new ApiError(0, 'unreachable', 'Assay does not answer.')
    }
    jobs.follow('job_1')
    await pass(20_000)
    expect(asked.length).toBeGreaterThan(3)
    expect(jobs.error('job_1').value?.code).toBe('unreachable')
    answer = async () => {
      throw new ApiError(404, 'not_found', 'No such job.')
    }
    await pass(10_000)
    const before = asked.length
    await pass(60_000)
    expect(asked).toHaveLength(before)
    expect(jobs.error('job_1').value?.status).toBe(404)
  })

  test('an end that is taken back by a retry is followed again', async () => {
    answer = async () => job({ status: 'failed' })
    jobs.put(job({ status: 'failed' }))
    jobs.follow('job_1')
    await pass(30_000)
    expect(asked).toHaveLength(1)
    answer = async () => job({ status: 'succeeded' })
    jobs.put(job({ status: 'queued', attempt: 2 }))
    await pass(3_000)
    expect(jobs.job('job_1').value?.status).toBe('succeeded')
  })
})

test('a job that is gone with its dataset is found out when it is followed again', async () => {
  jobs.put(job({ status: 'failed' }))
  answer = async () => {
    throw new ApiError(404, 'not_found', 'No such job.')
  }
  jobs.follow('job_1')
  await pass(10)
  expect(jobs.error('job_1').value?.status).toBe(404)
})

test('one stream, however often it is started; none after the end', () => {
  jobs.start()
  jobs.start()
  expect(streams).toBe(1)
  jobs.stop()
  expect(streams).toBe(0)
})

test('waiting for the end resolves with the ended job', async () => {
  let n = 0
  answer = async () => (++n < 3 ? rows(n) : rows(n, { status: 'canceled' }))
  const end = whenEnded('job_1', jobs)
  await pass(10_000)
  expect((await end).status).toBe('canceled')
})
