import { signal } from '@preact/signals'
import { WifiOff } from 'lucide'
import { useEffect } from 'preact/hooks'
import { reachable } from '../api/client.ts'
import { Icon } from '../icon.tsx'
import './banner.css'

const pause = 3_000
const asking = signal(false)

/** Said on every page while nobody answers; asks again until somebody does. */
export function Banner() {
  const away = !reachable.value
  useEffect(() => {
    if (!away) return
    const timer = setInterval(() => void ask(), pause)
    const now = () => void ask()
    addEventListener('online', now)
    return () => {
      clearInterval(timer)
      removeEventListener('online', now)
    }
  }, [away])
  return (
    <div role="status">
      {away && (
        <p class="banner">
          <Icon of={WifiOff} />
          <span>
            {navigator.onLine ? 'Assay does not answer. Is it running?' : 'You are offline.'} Trying again every few seconds; nothing is lost.
          </span>
          <button class="link" type="button" disabled={asking.value} onClick={() => void ask()}>
            Try now
          </button>
        </p>
      )}
    </div>
  )
}

async function ask() {
  asking.value = true
  try {
    const answer = await fetch('/healthz', { cache: 'no-store' })
    if (answer.ok) reachable.value = true
  } catch {
    // Still away.
  }
  asking.value = false
}
