import { useState } from 'preact/hooks'
import type { DatasetDetail } from '../api/api.gen.ts'
import type { Report } from '../api/report.gen.ts'
import { ApiError } from '../api/client.ts'
import { useSubmit } from '../account/form.tsx'
import { counted } from '../format.ts'
import { formOf, ReadingFields, SureWords, toOptions } from '../job/reading.tsx'
import { go } from '../router.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Failure } from '../shell/notice.tsx'
import { say } from '../shell/say.ts'
import type { Page } from './load.ts'
import { sourceWords } from './wording.ts'

export type Asked = 'rename' | 'options' | 'delete' | null

type Props = { page: Page; onClose: () => void }

export function RenameDialog({ page, dataset, onClose }: Props & { dataset: DatasetDetail }) {
  const [name, setName] = useState(dataset.name)
  const [description, setDescription] = useState(dataset.description)
  const { busy, error, submit } = useSubmit(async () => {
    await page.change({ name: name.trim(), description: description.trim() })
    say('Saved')
    onClose()
  })
  return (
    <Dialog title="Name and description" onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <label class="field">
          <span>Name</span>
          <input class="input" value={name} required maxLength={255} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>Description</span>
          <textarea class="input" rows={4} maxLength={10_000} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />
          <small>Where it comes from, what it is for. May stay empty.</small>
        </label>
        {error && <Failure error={error} />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy || name.trim() === ''}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Deleting takes the files too: the name must be typed, so that it cannot happen by a stray Enter. */
export function DeleteDialog({ page, dataset, versions, onClose }: Props & { dataset: DatasetDetail; versions: number }) {
  const [typed, setTyped] = useState('')
  const { busy, error, submit } = useSubmit(async () => {
    await page.remove()
    say(`${dataset.name} was deleted`)
    go('/')
  })
  const sure = typed.trim() === dataset.name.trim()
  return (
    <Dialog title={`Delete ${dataset.name}?`} onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <p>
          This deletes {versions === 1 ? 'the uploaded file' : `all ${counted(versions, 'version')}, their uploaded files`} and{' '}
          {versions === 1 ? 'its report' : 'their reports'}, for everyone who sees this dataset. It cannot be undone.
        </p>
        <label class="field">
          <span>
            Type <b class="typed-name">{dataset.name}</b> to confirm
          </span>
          <input class="input" value={typed} autocomplete="off" spellcheck={false} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        {error && <Failure error={error} />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Keep it
          </button>
          <button type="submit" class="button danger" disabled={busy || !sure}>
            Delete for good
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** What the reader may know better than the sniffers. Left alone, each is found out again. */
export function OptionsDialog({ page, report, onClose }: Props & { report: Report | null }) {
  const source = report?.source ?? null
  const job = page.job.value
  // A job that failed was told more lately than the one whose report is still shown.
  const [form, setForm] = useState(formOf(job ? job.options : source?.options))
  const { busy, error, submit } = useSubmit(async () => {
    await page.readAgain(toOptions(form))
    say('Reading the file again')
    onClose()
  })
  return (
    <Dialog title="Read the file again" onClose={onClose}>
      <form class="dialog-form reading-form" onSubmit={submit}>
        {source && (
          <div class="was-read">
            <p>
              It was read as {sourceWords(source, report?.columns.length)}.
            </p>
            <SureWords source={source} />
          </div>
        )}
        <p>Say what you know of the file; the rest is found out. What the page shows now stays until the new report is ready.</p>
        <ReadingFields form={form} onForm={setForm} source={source} tables={report?.tables ?? []} />
        {error && <Failure error={asSentence(error)} />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            Read again
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** The server names options as programs do: "delimiter must be …", "skip_rows must not …". Here they begin a sentence. */
function asSentence(error: ApiError): ApiError {
  const message = error.message.replace(/^[a-z_]+/, (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' '))
  return new ApiError(error.status, error.code, message, error.hint, error.problem)
}
