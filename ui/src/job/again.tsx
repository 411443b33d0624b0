import { useState } from 'preact/hooks'
import { useSubmit } from '../account/form.tsx'
import type { Job } from '../api/api.gen.ts'
import { call } from '../api/client.ts'
import { Failure } from '../shell/notice.tsx'
import { formOf, ReadingFields, toOptions } from './reading.tsx'

/** Reads the same file again, told how. What is left open is found out, as the first time. */
export function RunAgain({ job, onStarted }: { job: Job; onStarted: (next: Job) => void }) {
  const [form, setForm] = useState(formOf(job.options))
  const { busy, error, submit } = useSubmit(async () => {
    onStarted(await call('POST /api/v1/datasets/{id}/versions/{n}/jobs', { path: { id: job.dataset_id, n: job.version }, body: { options: toOptions(form) } }))
  })
  return (
    <section class="again" aria-labelledby="again">
      <h2 id="again">Read it another way</h2>
      <p>Tell Assay what it should not have to guess.</p>
      {error && <Failure error={error} />}
      <form onSubmit={submit}>
        <ReadingFields form={form} onForm={setForm} />
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? 'Starting' : 'Read it again'}
        </button>
      </form>
    </section>
  )
}
