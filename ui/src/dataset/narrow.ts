import { signal } from '@preact/signals'

/** Under this width the ledger's rows are cards. ledger.css has the same number. */
const media = window.matchMedia('(max-width: 880px)')

export const narrow = signal(media.matches)

media.addEventListener('change', () => {
  narrow.value = media.matches
})
