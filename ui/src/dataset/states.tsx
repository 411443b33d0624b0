// What the page is when there is no report to show, or not a whole one.
import type { Job, Version } from '../api/api.gen.ts'
import { ApiError } from '../api/client.ts'
import { ended, jobs } from '../api/jobs.ts'
import type { Report } from '../api/report.gen.ts'
import { count, counted } from '../format.ts'
import { jobWords, mayHelp, optionsHelp, progressOf } from '../job/words.ts'
import { Failure, Notice, Words } from '../shell/notice.tsx'
import { UploadAgain } from '../upload/again.tsx'
import { useEffect, useRef } from 'preact/hooks'
import { throttledSay } from '../shell/say.ts'
import './states.css'

/** How far the reading is: a hairline that fills, and its numbers. What was seen to run stays, full, when it is done: nothing under it moves. */
export function Reading({ job, again, onCancel }: { job: Job; again: boolean; onCancel?: () => void }) {
  const { step, share } = progressOf(job)
  const { now, figures } = jobWords(job)
  const tell = useRef(throttledSay()).current
  const trouble = jobs.error(job.id).value
  const done = ended(job)
  const whole = step > 2 ? 1 : step < 2 ? 0 : share
  useEffect(() => {
    if (!done) tell(`${now}, ${Math.floor(share * 100)}%`)
  }, [job.stage, Math.floor(share * 10)])
  const bar = {
    role: 'progressbar' as const,
    'aria-label': again ? 'Reading the file again' : 'Reading the file',
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    'aria-valuenow': Math.floor(whole * 100),
  }
  return (
    <div class="reading">
      <div class="reading-line" {...(done ? {} : bar)}>
        <i style={{ width: `${whole * 100}%` }} />
      </div>
      <p>
        <b>{again && !done ? `Reading again: ${now.charAt(0).toLowerCase()}${now.slice(1)}` : now}</b>
        {step === 2 && <span>{Math.floor(share * 100)}%</span>}
        {figures.map((figure) => (
          <span key={figure.replace(/[\d.,]+/g, '')}>{figure}</span>
        ))}
        {trouble && <span class="reading-trouble">{trouble.message}</span>}
        {onCancel && !done && (
          <button type="button" class="link" onClick={onCancel}>
            Cancel
          </button>
        )}
      </p>
    </div>
  )
}

/** The shape of a page that is on its way: where the numbers will be, without a guess at them. */
export function Skeleton({ rows = 7 }: { rows?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} class="skeleton-row">
          <i class="square" />
          <i class="word" />
          <i class="mark" />
          <i class="figure" />
          <i class="figure" />
        </div>
      ))}
    </div>
  )
}

type FailedProps = { job: Job | null; error: ApiError | null; report: Report | null; onRetry?: () => void; onOptions?: () => void; onFiles?: (files: File[]) => void }

/** Why there is no report, or only a part of one, and what can be done. */
export function Failed({ job, error, report, onRetry, onOptions, onFiles }: FailedProps) {
  const canceled = job?.status === 'canceled'
  const fault = canceled ? null : (job?.error ?? null)
  const again = onRetry && mayHelp(fault)
  const otherwise = onOptions && optionsHelp(fault)
  return (
    <div class="failed">
      {canceled ? (
        <Notice severity="info">
          <b>Reading was canceled.</b>
          <span>{report ? 'What is below is of an earlier reading.' : 'The uploaded file is kept: it can be read at any time.'}</span>
        </Notice>
      ) : fault ? (
        <Notice severity="error">
          <b>{fault.message}</b>
          {fault.hint && <span><Words of={fault.hint} /></span>}
          <span class="where">
            {(fault.row !== null || fault.offset !== null) && `${place(fault)}. `}
            Error code: {fault.code}
          </span>
          {report && !report.complete && (
            <span>
              Below is what the first {report.rows === 1 ? 'row says. It is' : `${counted(report.rows, 'row')} say. They are`} not the whole file.
            </span>
          )}
          {report?.complete && <span>Below is the report of an earlier reading.</span>}
        </Notice>
      ) : error ? (
        <Failure error={error} />
      ) : null}
      {(again || otherwise || onFiles) && (
        <p class="failed-actions">
          {again && (
            <button type="button" class="button" onClick={onRetry}>
              {canceled ? 'Read it' : 'Try again'}
            </button>
          )}
          {otherwise && (
            <button type="button" class="button" onClick={onOptions}>
              Read with other options
            </button>
          )}
          {onFiles && !mayHelp(fault) && <UploadAgain onFiles={onFiles} />}
        </p>
      )}
    </div>
  )
}

function place({ row, offset }: { row: number | null; offset: number | null }): string {
  const parts = []
  if (row !== null) parts.push(`row ${count(row)}`)
  if (offset !== null) parts.push(`byte ${count(offset)}`)
  const text = parts.join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What the page is about to show, in one word. */
export type Stage = 'loading' | 'reading' | 'ready' | 'failed'

export function stageOf(report: Report | null, job: Job | null, error: ApiError | null, version: Version | null): Stage {
  const status = job?.status ?? version?.job?.status
  if (report) return (status === 'failed' || status === 'canceled') && (job === null || ended(job)) ? 'failed' : 'ready'
  if (status === 'failed' || status === 'canceled') return 'failed'
  if (error) return 'failed'
  return status === 'queued' || status === 'running' ? 'reading' : 'loading'
}
