import { round } from './bins.ts'
import { Ends, markWidth } from './histogram.tsx'

export type Segment = { label: string; share: number }

const height = 22
const gap = 1.5

/**
 * Shares of a whole as one bar, the largest first, named where there is room. What the shares leave open (other
 * values) is a last, hollow segment. For categories, and for the two values of a boolean.
 */
export function SegmentBar({ segments, note, label }: { segments: Segment[]; note: string; label: string }) {
  let x = 0
  const drawn = segments
    .filter((s) => s.share > 0)
    .map((segment) => {
      const width = segment.share * markWidth
      const at = x
      x += width
      return { ...segment, at, width: Math.max(0.8, width - gap) }
    })
    // Slivers under a unit would be a blur: they belong to the rest.
    .filter((s, i) => i < 6 && s.width > 1.2)
  const used = drawn.length ? drawn.at(-1)!.at + drawn.at(-1)!.width + gap : 0
  return (
    <>
      <svg class="dist" viewBox={`0 0 ${markWidth} ${height}`} width={markWidth} height={height} role="img" aria-label={label}>
        {drawn.map((s, i) => (
          <g key={s.label}>
            <rect class={`share s${i}`} x={round(s.at)} y="0" width={round(s.width)} height={height} rx="2" />
            {fits(s.label, s.width) && (
              <text class={`share-name t${i}`} x={round(s.at + 6)} y="15">
                {cut(s.label, s.width)}
              </text>
            )}
          </g>
        ))}
        {markWidth - used > 2 && <rect class="share rest" x={round(used + 0.4)} y="0.4" width={round(markWidth - used - 0.8)} height={height - 0.8} rx="2" />}
      </svg>
      <Ends low="" high={note} />
    </>
  )
}

/** Text of the mark is 11 px Geist: 6.2 units are what a wide letter takes, and twice that those of East Asia and pictures. */
const widthOf = (letter: string) => (letter.codePointAt(0)! < 0x1100 ? 6.2 : 12)

function fits(label: string, width: number): boolean {
  return [...label].reduce((sum, letter) => sum + widthOf(letter), 0) <= width - 10 || width > 38
}

function cut(label: string, width: number): string {
  const letters = [...label]
  let [room, whole, kept] = [width - 10, 0, 0]
  for (const letter of letters) {
    whole += widthOf(letter)
    // The sign of what is cut off takes the room of a letter.
    if (whole <= room - 6.2) kept++
  }
  return whole <= room
    ? label
    : letters
        .slice(0, Math.max(1, kept))
        .join('')
        .trimEnd() + '…'
}

/** A column without a single value. */
export function NothingBar({ label }: { label: string }) {
  return (
    <>
      <svg class="dist" viewBox={`0 0 ${markWidth} ${height}`} width={markWidth} height={height} role="img" aria-label={label}>
        <rect class="nothing" x="0.5" y="0.5" width={markWidth - 1} height={height - 1} rx="2" />
      </svg>
      <Ends low="" high="no values" />
    </>
  )
}
