// The tables of one file: sheets of a workbook, files of an archive. One of them is shown; the others are a link away.
import { Search } from 'lucide'
import { useState } from 'preact/hooks'
import type { Report, Table } from '../api/report.gen.ts'
import { count, counted } from '../format.ts'
import { Icon } from '../icon.tsx'
import { visible } from '../invisible.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { tableHref } from './view.ts'
import './tables.css'

/** What does not find room in one line, in CSS pixels, stands in a list of its own. */
const lineWidth = 1150

type Props = {
  report: Report
  /** Whether a table can be shown; all can be where it is absent. */
  shows?: (name: string) => boolean
}

export function Tables({ report, shows = () => true }: Props) {
  const [all, setAll] = useState(false)
  const { tables } = report
  if (tables.length < 2) return null
  const current = tables.findIndex((t) => t.name === report.source.table)
  const folder = commonFolder(tables.map((t) => t.name))
  const inLine = fitting(tables.map((t) => Math.max(shortName(t.name, folder).length, sizeWords(t).length)))
  // The one that is shown is always among those in the line.
  const line = current < inLine ? tables.slice(0, inLine) : [...tables.slice(0, inLine - 1), tables[current]!]
  return (
    <nav class="tables" aria-label="Tables of the file">
      <ul>
        {line.map((table) => (
          <li key={table.name}>
            <Choice table={table} current={table.name === report.source.table} open={shows(table.name)} brief={shortName(table.name, folder)} />
          </li>
        ))}
      </ul>
      {line.length < tables.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          All {counted(tables.length, 'table')}
        </button>
      )}
      {all && <AllTables report={report} shows={shows} onClose={() => setAll(false)} />}
    </nav>
  )
}

function Choice({ table, current, open, brief }: { table: Table; current: boolean; open: boolean; brief?: string }) {
  const name = brief ?? table.name
  const words = (
    <>
      {name === table.name ? (
        <b>{visible(name)}</b>
      ) : (
        <>
          <b aria-hidden="true">{visible(name)}</b>
          <span class="hush">{table.name} </span>
        </>
      )}
      <small>{sizeWords(table)}</small>
    </>
  )
  if (!open && !current) return <span title="Not in this page">{words}</span>
  return (
    <a href={tableHref(table.name)} aria-current={current ? 'page' : undefined} title={visible(table.name)}>
      {words}
    </a>
  )
}

function AllTables({ report, shows, onClose }: { report: Report; shows: (name: string) => boolean; onClose: () => void }) {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = report.tables.filter((t) => t.name.toLowerCase().includes(wanted))
  return (
    <Dialog title={counted(report.tables.length, 'table')} onClose={onClose}>
      <label class="find">
        <Icon of={Search} size={15} />
        <span class="hush">Find a table</span>
        <input type="search" placeholder="Find a table" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <ul class="all-tables" tabIndex={0} role="list" aria-label="Tables found">
        {found.map((table) => (
          <li key={table.name} onClick={(event) => (event.target as Element).closest('a') && onClose()}>
            <Choice table={table} current={table.name === report.source.table} open={shows(table.name)} />
          </li>
        ))}
        {found.length === 0 && <li class="note">No table is called that.</li>}
      </ul>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}

/** How many tables find room, two at the least, by the letters of each; a letter takes 6.8 pixels, the space between two 26. */
function fitting(letters: number[]): number {
  let room = lineWidth
  const n = letters.findIndex((l) => (room -= Math.min(240, Math.max(90, l * 6.8)) + 26) < 0)
  return n < 0 ? letters.length : Math.max(2, n)
}

/** The folder of an archive that all its tables lie in, with its slash. */
function commonFolder(names: string[]): string {
  let folder = names[0]?.replace(/[^/]*$/, '') ?? ''
  while (folder && !names.every((name) => name.startsWith(folder))) folder = folder.replace(/[^/]*\/$/, '')
  return folder
}

/** What tells a name from the others: without the folder of all, and with its beginning and its end. */
function shortName(name: string, folder: string): string {
  const letters = [...name.slice(folder.length)]
  return letters.length > 30 ? `${letters.slice(0, 12).join('')}…${letters.slice(-16).join('')}` : letters.join('')
}

/** "1,204 rows, 12 columns", as far as the format says so without reading the table. */
function sizeWords({ rows, columns }: Partial<Table>): string {
  const parts = []
  if (rows !== undefined && rows >= 0) parts.push(rows < 1e6 ? counted(rows, 'row') : `${count(rows)} rows`)
  if (columns !== undefined && columns >= 0) parts.push(counted(columns, 'column'))
  return parts.join(', ')
}
