import { steps } from './words.ts'
import './steps.css'

/** The way of a file as four hairlines, filled as far as it has come. */
export function Steps({ step, share, label, halted = false }: { step: number; share: number; label: string; halted?: boolean }) {
  const percent = Math.floor(share * 100)
  return (
    <div
      class={halted ? 'steps halted' : 'steps'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={step >= steps.length ? 100 : percent}
      aria-valuetext={step >= steps.length ? 'done' : `${steps[step]}, ${percent}%`}
    >
      {steps.map((name, i) => (
        <div key={name} class={i < step ? 'step past' : i === step ? 'step now' : 'step'}>
          <i>
            <b style={{ width: `${i < step ? 100 : i === step ? share * 100 : 0}%` }} />
          </i>
          <span>{name}</span>
        </div>
      ))}
    </div>
  )
}
