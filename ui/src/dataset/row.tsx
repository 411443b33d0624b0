import type { Column } from '../api/report.gen.ts'
import { CompletenessBar } from '../charts/meters.tsx'
import { between, compact, wholePercent } from '../charts/values.ts'
import { count, counted, percent } from '../format.ts'
import { Icon } from '../icon.tsx'
import { Spaced, Visible, visible } from '../invisible.tsx'
import { AlertChip } from './alerts.tsx'
import { bySeverity, kindOf, kinds, present, typeWords } from './columns.ts'
import { Distribution } from './distribution.tsx'
import { grainOfColumn, groupingOf, scaleOf, valueWords } from './scale.ts'

/** IDs of a column's button and detail, by its place in the file: names may hold anything. */
export const buttonID = (column: Column) => `col-${column.index}`
export const detailID = (column: Column) => `col-${column.index}-detail`

/** A name that may break behind its dots, strokes and slashes, before it does so anywhere. */
export function breakable(name: string) {
  return name.split(/(?<=[._/-])(?=[^._/-])/).flatMap((part, i) => (i === 0 ? [part] : [<wbr key={i} />, part]))
}

type Props = {
  column: Column
  open: boolean
  /** This row's button is the one that Tab reaches; arrows move on from it. */
  active: boolean
  /** Place among the rows shown, from 1, where not all of them are in the document. */
  position?: number
  onToggle(): void
  onFocus(): void
}

/** One column of the file: a row of the ledger, a card on a narrow screen. */
export function LedgerRow({ column, open, active, position, onToggle, onFocus }: Props) {
  const toggle = () => {
    // A click that ends a selection of text is not one on the row.
    if (window.getSelection?.()?.type !== 'Range') onToggle()
  }
  const kind = kindOf(column)
  return (
    <tr class={open ? 'row open' : 'row'} role="row" aria-rowindex={position} aria-busy={column.brief} onClick={toggle}>
      <th class="cell-name" scope="row" role="rowheader">
        <button
          type="button"
          class="column-name"
          id={buttonID(column)}
          aria-expanded={open}
          aria-controls={open ? detailID(column) : undefined}
          tabIndex={active ? 0 : -1}
          onFocus={onFocus}
        >
          <span class={`type-icon ${kind}`}>
            <Icon of={kinds[kind].icon} size={15} />
          </span>
          <span class="names">
            <span class="name" title={column.name.length > 40 ? visible(column.name) : undefined}>
              {column.name ? <Spaced text={column.name} words={breakable} /> : <i>no name</i>}
            </span>
            <span class="type">{typeWords(column)}</span>
          </span>
        </button>
      </th>
      <td class="cell-dist" role="cell">
        {column.brief ? <i class="awaited-mark" aria-hidden="true" /> : <Distribution column={column} />}
      </td>
      <td class="cell-complete num" role="cell">
        <Completeness column={column} />
      </td>
      <td class="cell-distinct num" role="cell">
        <Distinct column={column} />
      </td>
      <td class="cell-typical" role="cell">
        {column.brief ? <div class="pairs" /> : <Typical column={column} />}
      </td>
      <td class="cell-alerts" role="cell">
        {!column.brief && bySeverity(column.alerts).slice(0, 2).map((alert, i) => (
          <AlertChip key={i} column={column} alert={alert} />
        ))}
        {!column.brief && column.alerts.length > 2 && <span class="small">and {column.alerts.length - 2} more</span>}
      </td>
    </tr>
  )
}

function Completeness({ column }: { column: Column }) {
  if (column.count === 0) return <Blank />
  const share = present(column) / column.count
  return (
    <>
      <div class="big">{percent(share)}</div>
      <CompletenessBar share={share} />
      <div class="small">{column.nulls === 0 ? 'complete' : `${count(column.nulls)} missing`}</div>
    </>
  )
}

function Distinct({ column }: { column: Column }) {
  const { value, exact, error } = column.distinct
  const there = present(column)
  if (there === 0) return <Blank />
  // An estimate can neither say that all differ nor be more than there are.
  const share = Math.min(exact && value === there ? 1 : 0.99, value / there)
  return (
    <>
      <div class="big" title={exact ? undefined : error > 0 ? `Estimated, ± ${percent(error)}` : 'Ways of writing: there are at most so many values'}>
        {!exact && <Estimated />}
        {count(value)}
      </div>
      <div class="small">
        {share === 1 ? (
          'all different'
        ) : (
          <>
            {!exact && <Estimated />}
            {wholePercent(share)} distinct
          </>
        )}
      </div>
    </>
  )
}

/** The mark of a figure that is not exact. */
export function Estimated() {
  return (
    <>
      <span aria-hidden="true">≈ </span>
      <span class="hush">about </span>
    </>
  )
}

function Blank() {
  return (
    <>
      <span aria-hidden="true" class="small">
        –
      </span>
      <span class="hush">none</span>
    </>
  )
}

/** What a value of the column typically is: the middle of numbers and times, the commonest of others. */
function Typical({ column }: { column: Column }) {
  const there = present(column)
  if (there === 0) return <Blank />
  const numeric = column.numeric
  if (numeric?.quantiles?.['0.5'] != null) {
    const grain = grainOfColumn(column)
    const grouped = groupingOf(column)
    const write = (n: number | null | undefined) => (n == null ? '–' : grouped(compact(n, grain)))
    return (
      <div class="pairs">
        <Pair name="median" value={scaleOf(column)?.median ?? write(numeric.quantiles['0.5'])} />
        <Pair
          name="IQR"
          title="The middle half of the rows lies between these"
          value={between(write(numeric.quantiles['0.25']), write(numeric.quantiles['0.75']))}
        />
      </div>
    )
  }
  const scale = column.temporal ? scaleOf(column) : null
  if (scale?.typical) {
    return (
      <div class="pairs">
        <Pair name="median" value={scale.typical} />
        {scale.span && <Pair name="span" value={scale.span} title={scale.span} />}
      </div>
    )
  }
  // So many different values that none was counted: an example says more than nothing.
  if (column.top.length === 0) {
    return (
      <div class="pairs">
        {column.evidence.slice(0, 1).map((e) => (
          <Pair key={e.type} name="such as" value={visible(e.example)} title={e.example} />
        ))}
      </div>
    )
  }
  return (
    <div class="pairs">
      {column.top.slice(0, 2).map((top) => (
        <div key={top.value}>
          <span class="sample" title={top.value}>
            {top.value.trim() === '' ? <i>white space</i> : <Visible text={valueWords(column, top.value)} />}
          </span>
          <b>{top.count / there >= 0.005 ? percent(top.count / there) : counted(top.count, 'row')}</b>
        </div>
      ))}
    </div>
  )
}

function Pair({ name, value, title }: { name: string; value: string; title?: string }) {
  return (
    <div class="pair-of" title={title}>
      <span>{name}</span>
      <b>{value}</b>
    </div>
  )
}
