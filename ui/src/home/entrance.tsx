import { FilePlus2, FlaskConical } from 'lucide'
import { useRef, useState } from 'preact/hooks'
import { asApiError, ApiError } from '../api/client.ts'
import { bytes } from '../format.ts'
import { Icon } from '../icon.tsx'
import { session } from '../session.ts'
import { Failure } from '../shell/notice.tsx'
import { accept, dragging, take } from '../upload/drop.tsx'
import { chooseTarget, target, writable } from '../upload/target.ts'
import { Weave } from './weave.tsx'

const sample = 'coffee-orders.csv'

/** Where files come in: large while there is nothing else to look at. */
export function Entrance({ large }: { large: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  const me = session.value.state === 'in' ? session.value.me : null
  return (
    <>
      <section class={`entrance${large ? ' large' : ''}${dragging.value ? ' open' : ''}`} aria-labelledby="entrance">
        <Weave />
        <div class="entrance-words">
          <h2 id="entrance">{large ? 'What is in your file?' : 'Drop a file'}</h2>
          <p>
            {large && 'Drop it anywhere on this page. '}
            CSV and other delimited text, NDJSON, JSON, Parquet, Arrow and Feather, Excel (XLSX); plain, in a zip archive, or packed with gzip, zstd or bzip2
            {me ? `; up to ${bytes(me.limits.max_file_bytes)}` : ''}.
          </p>
          <div class="entrance-actions">
            <Into />
            <button class="button primary" type="button" onClick={() => input.current?.click()}>
              <Icon of={FilePlus2} /> Choose files
            </button>
            {large && <Sample />}
          </div>
          <input
            ref={input}
            class="hush"
            type="file"
            multiple
            tabIndex={-1}
            aria-hidden="true"
            accept={accept}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])]
              event.currentTarget.value = ''
              take(files)
            }}
          />
        </div>
      </section>
    </>
  )
}

/** Where new files go, for who has the choice. */
function Into() {
  const workspaces = writable.value
  if (workspaces.length < 2) return null
  return (
    <label class="into">
      Into{' '}
      <select value={target.value?.id} onChange={(event) => chooseTarget(event.currentTarget.value)}>
        {workspaces.map((w) => (
          <option key={w.id} value={w.id}>
            {w.personal ? 'My own workspace' : w.name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** For who has no file at hand: one of ours, sent and read like any other. */
function Sample() {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const add = async () => {
    setBusy(true)
    setError(null)
    try {
      const answer = await fetch(`/sample/${sample}`)
      if (!answer.ok) throw new ApiError(answer.status, 'no_sample', 'The sample file is missing.')
      take([new File([await answer.blob()], sample, { type: 'text/csv' })])
    } catch (thrown) {
      setError(asApiError(thrown))
      setBusy(false)
    }
  }
  return (
    <>
      <button class="button" type="button" disabled={busy} onClick={() => void add()}>
        <Icon of={FlaskConical} /> Try a sample
      </button>
      <p class="note entrance-sample">The sample is made up: 2,000 orders of a coffee roaster, with the gaps and slips of a real file.</p>
      {error && <Failure error={error} />}
    </>
  )
}
