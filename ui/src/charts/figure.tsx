import { useId, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, RefObject } from 'preact'
import { saveSvg } from './save-svg.ts'

/** The same figures as a chart, for reading one by one. The first column names the rows. */
export type Table = { caption: string; head: string[]; rows: (string | number)[][] }

type Props = {
  title: string
  note?: ComponentChildren
  table: Table
  /** Name of the saved picture; without it there is nothing to save. */
  save?: string
  level?: 2 | 3
  /** Buttons stand beside the title, or where `children` puts them. */
  actions?: 'head' | 'placed'
  children: (svg: RefObject<SVGSVGElement | null>, actions: ComponentChildren) => ComponentChildren
}

/** A chart with its title, which can be turned into a table and saved as a picture. */
export function Figure({ title, note, table, save, level = 3, actions = 'head', children }: Props) {
  const [asTable, setAsTable] = useState(false)
  const svg = useRef<SVGSVGElement>(null)
  const id = useId()
  const Heading = level === 2 ? 'h2' : 'h3'
  const buttons = (
    <span class="figure-actions">
      <button type="button" class="link" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
        {asTable ? 'Show chart' : 'Show as table'}
      </button>
      {save && !asTable && (
        <button type="button" class="link" onClick={() => svg.current && saveSvg(svg.current, save)}>
          Save SVG
        </button>
      )}
    </span>
  )
  return (
    <figure class="figure" aria-labelledby={id}>
      <figcaption>
        <Heading id={id}>{title}</Heading>
        {note && <span class="figure-note">{note}</span>}
        {actions === 'head' && buttons}
      </figcaption>
      {asTable ? (
        <>
          <ChartTable {...table} />
          {actions === 'placed' && <p class="figure-foot">{buttons}</p>}
        </>
      ) : (
        children(svg, buttons)
      )}
    </figure>
  )
}

export function ChartTable({ caption, head, rows }: Table) {
  return (
    <div class="chart-table" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hush">{caption}</caption>
        <thead>
          <tr>
            {head.map((name, i) => (
              <th key={name} scope="col" class={i ? 'num' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], i) => (
            <tr key={i}>
              <th scope="row">{name}</th>
              {cells.map((cell, j) => (
                <td key={j} class="num">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
