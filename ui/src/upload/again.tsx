import { useRef } from 'preact/hooks'
import { accept } from './drop.tsx'

/** Where the file itself is at fault: chooses it again, mended; it becomes the dataset’s next version. */
export function UploadAgain({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="button" onClick={() => input.current?.click()}>
        Upload again
      </button>
      <input
        ref={input}
        class="hush"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept={accept}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          onFiles(files)
        }}
      />
    </>
  )
}
