import { round } from './bins.ts'

/** How much of a column is there. Decoration beside a number that says the same. */
export function CompletenessBar({ share, width = 76 }: { share: number; width?: number }) {
  const state = share < 0.5 ? 'bad' : share < 0.8 ? 'mid' : ''
  return (
    <svg class="complete" width={width} height="4" aria-hidden="true">
      <rect class="track" width={width} height="4" rx="2" />
      {share > 0 && <rect class={`filled ${state}`} width={round(Math.max(1, share * width))} height="4" rx="2" />}
    </svg>
  )
}

/** Strength of a relationship, from the left; the colour carries the sign that the number beside it writes. */
export function StrengthBar({ value, width = 60 }: { value: number; width?: number }) {
  return (
    <svg class="strength" width={width} height="10" aria-hidden="true">
      <rect class="track" y="2" width={width} height="6" rx="1" />
      <rect class={value < 0 ? 'negative' : 'positive'} y="2" width={round(Math.min(1, Math.abs(value)) * width)} height="6" rx="1" />
    </svg>
  )
}

/** A count beside its value; `share` is of the longest bar. */
export function CountBar({ share }: { share: number }) {
  return (
    <svg class="count-bar" viewBox="0 0 100 9" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="9" />
      <rect class="filled" width={round(Math.max(0.8, Math.min(1, share) * 100))} height="9" />
    </svg>
  )
}
