// How a file is to be read, said by who knows better than the sniffers. The same fields wherever a job is run again.
import type { Options } from '../api/api.gen.ts'
import type { Source } from '../api/report.gen.ts'
import { percent } from '../format.ts'
import { isText } from '../dataset/wording.ts'
import { nameOf } from '../invisible.tsx'
import './reading.css'

export type ReadingForm = Record<'format' | 'table' | 'delimiter' | 'quote' | 'escape' | 'comment' | 'encoding' | 'header' | 'skip_rows' | 'as_of', string>

const names = ['format', 'table', 'delimiter', 'quote', 'escape', 'comment', 'encoding', 'header', 'skip_rows', 'as_of'] as const

/** What was said the last time, from a job's options or a report's; what was not is empty, and found out again. */
export function formOf(options: object | null | undefined): ReadingForm {
  const given = (options ?? {}) as Record<string, unknown>
  const form = Object.fromEntries(names.map((name) => [name, given[name] === undefined ? '' : String(given[name])])) as ReadingForm
  return { ...form, delimiter: /^\p{Cc}$/u.test(form.delimiter) ? nameOf(form.delimiter) : form.delimiter }
}

const csvOnly = new Set<string>(['delimiter', 'quote', 'escape', 'comment', 'skip_rows'])

/** Whether an option says anything about a format; '' is one that is yet to be found out. */
function means(name: keyof ReadingForm, format: string): boolean {
  if (csvOnly.has(name)) return format === '' || format === 'csv'
  if (name === 'header') return format === '' || format === 'csv' || format === 'xlsx'
  if (name === 'encoding') return format !== 'parquet' && format !== 'arrow' && format !== 'xlsx'
  return true
}

/** The form as the API's options: empty fields, and those that mean nothing to the chosen format, are left out. */
export function toOptions(form: ReadingForm): Options {
  const options: Record<string, string | number> = {}
  for (const name of names) {
    const value = name === 'delimiter' || name === 'quote' || name === 'escape' || name === 'table' ? form[name] : form[name].trim()
    if (value === '' || !means(name, form.format)) continue
    if (name !== 'skip_rows') options[name] = value
    else if (/^\d+$/.test(value)) options[name] = Number(value)
  }
  return options as Options
}

const formats = { csv: 'CSV or other delimited text', ndjson: 'NDJSON, one object a line', json: 'JSON', parquet: 'Parquet', arrow: 'Arrow or Feather', xlsx: 'Excel (XLSX)' }

const encodings = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be', 'windows-1252', 'iso-8859-1', 'iso-8859-15', 'macintosh'],
  ...['windows-1250', 'iso-8859-2', 'windows-1251', 'koi8-r', 'koi8-u', 'iso-8859-5', 'windows-1253', 'iso-8859-7', 'windows-1254', 'iso-8859-9'],
  ...['windows-1255', 'windows-1256', 'windows-1257', 'windows-1258', 'windows-874', 'shift_jis', 'euc-jp', 'euc-kr', 'gb18030', 'big5'],
]

type Props = {
  form: ReadingForm
  onForm: (form: ReadingForm) => void
  /** How it was read the last time, where that is known. */
  source?: Source | null
  tables?: readonly { name: string }[]
}

