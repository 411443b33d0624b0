import { signal } from '@preact/signals'

/** What screen readers are told next, politely; drawn by the shell as its one live region. */
export const spoken = signal('')

/** Says a sentence. The same one twice in a row is said twice. */
export function say(text: string) {
  spoken.value = spoken.value === text ? text + '\u00a0' : text
}

/** Tells of something that changes all the time, at most once in `every` milliseconds and never the same twice. */
export function throttledSay(every = 8_000): (text: string) => void {
  let last = -Infinity
  let said = ''
  return (text) => {
    const now = Date.now()
    if (text === said || now - last < every) return
    last = now
    said = text
    say(text)
  }
}
