// The tables of one file: sheets of a workbook, files of an archive. One of them is shown; the others are a link away.
import { Search } from 'lucide'
import { useState } from 'preact/hooks'
import type { Report, Table } from '../api/report.gen.ts'
import { count, counted } from '../format.ts'
import { Icon } from '../icon.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { tableHref } from './view.ts'
import './tables.css'

/** More than these stand in a list of their own. */
const inLine = 6

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
  // The one that is shown is always among those in the line.
  const line = tables.length <= inLine ? tables : current < inLine - 1 ? tables.slice(0, inLine - 1) : [...tables.slice(0, inLine - 2), tables[current]!]
  const folder = commonFolder(tables.map((t) => t.name))
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
        <b>{name}</b>
      ) : (
        <>
          <b aria-hidden="true">{name}</b>
          <span class="hush">{table.name} </span>
        </>
      )}
      <small>{sizeWords(table)}</small>
    </>
  )
  if (!open && !current) return <span title="Not in this page">{words}</span>
  return (
    <a href={tableHref(table.name)} aria-current={current ? 'page' : undefined} title={table.name}>
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
