import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Column, Report } from '../api/report.gen.ts'
import { count, counted } from '../format.ts'
import { Icon } from '../icon.tsx'
import { choose, isSort, kindCounts, kinds, sorts } from './columns.ts'
import { AwaitedDetail, ColumnDetail } from './detail.tsx'
import { FindColumn } from './find.tsx'
import { narrow } from './narrow.ts'
import { buttonID, detailID, LedgerRow } from './row.tsx'
import { filterKind, find, openColumn, sortBy, view } from './view.ts'
import type { Windows } from './windows.ts'
import './ledger.css'

/** Rows are put into the document in blocks of so many, and blocks far outside the window are not. */
const blockSize = 40
/** Up to here everything is in the document: the browser's own search and printing see all of it. */
const inOnePiece = 200
/** Height of a row before it was ever measured, in CSS pixels. */
const guess = 82

/** The columns of the file as a ledger: one row each, detail opening in place. */
export function Ledger({ report, windows }: { report: Report; windows?: Windows }) {
  const { kind, find: text, sort, column: open } = view.value
  // Rows must not change places under the reader's eyes while the figures they are sorted by still grow.
  const order = report.provisional ? 'file' : sort
  const rows = useMemo(() => choose(report.columns, { kind, find: text, sort: order }), [report, kind, text, order])
  const chips = useMemo(() => kindCounts(report.columns), [report])

  return (
    <section class="ledger" aria-labelledby="columns">
      <div class="ledger-head">
        <h2 id="columns">Columns</h2>
        {chips.length > 0 && (
          <div class="chips" role="group" aria-label="Show columns of one kind">
            <button type="button" aria-pressed={kind === null} onClick={() => filterKind(null)}>
              All <b>{count(report.columns.length)}</b>
            </button>
            {chips.map(([name, n]) => (
              <button key={name} type="button" aria-pressed={kind === name} onClick={() => filterKind(kind === name ? null : name)}>
                <Icon of={kinds[name].icon} size={13} />
                {kinds[name].name} <b>{count(n)}</b>
              </button>
            ))}
          </div>
        )}
        <div class="ledger-tools">
          {narrow.value && <FindColumn />}
          <label class="sort">
            Sort{' '}
            <select value={sort} disabled={report.provisional} onChange={(event) => isSort(event.currentTarget.value) && sortBy(event.currentTarget.value)}>
              {Object.entries(sorts).map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      {windows?.fault.value && (
        <p class="note">
          Some columns could not be loaded.{' '}
          <button type="button" class="link" onClick={() => windows.again()}>
            Try again
          </button>
        </p>
      )}
      <p class="hush" role="status">
        {text || kind ? `${counted(rows.length, 'column')} shown` : ''}
      </p>
      {report.columns.length === 0 ? (
        <p class="ledger-empty">{report.provisional ? 'The first columns appear as soon as they are known.' : 'This file has no columns.'}</p>
      ) : rows.length === 0 ? (
        <p class="ledger-empty">
          No column {text ? <>is called “{text}”</> : 'is of this kind'}.{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              find('')
              filterKind(null)
            }}
          >
            Show all columns
          </button>
        </p>
      ) : (
        <>
          {rows.length > inOnePiece && <p class="note print-only">Of {counted(rows.length, 'column')}, those are printed that were on the screen, and some around them.</p>}
          <Rows rows={rows} report={report} open={open} {...(windows ? { windows } : {})} />
        </>
      )}
    </section>
  )
}

type RowsProps = { rows: Column[]; report: Report; open: string | null; windows?: Windows }

