import { Check, CircleAlert, Pause, Play, X } from 'lucide'
import { Fragment, type ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { asApiError, call } from '../api/client.ts'
import { ended, jobs } from '../api/jobs.ts'
import { bytes, bytesOf, timeLeft } from '../format.ts'
import { Icon } from '../icon.tsx'
import { Steps } from '../job/steps.tsx'
import { jobWords, mayHelp, progressOf } from '../job/words.ts'
import { Words } from '../shell/notice.tsx'
import { say, throttledSay } from '../shell/say.ts'
import { accept } from './drop.tsx'
import type { Transfer } from './transfer.ts'
import { uploads } from './uploads.ts'
import './card.css'

/** One file: on its way, then in its job, then read. */
export function UploadCard({ transfer }: { transfer: Transfer }) {
  const result = transfer.result.value
  const dismiss = () => void uploads.remove(transfer)
  if (result) return <JobCard id={result.job_id} name={transfer.name} size={transfer.size} onDismiss={dismiss} />
  return <SendingCard transfer={transfer} />
}

function SendingCard({ transfer: t }: { transfer: Transfer }) {
  const phase = t.phase.value
  const sent = t.sent.value
  const share = t.size > 0 ? sent / t.size : phase === 'sealing' ? 1 : 0
  const [fault, setFault] = useState('')
  // What was said of a wrong file is over as soon as the upload goes on, however the right one came.
  useEffect(() => setFault(''), [phase])
  const cancel = async () => {
    try {
      await uploads.remove(t)
      say(`${t.name} canceled`)
    } catch (thrown) {
      setFault(asApiError(thrown).message)
    }
  }
  const tell = useRef(throttledSay()).current
  useEffect(() => {
    if (phase === 'sending' && share > 0) tell(`${t.name}: ${Math.floor(share * 100)}% sent`)
  }, [phase, Math.floor(share * 10)])
  useEffect(() => {
    if (phase === 'failed') say(`${t.name} failed: ${t.error.value?.message ?? ''}`)
  }, [phase])

  if (phase === 'failed') {
    const error = t.error.value!
    return (
      <Card name={t.name} size={t.size}>
        <p class="card-fault">
          <Icon of={CircleAlert} label="Error" />
          <span>
            <b>{error.message}</b> <Words of={error.hint} />
          </span>
        </p>
        <div class="card-actions">
          {t.file && error.code !== 'unsupported_format' && error.code !== 'too_large' && (
            <button class="button slim" type="button" onClick={() => void uploads.again(t)}>
              Start again
            </button>
          )}
          <button class="button slim" type="button" onClick={() => void cancel()} aria-label={`Dismiss ${t.name}`}>
            Dismiss
          </button>
        </div>
      </Card>
    )
  }
  return (
    <Card name={t.name} size={t.size} share={share}>
      <Steps step={0} share={share} label={`Progress of ${t.name}`} halted={phase !== 'sending' && phase !== 'sealing'} />
      <div class="card-line">
        <p class="card-now">
          <Now transfer={t} />
        </p>
        <p class="card-figures">
          <Figures transfer={t} />
        </p>
      </div>
      {fault && <p class="card-fault">{fault}</p>}
      <div class="card-actions">
        {phase === 'sending' && (
          <button class="button slim" type="button" onClick={() => t.pause()} aria-label={`Pause ${t.name}`}>
            <Icon of={Pause} size={13} /> Pause
          </button>
        )}
        {phase === 'paused' && (
          <button class="button slim" type="button" onClick={() => t.resume()} aria-label={`Resume ${t.name}`}>
            <Icon of={Play} size={13} /> Resume
          </button>
        )}
        {phase === 'needs-file' && <ChooseAgain transfer={t} onFault={setFault} />}
        {phase !== 'sealing' && phase !== 'elsewhere' && (
          <button class="button slim" type="button" onClick={() => void cancel()} aria-label={`Cancel ${t.name}`}>
            <Icon of={X} size={14} /> Cancel
          </button>
        )}
      </div>
    </Card>
  )
}

function Now({ transfer: t }: { transfer: Transfer }) {
  const trouble = t.trouble.value
  const here = bytes(t.sent.value)
  switch (t.phase.value) {
    case 'starting':
      return trouble ? <Trouble transfer={t} /> : <>Getting ready</>
    case 'sending':
      if (trouble) return <Trouble transfer={t} />
      return t.lanes.value === 0 ? <>Waiting for its turn</> : <>Sending</>
    case 'paused':
      return <>Paused</>
    case 'needs-file':
      return t.sent.value > 0 ? (
        <>The page was reloaded. {here} are safe: choose the same file again, and it goes on from there.</>
      ) : (
        <>The page was reloaded. Choose the same file again to send it.</>
      )
    case 'elsewhere':
      return <>Another tab of this browser is sending it.</>
    case 'sealing':
      return trouble ? <Trouble transfer={t} /> : <>All sent. Putting the parts together</>
    default:
      return null
  }
}

/** What went wrong, with the seconds until the next try. */
function Trouble({ transfer }: { transfer: Transfer }) {
  const trouble = transfer.trouble.value
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  if (!trouble) return null
  const seconds = Math.ceil((trouble.at - now) / 1000)
  return (
    <>
      {trouble.message} {seconds > 0 ? `Trying again in ${seconds} s. ` : 'Trying again. '}
      {seconds > 1 && (
        <button class="link" type="button" onClick={() => transfer.retryNow()}>
          Try now
        </button>
      )}
    </>
  )
}

function Figures({ transfer: t }: { transfer: Transfer }) {
  const speed = t.speed.value
  const sent = t.sent.value
  const parts: string[] = []
  if (t.size > 0 && (sent > 0 || t.phase.value === 'sending' || t.phase.value === 'paused')) parts.push(bytesOf(sent, t.size))
  if (speed !== null) {
    parts.push(`${bytes(speed)}/s`)
    if (speed > 0) parts.push(`${timeLeft((t.size - sent) / speed)} left`)
  }
  return <List of={parts} />
}

/** Asks for the file of an upload that was begun before the page was reloaded. */
function ChooseAgain({ transfer, onFault }: { transfer: Transfer; onFault: (fault: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const choose = async (file: File | undefined) => {
    if (!file) return
    onFault('')
    if (await transfer.resumeWith(file, { sure: true })) return
    onFault(
      file.name !== transfer.name || file.size !== transfer.size
        ? `That is another file: ${file.name}, ${bytes(file.size)}. This upload is of ${transfer.name}, ${bytes(transfer.size)}.`
        : 'The file has changed since this upload began. Cancel it, and drop the file as a new one.',
    )
  }
  return (
    <>
      <button class="button slim primary" type="button" onClick={() => input.current?.click()} aria-label={`Choose the file ${transfer.name} again`}>
        Choose the file
      </button>
      <input
        ref={input}
        class="hush"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept={accept}
        onChange={(event) => {
          const picked = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          void choose(picked)
        }}
      />
    </>
  )
}

/** A job, with live progress until it has ended. */
export function JobCard({ id, name, size, onDismiss }: { id: string; name: string; size?: number; onDismiss?: () => void }) {
  useEffect(() => jobs.follow(id), [id])
  const job = jobs.job(id).value
  const trouble = jobs.error(id).value
  const [fault, setFault] = useState('')
  const tell = useRef(throttledSay()).current
  const status = job?.status
  useEffect(() => {
    if (status === 'succeeded') say(`${name} is ready`)
    else if (status === 'failed') say(`${name} failed: ${job?.error?.message ?? ''}`)
    else if (job?.status === 'running') tell(`${name}: ${jobWords(job).now}`)
  }, [status, job?.stage])
  const gone = trouble?.status === 404
  useEffect(() => {
    if (gone) onDismiss?.()
  }, [gone])
  if (gone) return null
  if (!job) {
    return (
      <Card name={name} {...(size === undefined ? {} : { size })}>
        <Steps step={1} share={0} label={`Progress of ${name}`} />
        <p class="card-now">{trouble && !trouble.temporary ? trouble.message : 'Handed over to a worker'}</p>
      </Card>
    )
  }
  const act = async (what: 'cancel' | 'retry') => {
    setFault('')
    try {
      jobs.put(await call(what === 'cancel' ? 'POST /api/v1/jobs/{id}/cancel' : 'POST /api/v1/jobs/{id}/retry', { path: { id } }))
    } catch (thrown) {
      setFault(asApiError(thrown).message)
    }
  }
  const { step, share } = progressOf(job)
  const words = jobWords(job)
  const failed = job.status === 'failed'
  const running = job.status === 'running'
  return (
    <Card
      name={name}
      href={failed ? `/jobs/${job.id}` : `/d/${job.dataset_id}`}
      {...(size === undefined ? {} : { size })}
      {...(running && job.stage === 'profiling' ? { share } : {})}
    >
      {job.status !== 'succeeded' && <Steps step={step} share={share} label={`Progress of ${name}`} halted={ended(job)} />}
      {job.error && failed ? (
        <p class="card-fault">
          <Icon of={CircleAlert} label="Error" />
          <span>
            <b>{job.error.message}</b> <Words of={job.error.hint} />
          </span>
        </p>
      ) : (
        <div class="card-line">
          <p class="card-now">
            {job.status === 'succeeded' && <Icon of={Check} size={14} />} {words.now}
          </p>
          <p class="card-figures">
            <List of={words.figures} />
          </p>
        </div>
      )}
      {fault && <p class="card-fault">{fault}</p>}
      <div class="card-actions">
        {job.status === 'succeeded' && (
          <a class="button slim primary" href={`/d/${job.dataset_id}?v=${job.version}`} aria-label={`Open ${name}`}>
            Open
          </a>
        )}
        {running && (
          <a class="button slim" href={`/d/${job.dataset_id}?v=${job.version}`} aria-label={`Watch ${name}`}>
            Watch
          </a>
        )}
        {failed && (
          <a class="button slim" href={`/jobs/${job.id}`} aria-label={`What happened to ${name}`}>
            What happened
          </a>
        )}
        {((failed && mayHelp(job.error)) || job.status === 'canceled') && (
          <button class="button slim" type="button" onClick={() => void act('retry')} aria-label={`Try again: ${name}`}>
            Try again
          </button>
        )}
        {!ended(job) && (
          <button class="button slim" type="button" onClick={() => void act('cancel')} aria-label={`Cancel ${name}`}>
            <Icon of={X} size={14} /> Cancel
          </button>
        )}
        {ended(job) && onDismiss && (
          <button class="button slim" type="button" onClick={onDismiss} aria-label={`Dismiss ${name}`}>
            Dismiss
          </button>
        )}
      </div>
    </Card>
  )
}

function Card({
  name,
  size,
  href,
  share,
  children,
}: {
  name: string
  size?: number
  href?: string
  share?: number
  children: ComponentChildren
}) {
  return (
    <li class="card">
      <div class="card-head">
        <h3>{href ? <a href={href}>{name}</a> : name}</h3>
        {size !== undefined && <span class="note">{bytes(size)}</span>}
        {share !== undefined && <b class="card-share">{Math.floor(share * 100)}%</b>}
      </div>
      {children}
    </li>
  )
}

/** Figures side by side. The blank between them is for whom the dots are not drawn. */
function List({ of }: { of: string[] }) {
  return (
    <>
      {of.map((part) => (
        <Fragment key={part.replace(/[\d.,]+/g, '')}>
          <span>{part}</span>{' '}
        </Fragment>
      ))}
    </>
  )
}
