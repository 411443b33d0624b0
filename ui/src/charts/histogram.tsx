import type { Histogram as Bins } from '../api/report.gen.ts'
import { barsPath, binAxis, groundPath, round, type BinAxis } from './bins.ts'

/** Quantiles in the unit of the axis. */
export type Five = { p5: number; p25: number; p50: number; p75: number; p95: number }

/** Width of every distribution in the ledger: they are read down the page as one. */
export const markWidth = 228

/**
 * The distribution of one column in a ledger row: all bars in one path, the ground line, the quantile ruler under it,
 * and what stands at the ends. `soft` is for what is not the value itself (lengths of text).
 */
export function Histogram(props: { bins: Bins; five: Five | null; low: string; high: string; note?: string; soft?: boolean; label: string }) {
  const { bins, five, soft } = props
  const axis = binAxis(bins)
  const box = { left: 0, width: markWidth, bottom: 34, height: 34 }
  return (
    <>
      <svg class="dist" viewBox={`0 0 ${markWidth} 46`} width={markWidth} height={46} role="img" aria-label={props.label}>
        <path class={soft ? 'bars soft' : 'bars'} d={barsPath(axis, bins.counts, box)} />
        <path class="ground" d={groundPath(axis, box, 34.5)} />
        {five && <Ruler axis={axis} five={five} width={markWidth} top={37} />}
      </svg>
      <Ends low={props.low} note={props.note} high={props.high} />
    </>
  )
}

/** Whiskers from the 5th to the 95th percentile, a box over the middle half, a tick at the median. */
export function Ruler({ axis, five, width, left = 0, top }: { axis: BinAxis; five: Five; width: number; left?: number; top: number }) {
  const at = (value: number) => round(left + axis.place(value) * width)
  return (
    <g class="ruler" transform={`translate(0 ${top})`}>
      <path class="whisker" d={`M${at(five.p5)} 4H${at(five.p95)}`} />
      <path class="middle" d={`M${at(five.p25)} 4H${at(five.p75)}`} />
      <path class="median" d={`M${at(five.p50)} 0V8`} />
    </g>
  )
}

export function Ends({ low, note, high }: { low: string; note?: string; high: string }) {
  return (
    <div class="ends">
      <span>{low}</span>
      {note && <span class="of">{note}</span>}
      <span>{high}</span>
    </div>
  )
}