export function ReadingFields({ form, onForm, source, tables = [] }: Props) {
  const set = (name: keyof ReadingForm) => (value: string) => onForm({ ...form, [name]: value })
  const format = form.format || (source?.format ?? '')
  const shows = (name: keyof ReadingForm) => means(name, format)
  const told = (source?.options ?? {}) as Record<string, unknown>
  // What Assay chose by itself, so that it can be told from what was said.
  const found = <T,>(name: keyof ReadingForm, choice: T) =>
    source && told[name] === undefined && (source.format === 'csv' || (name === 'encoding' && isText(source))) ? choice : undefined
  return (
    <div class="reading-fields">
      <Choice label="Format" value={form.format} onValue={set('format')} choices={formats} />
      {tables.length > 1 ? (
        <Choice label="Table" value={form.table} onValue={set('table')} choices={Object.fromEntries(tables.map((t) => [t.name, t.name]))} open="The first with data" />
      ) : (
        (format === '' || format === 'xlsx' || source?.compression === 'zip') && (
          <Suggest label="Table" value={form.table} onValue={set('table')} placeholder="the first with data" choices={[]} />
        )
      )}
      {shows('encoding') && <Suggest label="Encoding" value={form.encoding} onValue={set('encoding')} found={found('encoding', source?.encoding)} choices={encodings} />}
      {shows('delimiter') && (
        <Suggest
          label="Delimiter"
          value={form.delimiter}
          onValue={set('delimiter')}
          found={found('delimiter', delimiterName(source?.delimiter))}
          choices={[',', ';', 'tab', '|', 'space', ':', '^', '~']}
          maxLength={9}
        />
      )}
      {shows('quote') && <Suggest label="Quote" value={form.quote} onValue={set('quote')} found={found('quote', source?.quote ?? 'none')} choices={['"', "'", 'none']} maxLength={4} />}
      {shows('escape') && <Suggest label="Escape" value={form.escape} onValue={set('escape')} found={found('escape', source?.escape ?? 'none')} choices={['\\', '"', 'none']} maxLength={4} />}
      {shows('header') && (
        <Choice
          label="First row holds the names"
          value={form.header}
          onValue={set('header')}
          choices={{ yes: 'Yes', no: 'No, it is data' }}
          open={source && told.header === undefined ? `Find out (found: ${source.header ? 'yes' : 'no'})` : undefined}
        />
      )}
      {shows('comment') && <Suggest label="Comments begin with" value={form.comment} onValue={set('comment')} found={found('comment', source?.comment ?? 'none')} choices={['#', '//', '%', 'none']} maxLength={4} />}
      {shows('skip_rows') && (
        <label class="field">
          <span>Lines to leave out before it</span>
          <input
            class="input"
            type="number"
            name="skip_rows"
            min="0"
            max="1000000"
            inputMode="numeric"
            placeholder={source && found('skip_rows', true) ? `found: ${source.skip_rows}` : 'find out'}
            value={form.skip_rows}
            onInput={(event) => set('skip_rows')(event.currentTarget.value)}
          />
        </label>
      )}
      <label class="field">
        <span>The future begins after</span>
        <input class="input" type="date" name="as_of" value={form.as_of} onInput={(event) => set('as_of')(event.currentTarget.value)} />
        <small>Left empty: the day of the upload{source?.as_of && told.as_of === undefined && `, ${source.as_of}`}</small>
      </label>
      {Object.values(form).some(Boolean) && (
        <p class="reading-reset">
          <button type="button" class="link" onClick={() => onForm(formOf(null))}>
            Find out all of it again
          </button>
        </p>
      )}
    </div>
  )
}

/** How sure the last reading was of what nobody had told it. */
export function SureWords({ source }: { source: Source }) {
  const told = Object.entries((source.options ?? {}) as Record<string, unknown>)
  const parts: string[] = []
  if (source.format === 'csv') parts.push(`${told.length > 0 ? 'the rest of' : 'the'} delimiter, quotes and header ${told.length > 0 ? 'was' : 'were'} found with ${sureness(source.confidence)}`)
  if (source.encoding_confidence !== undefined && !told.some(([name]) => name === 'encoding'))
    parts.push(`${source.encoding.toUpperCase()} is ${source.encoding_confidence >= 1 ? 'certain' : `a guess with ${sureness(source.encoding_confidence)}`}`)
  const sentences = []
  if (told.length > 0) sentences.push(`Told: ${toldWords(source.options)}.`)
  if (parts.length > 0) sentences.push(`${parts.join('; ').replace(/^./, (letter) => letter.toUpperCase())}.`)
  return sentences.length > 0 ? <p class="note">{sentences.join(' ')}</p> : null
}

const delimiterName = (delimiter: string | undefined) => (delimiter === ' ' ? 'space' : delimiter !== undefined && /^\p{Cc}$/u.test(delimiter) ? nameOf(delimiter) : delimiter)

/** "skip rows 3, delimiter ;" */
export const toldWords = (options: object | null | undefined) =>
  Object.entries(options ?? {})
    .map(([name, value]) => `${name === 'as_of' ? 'today is' : name.replaceAll('_', ' ')} ${delimiterName(String(value))}`)
    .join(', ')

const sureness = (share: number) => (share >= 1 ? 'certainty' : `${percent(Math.round(share * 100) / 100).replace('.0%', '%')} confidence`)

type FieldProps = { label: string; value: string; onValue: (value: string) => void }

function Choice({ label, value, onValue, choices, open = 'Find out' }: FieldProps & { choices: Record<string, string>; open?: string | undefined }) {
  return (
    <label class="field">
      <span>{label}</span>
      <select class="input" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        <option value="">{open}</option>
        {Object.entries(choices).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}

type SuggestProps = FieldProps & { found?: string | undefined; placeholder?: string; choices: string[]; maxLength?: number }

function Suggest({ label, value, onValue, found, placeholder = 'find out', choices, maxLength }: SuggestProps) {
  const list = `suggest-${label.toLowerCase().replaceAll(' ', '-')}`
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
        placeholder={found ? `found: ${found}` : placeholder}
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
