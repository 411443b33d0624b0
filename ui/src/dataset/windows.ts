// The columns of a very wide table that are held in full. Its report comes with the first ones and an outline of the others,
// which lists, counts, sorts and finds them; what stands near the window is asked for as it comes there.
import { effect, signal, type ReadonlySignal } from '@preact/signals'
import { reachable } from '../api/client.ts'
import type { Column, Report } from '../api/report.gen.ts'

/** What a report is asked for at first: a table of so many columns comes whole. */
export const firstColumns = '0-499'
/** The rows of the sample show so many columns. */
const sampled = { from: 0, to: 59 }
/** Columns between two runs that are asked for with them: a longer list of runs costs more than they do. */
const smallGap = 4
/** What is passed while scrolling is not asked for (ms). */
const rest = 80

/** Asks for columns of the report that is shown; null where it is another one by now. */
type Ask = (spans: string) => Promise<Column[] | null>

export class Windows {
  private readonly came = signal<ReadonlyMap<number, Column>>(new Map())
  private columns: readonly Column[] = []
  private readonly near = new Map<object, readonly number[]>()
  private readonly failing = signal(false)
  private timer: ReturnType<typeof setTimeout> | undefined
  private asking = false
  private readonly stopWatching: () => void

  constructor(private readonly ask: Ask) {
    this.stopWatching = effect(() => {
      if (reachable.value && this.failing.peek()) this.look()
    })
  }

  stop() {
    this.stopWatching()
    clearTimeout(this.timer)
    this.near.clear()
  }

  /** Some columns could not be had. */
  get fault(): ReadonlySignal<boolean> {
    return this.failing
  }

  /** Another report is shown, which has in full what it was asked for. */
  show(report: Report | null) {
    this.columns = report?.columns ?? []
    this.came.value = new Map()
    this.failing.value = false
    this.look()
  }

  /** The column in full, as soon as it is known. */
  of(column: Column): Column {
    return column.brief ? (this.came.value.get(column.index) ?? column) : column
  }

  /** Wants columns in full, by their places in the file, until the answer is called. */
  want(columns: readonly number[]): () => void {
    const key = {}
    this.near.set(key, columns)
    this.look()
    return () => void this.near.delete(key)
  }

  /** What the next report is to have in full: what is looked at now. */
  spans(): string {
    if (!this.columns.some((c) => c.brief)) return firstColumns
    return spansOf([...this.near.values()].flat(), sampled)
  }

  private missing(): number[] {
    const came = this.came.peek()
    return [...this.near.values()].flat().filter((i) => this.columns[i]?.brief && !came.has(i))
  }

  private look() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.fill(), rest)
  }

  private async fill() {
    const missing = this.missing()
    if (this.asking || missing.length === 0) return
    this.asking = true
    const of = this.columns
    try {
      const columns = await this.ask(spansOf(missing))
      this.failing.value = false
      if (columns && of === this.columns) this.came.value = new Map([...this.came.peek(), ...columns.map((c) => [c.index, c] as const)])
    } catch {
      this.failing.value = true
    } finally {
      this.asking = false
      if (!this.failing.peek() && this.missing().length > 0) this.look()
    }
  }

  /** Asks again for what could not be had. */
  again() {
    this.look()
  }
}

/** Runs of columns, "0-59,400-439", as the API takes them. */
export function spansOf(columns: readonly number[], ...runs: readonly { from: number; to: number }[]): string {
  const all = [...runs, ...columns.map((i) => ({ from: i, to: i }))].sort((a, b) => a.from - b.from)
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of all) {
    const last = joined.at(-1)
    if (last && from <= last.to + 1 + smallGap) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined.map(({ from, to }) => `${from}-${to}`).join(',')
}
