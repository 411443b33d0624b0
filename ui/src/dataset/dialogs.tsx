import { useState } from 'preact/hooks'
import type { DatasetDetail, Options } from '../api/api.gen.ts'
import type { Source } from '../api/report.gen.ts'
import { ApiError } from '../api/client.ts'
import { useSubmit } from '../account/form.tsx'
import { counted } from '../format.ts'
import { go } from '../router.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Failure } from '../shell/notice.tsx'
import { say } from '../shell/say.ts'
import type { Page } from './load.ts'

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

const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1', 'windows-1252', 'iso-8859-15']

/** What the reader may know better than the sniffers. Left alone, each is found out again. */
export function OptionsDialog({ page, source, onClose }: Props & { source: Source | null }) {
  const given = (source?.options ?? {}) as Partial<Record<keyof Options, unknown>>
  const start = (key: keyof Options) => (given[key] === undefined ? '' : String(given[key]))
  const [options, setOptions] = useState({
    format: start('format'),
    delimiter: start('delimiter') === '\t' ? 'tab' : start('delimiter'),
    quote: start('quote'),
    escape: start('escape'),
    encoding: start('encoding'),
    header: start('header'),
    skip_rows: start('skip_rows'),
  })
  const set = (change: Partial<typeof options>) => setOptions({ ...options, ...change })
  const { busy, error, submit } = useSubmit(async () => {
    await page.readAgain(toOptions(options))
    say('Reading the file again')
    onClose()
  })
  const found = source && source.format === 'csv' ? source : null
  return (
    <Dialog title="Read the file again" onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <p>Say what you know of the file; the rest is found out. What the page shows now stays until the new report is ready.</p>
        <div class="form-pair">
          <Choice label="Format" value={options.format} onValue={(format) => set({ format })} choices={{ csv: 'CSV', ndjson: 'NDJSON', json: 'JSON' }} />
          <Suggest label="Encoding" value={options.encoding} onValue={(encoding) => set({ encoding })} found={source?.encoding} choices={encodings} />
        </div>
        {options.format !== 'json' && options.format !== 'ndjson' && (
          <>
            <div class="form-pair">
              <Suggest
                label="Delimiter"
                value={options.delimiter}
                onValue={(delimiter) => set({ delimiter })}
                found={found?.delimiter === '\t' ? 'tab' : found?.delimiter}
                choices={[',', ';', 'tab', '|', ':']}
                maxLength={3}
              />
              <Suggest
                label="Quote"
                value={options.quote}
                onValue={(quote) => set({ quote })}
                found={found?.quote}
                choices={['"', "'", 'none']}
                maxLength={4}
              />
            </div>
            <div class="form-pair">
              <Suggest
                label="Escape"
                value={options.escape}
                onValue={(escape) => set({ escape })}
                found={found?.escape}
                choices={['\\', '"', 'none']}
                maxLength={4}
              />
              <Choice label="First row holds the names" value={options.header} onValue={(header) => set({ header })} choices={{ yes: 'Yes', no: 'No' }} />
            </div>
            <div class="form-pair">
              <label class="field">
                <span>Lines to leave out before it</span>
                <input
                  class="input"
                  type="number"
                  min="0"
                  max="1000000"
                  inputMode="numeric"
                  placeholder="find out"
                  value={options.skip_rows}
                  onInput={(event) => set({ skip_rows: event.currentTarget.value })}
                />
              </label>
            </div>
          </>
        )}
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

/** The form's texts as the API's options; empty ones are left out. */
export function toOptions(form: { format: string; delimiter: string; quote: string; escape: string; encoding: string; header: string; skip_rows: string }): Options {
  const options: Options = {}
  const csv = form.format !== 'json' && form.format !== 'ndjson'
  if (form.format === 'csv' || form.format === 'ndjson' || form.format === 'json') options.format = form.format
  if (form.encoding.trim()) options.encoding = form.encoding.trim()
  if (!csv) return options
  if (form.delimiter) options.delimiter = form.delimiter
  if (form.quote) options.quote = form.quote
  if (form.escape) options.escape = form.escape
  if (form.header === 'yes' || form.header === 'no') options.header = form.header
  if (/^\d+$/.test(form.skip_rows.trim())) options.skip_rows = Number(form.skip_rows)
  return options
}

type ChoiceProps = { label: string; value: string; onValue: (value: string) => void }

function Choice({ label, value, onValue, choices }: ChoiceProps & { choices: Record<string, string> }) {
  return (
    <label class="field">
      <span>{label}</span>
      <select class="input" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        <option value="">Find out</option>
        {Object.entries(choices).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}

function Suggest({ label, value, onValue, found, choices, maxLength }: ChoiceProps & { found?: string | undefined; choices: string[]; maxLength?: number }) {
  const list = `suggest-${label.toLowerCase()}`
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        value={value}
        list={list}
        maxLength={maxLength}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        placeholder={found ? `found: ${found}` : 'find out'}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <datalist id={list}>
        {choices.map((choice) => (
          <option key={choice} value={choice} />
        ))}
      </datalist>
    </label>
  )
}
