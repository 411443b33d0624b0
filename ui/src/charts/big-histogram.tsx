import { useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import type { Histogram as Bins } from '../api/report.gen.ts'
import { count, counted, percent } from '../format.ts'
import { barOf, barsPath, binAxis, groundPath, round } from './bins.ts'
import { Ruler, type Five } from './histogram.tsx'
import { niceCeiling } from './ticks.ts'
import { compact } from './values.ts'
import { useWidth } from './width.ts'

export type Tick = { at: number; text: string }

type Props = {
  bins: Bins
  five: Five | null
  /** How the median is written on its line. */
  median?: string
  ticks(wanted: number): Tick[]
  /** The values of a bin in words: "5.6 – 5.8". */
  binText(bin: number): string
  noun: string
  label: string
  /** Handed out for saving the picture. */
  svg?: RefObject<SVGSVGElement | null>
}

const top = 18
const ground = 150
const left = 40

/**
 * A histogram with axes. The middle half of the rows stands out, the median is a line, the ruler stands under the
 * ground. Each bin can be read by pointer and by arrow keys; to a screen reader the plot is a slider over its bins.
 */
export function BigHistogram({ bins, five, median, ticks, binText, noun, label, svg }: Props) {
  const [frame, width] = useWidth<HTMLDivElement>(560)
  const [bin, setBin] = useState<number | null>(null)
  const axis = binAxis(bins)
  const most = Math.max(1, ...bins.counts)
  const ceiling = niceCeiling(most)
  const box = { left, width: Math.max(80, width - left - 12), bottom: ground, height: ground - top }
  const inside = (i: number) => five !== null && overlaps(bins.edges[i]!, bins.edges[i + 1]!, five.p25, five.p75)
  const y = (n: number) => Math.round(ground - (n / ceiling) * (ground - top)) + 0.5
  const total = bins.counts.reduce((sum, n) => sum + n, 0)
  const last = bins.counts.length - 1

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -last, End: last }
    const move = moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      event.stopPropagation()
      setBin(Math.min(last, Math.max(0, (bin ?? (move > 0 ? -1 : last + 1)) + move)))
    } else if (event.key === 'Escape' && bin !== null) {
      event.stopPropagation()
      setBin(null)
    }
  }
  const onPointerMove = (event: PointerEvent) => {
    const plot = (event.currentTarget as SVGElement).getBoundingClientRect()
    if (plot.width > 0) setBin(axis.binAt((event.clientX - plot.left) / plot.width))
  }
  const read = (i: number) => `${binText(i)}: ${counted(bins.counts[i] ?? 0, noun)}, ${percent(total ? (bins.counts[i] ?? 0) / total : 0)}`
  const labels = spaced(
    ticks(Math.max(2, Math.floor(box.width / 58))).map((tick) => ({ x: left + axis.place(tick.at) * box.width, text: tick.text })),
    width,
  )

  return (
    <div
      class="big-histogram"
      ref={frame}
      role="slider"
      tabIndex={0}
      aria-label={`${label}. Arrow keys read the bins`}
      aria-valuemin={1}
      aria-valuemax={last + 1}
      aria-valuenow={(bin ?? 0) + 1}
      aria-valuetext={read(bin ?? 0)}
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
      onBlur={() => setBin(null)}
    >
      <svg ref={svg} viewBox={`0 0 ${width} 190`} width={width} height={190} aria-hidden="true">
        {(ceiling > 1 ? [0, ceiling / 2, ceiling] : [0, 1]).map((n) => (
          <g key={n}>
            <path class="gridline" d={n === 0 ? groundPath(axis, box, y(0)) : `M${left} ${y(n)}H${width - 12}`} />
            <text x={left - 7} y={y(n) + 3.5} text-anchor="end">
              {compact(n, 0)}
            </text>
          </g>
        ))}
        <path class="bars soft" d={barsPath(axis, bins.counts, { ...box, height: (most / ceiling) * box.height }, most, (i) => !inside(i))} />
        <path class="bars" d={barsPath(axis, bins.counts, { ...box, height: (most / ceiling) * box.height }, most, inside)} />
        {bin !== null && <Picked axis={axis} bin={bin} box={box} top={y(bins.counts[bin] ?? 0)} />}
        {five && <Ruler axis={axis} five={five} width={box.width} left={left} top={ground + 4} />}
        {labels.map((tick) => (
          <text key={tick.text} x={round(tick.x)} y={ground + 28} text-anchor="middle">
            {tick.text}
          </text>
        ))}
        {five && median && <Median x={left + axis.place(five.p50) * box.width} text={bin === null ? `median ${median}` : ''} middle={left + box.width / 2} />}
        <rect
          class="catch"
          data-live
          x={left}
          y={top - 10}
          width={box.width}
          height={ground - top + 24}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setBin(null)}
        />
      </svg>
      {bin !== null && (
        <output class="bin-tip" aria-hidden="true" style={{ left: `${tipAt(axis.positions[bin]!, axis.positions[bin + 1]!, box)}px` }}>
          <b>{binText(bin)}</b> {count(bins.counts[bin] ?? 0)} {bins.counts[bin] === 1 ? noun : noun + 's'}
        </output>
      )}
    </div>
  )
}

function Picked({
  axis,
  bin,
  box,
  top,
}: {
  axis: ReturnType<typeof binAxis>
  bin: number
  box: { left: number; width: number; bottom: number; height: number }
  top: number
}) {
  const bar = barOf(axis, bin, box)
  return (
    <>
      <rect class="picked-column" x={bar.x} y={box.bottom - box.height} width={bar.width} height={box.height} />
      <rect class="picked" x={bar.x} y={Math.min(top, box.bottom - 1)} width={bar.width} height={Math.max(1, box.bottom - top)} />
    </>
  )
}

function Median({ x, text, middle }: { x: number; text: string; middle: number }) {
  const before = x > middle
  return (
    <>
      <path class="median-line" d={`M${round(x)} 4V${ground}`} />
      <text class="median-text" x={round(x + (before ? -6 : 6))} y="13" text-anchor={before ? 'end' : 'start'}>
        {text}
      </text>
    </>
  )
}

/** Half of what a letter under the axis takes, at 11 px. */
const halfLetter = 3.25

/** The words under the axis, moved in where they would stick out of the picture; every second or third where all have no room. */
export function spaced(words: readonly { x: number; text: string }[], width: number): { x: number; text: string }[] {
  const inside = words.map(({ x, text }) => {
    const half = text.length * halfLetter
    return { x: Math.max(half, Math.min(x, width - half)), text, half }
  })
  for (let step = 1; ; step++) {
    const kept = inside.filter((_, i) => i % step === 0)
    if (kept.every((word, i) => i === 0 || word.x - word.half >= kept[i - 1]!.x + kept[i - 1]!.half + 6)) return kept.map(({ x, text }) => ({ x, text }))
  }
}

/** The bin has rows of the middle half: it reaches into it by more than a touch. */
function overlaps(from: number, to: number, low: number, high: number): boolean {
  return from < high && to > low && (from + to) / 2 >= low - (to - from) / 2 && (from + to) / 2 <= high + (to - from) / 2
}

function tipAt(from: number, to: number, box: { left: number; width: number }): number {
  const at = box.left + ((from + to) / 2) * box.width
  return round(Math.min(box.left + box.width - 70, Math.max(box.left + 70, at)))
}
