import type { Job } from '../api/api.gen.ts'
import { bytesOf, count, counted, duration, ordinal, timeLeft } from '../format.ts'

/** The steps of a file, as cards show them. */
export const steps = ['Send', 'Wait', 'Profile', 'Store'] as const

/** Which step a job is at, and how far that step is (0 to 1). */
export function progressOf(job: Job): { step: number; share: number } {
  if (job.status === 'succeeded') return { step: 4, share: 1 }
  switch (job.stage) {
    case 'fetching':
    case 'verifying':
    case 'profiling': {
      const { bytes_done: done, bytes_total: total } = job.progress
      return { step: 2, share: job.stage !== 'fetching' && total > 0 ? Math.min(1, done / total) : 0 }
    }
    case 'storing':
      return { step: 3, share: 0 }
    case 'done':
      return { step: 4, share: 1 }
    default:
      return { step: 1, share: 0 }
  }
}

/** What a job does now, and its figures: only those that are known. */
export function jobWords(job: Job): { now: string; figures: string[] } {
  const { progress } = job
  switch (job.status) {
    case 'queued':
      return { now: waiting(job.queue_position), figures: job.attempt > 1 ? [`try ${job.attempt} of 3`] : [] }
    case 'succeeded':
      return { now: 'Done', figures: [counted(progress.rows, 'row'), took(job)].filter(Boolean) }
    case 'failed':
      return { now: 'Failed', figures: progress.rows > 0 ? [`after ${counted(progress.rows, 'row')}`] : [] }
    case 'canceled':
      return { now: 'Canceled', figures: [] }
  }
  switch (job.stage) {
    case 'verifying':
      return { now: 'Checking that the file arrived whole', figures: [bytesOf(progress.bytes_done, progress.bytes_total)] }
    case 'profiling': {
      const figures = [counted(progress.rows, 'row')]
      if (progress.rows_per_second > 0) figures.push(`${count(progress.rows_per_second)} rows/s`)
      if (progress.eta_seconds !== null) figures.push(`${timeLeft(progress.eta_seconds)} left`)
      return { now: 'Profiling', figures }
    }
    case 'storing':
      return { now: 'Storing the report', figures: [counted(progress.rows, 'row')] }
    default:
      return { now: 'Opening the file', figures: [] }
  }
}

function waiting(position: number | null) {
  if (position === null) return 'Waiting for a worker'
  return position === 1 ? 'Next in the queue' : `${ordinal(position)} in the queue`
}

/** The time between two times, in words; short ones are not called nothing. */
export function span(from: string, to: string) {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000
  return seconds < 0.1 ? 'under 0.1 s' : duration(seconds)
}

function took(job: Job) {
  if (!job.started_at || !job.finished_at) return ''
  return `in ${span(job.started_at, job.finished_at)}`
}

/** Faults of the file itself: read the same way again, it says the same again. */
const final = new Set([
  'encrypted_file',
  'bad_archive',
  'bad_workbook',
  'broken_file',
  'invalid_arrow',
  'invalid_parquet',
  'no_tables',
  'no_such_table',
  'sheet_too_sparse',
  'too_many_members',
  'workbook_too_large',
  'wrong_format',
  'empty_file',
  'unsupported_format',
  'not_a_table',
  'bad_encoding',
  'bad_compression',
  'truncated_file',
  'invalid_json',
  'too_many_columns',
  'cell_too_large',
  'nesting_too_deep',
  'too_large',
  'decompressed_too_large',
  'checksum_mismatch',
])

/** Trying again, with nothing changed, may end otherwise. */
export function mayHelp(error: { code: string } | null): boolean {
  return error === null || !final.has(error.code)
}

/**
 * Other options may end otherwise; bytes that are damaged, locked, missing or too many stay so, and a picture stays one.
 * What ends too early at a row is a text, which may have been taken for JSON.
 */
export function optionsHelp(error: { code: string; row?: number | null } | null): boolean {
  if (error?.code === 'truncated_file') return error.row != null
  return error === null || !damaged.has(error.code)
}

const damaged = new Set([
  'empty_file',
  'encrypted_file',
  'unsupported_format',
  'bad_archive',
  'bad_compression',
  'bad_workbook',
  'broken_file',
  'invalid_arrow',
  'invalid_parquet',
  'no_tables',
  'too_many_members',
  'workbook_too_large',
  'too_large',
  'decompressed_too_large',
  'checksum_mismatch',
  'object_missing',
])
