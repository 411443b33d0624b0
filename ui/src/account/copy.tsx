import { Check, Copy } from 'lucide'
import { useRef, useState } from 'preact/hooks'
import { Icon } from '../icon.tsx'
import { say } from '../shell/say.ts'
import './copy.css'

/** A text to be taken away. navigator.clipboard is missing on plain-HTTP addresses, so the old command copies; where that fails too, the text is selected. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const input = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<'idle' | 'copied' | 'selected'>('idle')
  const copy = async () => {
    const done = await copyText(value, input.current!)
    setState(done ? 'copied' : 'selected')
    say(done ? 'Copied' : 'Selected. Copy it with the keyboard.')
  }
  return (
    <div class="copy">
      <input
        ref={input}
        class="input"
        readOnly
        value={value}
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button class="button" type="button" onClick={() => void copy()}>
        <Icon of={state === 'copied' ? Check : Copy} /> {state === 'copied' ? 'Copied' : 'Copy'}
      </button>
      {state === 'selected' && <small>It is selected: press Ctrl+C, or ⌘C on a Mac.</small>}
    </div>
  )
}

async function copyText(text: string, input: HTMLInputElement): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Not allowed here: the old way may be.
    }
  }
  input.focus()
  input.select()
  return document.execCommand?.('copy') ?? false
}