function Rows({ rows, report, open, windows }: RowsProps) {
  const table = useRef<HTMLTableElement>(null)
  const [active, setActive] = useState(0)
  const [focusing, setFocusing] = useState<number | null>(null)
  const openAt = useMemo(() => (open === null ? -1 : rows.findIndex((c) => c.name === open)), [rows, open])
  const at = Math.min(active, rows.length - 1)
  const whole = rows.length <= inOnePiece
  const blocks = useMemo(
    () => (whole ? [rows] : Array.from({ length: Math.ceil(rows.length / blockSize) }, (_, i) => rows.slice(i * blockSize, (i + 1) * blockSize))),
    [rows, whole],
  )
  const blockOf = (row: number) => (whole ? 0 : Math.floor(row / blockSize))

  // A row that is to get the focus is first put into the document, then focused.
  useEffect(() => {
    if (focusing === null) return
    const column = rows[focusing]
    if (column) document.getElementById(buttonID(column))?.focus()
    setFocusing(null)
  }, [focusing])

  // Whoever follows a link to a column finds it on the screen; whoever opens one where it stands sees nothing move.
  useEffect(() => {
    const column = rows[openAt]
    if (!column) return
    setActive(openAt)
    const row = document.getElementById(buttonID(column))?.closest('tr')
    const box = row?.getBoundingClientRect()
    if (row && box && (box.top < 0 || box.bottom > window.innerHeight)) row.scrollIntoView({ block: 'start' })
  }, [open])

  const toggle = (row: number) => {
    const name = rows[row]!.name
    setActive(row)
    openColumn(name === open ? null : name)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape' && openAt >= 0) {
      event.preventDefault()
      openColumn(null)
      setActive(openAt)
      setFocusing(openAt)
      return
    }
    if (!(event.target as Element).classList.contains('column-name')) return
    const last = rows.length - 1
    const focused = rows.findIndex((c) => buttonID(c) === (event.target as Element).id)
    const to: Record<string, number> = { ArrowDown: focused + 1, ArrowUp: focused - 1, Home: 0, End: last, PageDown: focused + 10, PageUp: focused - 10 }
    if (!(event.key in to)) return
    event.preventDefault()
    const next = Math.min(last, Math.max(0, to[event.key]!))
    const button = document.getElementById(buttonID(rows[next]!))
    // At once where it can be: keys come faster than drawing when they repeat.
    if (button) button.focus()
    else setFocusing(next)
    setActive(next)
  }

  return (
    <table class="columns" role="table" aria-labelledby="columns" aria-rowcount={whole ? undefined : rows.length + 1} ref={table} onKeyDown={onKeyDown}>
      <caption class="hush">Arrow keys move from column to column, Enter opens one, Escape closes it.</caption>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={whole ? undefined : 1}>
          <th scope="col" role="columnheader">
            Column
          </th>
          <th scope="col" role="columnheader">
            Distribution
          </th>
          <th scope="col" role="columnheader" class="num">
            Complete
          </th>
          <th scope="col" role="columnheader" class="num">
            Distinct
          </th>
          <th scope="col" role="columnheader">
            Typical values
          </th>
          <th scope="col" role="columnheader">
            Alerts
          </th>
        </tr>
      </thead>
      {blocks.map((block, b) => (
        <Block key={b} columns={block} windows={windows} always={whole || b === blockOf(at) || b === blockOf(openAt) || (focusing !== null && b === blockOf(focusing))}>
          {() =>
            block.map((outlined, i) => {
              const column = windows?.of(outlined) ?? outlined
              const row = whole ? i : b * blockSize + i
              const isOpen = row === openAt
              return [
                <LedgerRow
                  key={column.index}
                  column={column}
                  open={isOpen}
                  active={row === at}
                  position={whole ? undefined : row + 2}
                  onToggle={() => toggle(row)}
                  onFocus={() => setActive(row)}
                />,
                isOpen && (
                  <tr key={`${column.index}-detail`} class="detail-row" role="row">
                    <td colSpan={6} role="cell" id={detailID(column)}>
                      {column.brief ? <AwaitedDetail column={column} /> : <ColumnDetail column={column} report={report} />}
                    </td>
                  </tr>
                ),
              ]
            })
          }
        </Block>
      ))}
    </table>
  )
}

type BlockProps = { columns: readonly Column[]; windows: Windows | undefined; always: boolean; children: () => ComponentChildren }

/** Some rows of a long ledger. Outside the window, one empty row as high as they were takes their place. */
function Block({ columns, windows, always, children }: BlockProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const height = useRef(columns.length * guess)
  const [near, setNear] = useState(false)
  const seen = always || near
  useEffect(() => {
    const outlined = seen && windows ? columns.filter((c) => c.brief) : []
    if (outlined.length > 0) return windows!.want(outlined.map((c) => c.index))
  }, [seen, windows, columns])
  useEffect(() => {
    const element = body.current
    if (always || !element || typeof IntersectionObserver !== 'function') return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return
        if (!entry.isIntersecting && element.offsetHeight > 0) height.current = element.offsetHeight
        setNear(entry.isIntersecting)
      },
      { rootMargin: '1200px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [always])
  return (
    <tbody role="rowgroup" ref={body}>
      {seen ? (
        children()
      ) : (
        <tr class="unseen" aria-hidden="true" style={{ height: `${height.current}px` }}>
          <td colSpan={6} />
        </tr>
      )}
    </tbody>
  )
}
