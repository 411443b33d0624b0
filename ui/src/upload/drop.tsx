import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { go, path } from '../router.ts'
import { say } from '../shell/say.ts'
import { droppedFiles } from './dropped.ts'
import { target, writable } from './target.ts'
import { uploads } from './uploads.ts'
import './drop.css'

/** Files are being dragged over the window. */
export const dragging = signal(false)

/** What can be read, for the file picker and for people. */
export const accept = '.csv,.tsv,.tab,.txt,.psv,.json,.ndjson,.jsonl,.parquet,.pq,.arrow,.feather,.arrows,.xlsx,.xlsm,.zip,.gz,.zst,.bz2'

/** While something is dragged over a window, that is said several times a second (ms). */
const dragPause = 1_000

/** Takes files and shows their cards: on the page of the dataset that they are versions of, or on the home page. */
export function take(files: File[], into?: { datasetId?: string }) {
  if (files.length === 0) return
  void uploads.add(files, into ?? (target.value ? { workspaceId: target.value.id } : {}))
  say(files.length === 1 ? `${files[0]!.name} added` : `${files.length} files added`)
  const page = into?.datasetId ? `/d/${into.datasetId}` : '/'
  if (path.value !== page) go(page)
}

/** Makes the whole window a place to drop files, on every page for who is signed in. */
export function DropArea({ children }: { children: ComponentChildren }) {
  useEffect(() => {
    // Entering an inner element comes before leaving the outer one: the depth tells when the window itself is left.
    let depth = 0
    // What was left may have gone from the page meanwhile, and then nobody says that it was.
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = () => {
      clearTimeout(timer)
      depth = 0
      dragging.value = false
    }
    const files = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const enter = (event: DragEvent) => {
      if (!files(event)) return
      event.preventDefault()
      depth++
      dragging.value = true
    }
    const over = (event: DragEvent) => {
      if (!files(event)) return
      event.preventDefault()
      event.dataTransfer!.dropEffect = 'copy'
      clearTimeout(timer)
      timer = setTimeout(end, dragPause)
    }
    const leave = (event: DragEvent) => {
      if (!files(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) end()
    }
    const drop = (event: DragEvent) => {
      end()
      if (!files(event)) return
      event.preventDefault()
      droppedFiles(event.dataTransfer!).then(
        (list) => (list.length > 0 ? take(list) : say('There is no file in what was dropped')),
        () => say('The dropped files could not be read'),
      )
    }
    addEventListener('dragenter', enter)
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
      end()
    }
  }, [])
  return (
    <>
      {children}
      {dragging.value && (
        <div class="drop-veil" aria-hidden="true">
          <p>
            Drop to add as new datasets
            {target.value && writable.value.length > 1 && ` in ${target.value.personal ? 'your own workspace' : target.value.name}`}
          </p>
        </div>
      )}
    </>
  )
}
