import type { Column } from '../api/report.gen.ts'
import { Histogram } from '../charts/histogram.tsx'
import { NothingBar, SegmentBar } from '../charts/segments.tsx'
import { counted, percent } from '../format.ts'
import { visible } from '../invisible.tsx'
import { kindOf, present } from './columns.ts'
import { scaleOf } from './scale.ts'

/** The mark of a column in the ledger, by what its values are. */
export function Distribution({ column }: { column: Column }) {
  const there = present(column)
  const name = visible(column.name)
  if (there === 0) return <NothingBar label={`${name} has no values`} />
  if (column.boolean) {
    const segments = [
      { label: 'true', share: column.boolean.true / there },
      { label: 'false', share: column.boolean.false / there },
    ].sort((a, b) => b.share - a.share)
    return <SegmentBar segments={segments} note="2 values" label={`${name}: ${shares(segments)}`} />
  }
  const scale = scaleOf(column)
  if (kindOf(column) === 'category' || !column.histogram || !scale) {
    const segments = column.top.slice(0, 12).map((top) => ({ label: visible(top.value), share: top.count / there }))
    const about = column.distinct.exact ? '' : 'about '
    return <SegmentBar segments={segments} note={about + counted(column.distinct.value, 'value')} label={`${name}: ${shares(segments.slice(0, 6))}`} />
  }
  const middle = scale.median === undefined ? '' : `, median ${scale.median}`
  const what = scale.soft ? `Lengths of ${name}` : `Distribution of ${name}`
  return (
    <Histogram
      bins={column.histogram}
      five={scale.five}
      low={scale.low}
      high={scale.high}
      note={scale.note}
      soft={scale.soft}
      label={`${what}: from ${scale.low} to ${scale.high}${middle}`}
    />
  )
}

function shares(segments: { label: string; share: number }[]): string {
  return segments.map((s) => `${s.label} ${percent(s.share)}`).join(', ')
}
