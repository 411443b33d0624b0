import { useState } from 'preact/hooks'
import type { Job, Options } from '../api/api.gen.ts'
import { call } from '../api/client.ts'
import { useSubmit } from '../account/form.tsx'
import { Failure } from '../shell/notice.tsx'

const fields: Array<{ name: 'format' | 'delimiter' | 'encoding' | 'header' | 'quote' | 'escape'; label: string; choices: Array<[value: string, words: string]> }> = [
  {
    name: 'format',
    label: 'Format',
    choices: [
      ['csv', 'CSV or other delimited text'],
      ['ndjson', 'NDJSON, one object a line'],
      ['json', 'JSON'],
    ],
  },
  {
    name: 'delimiter',
    label: 'Delimiter',
    choices: [
      [',', 'Comma ,'],
      [';', 'Semicolon ;'],
      ['tab', 'Tab'],
      ['|', 'Bar |'],
      [':', 'Colon :'],
      [' ', 'Space'],
    ],
  },
  {
    name: 'encoding',
    label: 'Encoding',
    choices: [
      ['utf-8', 'UTF-8'],
      ['utf-16le', 'UTF-16, little endian'],
      ['utf-16be', 'UTF-16, big endian'],
      ['iso-8859-1', 'Latin-1 (ISO 8859-1)'],
    ],
  },
  {
    name: 'header',
    label: 'First row holds the names',
    choices: [
      ['yes', 'Yes'],
      ['no', 'No, it is data'],
    ],
  },
  {
    name: 'quote',
    label: 'Quote',
    choices: [
      ['"', 'Double "'],
      ["'", "Single '"],
      ['none', 'None'],
    ],
  },
  {
    name: 'escape',
    label: 'Escape',
    choices: [
      ['\\', 'Backslash \\'],
      ['"', 'Doubled quote "'],
      ['none', 'None'],
    ],
  },
]

/** Reads the same file again, told how. What is left open is found out, as the first time. */
export function RunAgain({ job, onStarted }: { job: Job; onStarted: (next: Job) => void }) {
  const [options, setOptions] = useState<Record<string, string>>({})
  const [skip, setSkip] = useState('')
  const { busy, error, submit } = useSubmit(async () => {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== '')) as Options
    if (skip !== '') given.skip_rows = Number(skip)
    onStarted(
      await call('POST /api/v1/datasets/{id}/versions/{n}/jobs', { path: { id: job.dataset_id, n: job.version }, body: { options: given } }),
    )
  })
  return (
    <section class="again" aria-labelledby="again">
      <h2 id="again">Read it another way</h2>
      <p>Tell Assay what it should not have to guess.</p>
      {error && <Failure error={error} />}
      <form onSubmit={submit}>
        {fields.map(({ name, label, choices }) => (
          <label class="field" key={name}>
            <span>{label}</span>
            <select
              class="input"
              name={name}
              value={options[name] ?? ''}
              onChange={(event) => setOptions({ ...options, [name]: event.currentTarget.value })}
            >
              <option value="">Find out</option>
              {choices.map(([value, words]) => (
                <option value={value} key={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        ))}
        <label class="field">
          <span>Lines to leave out before it</span>
          <input
            class="input"
            type="number"
            name="skip_rows"
            min="0"
            max="1000000"
            placeholder="Find out"
            value={skip}
            onInput={(event) => setSkip(event.currentTarget.value)}
          />
        </label>
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? 'Starting' : 'Read it again'}
        </button>
      </form>
    </section>
  )
}
