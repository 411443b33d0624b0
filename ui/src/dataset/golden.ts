// The engine's golden reports, for tests: what the page is held against is what the engine really says.
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Column, Report } from '../api/report.gen.ts'

const folder = resolve(import.meta.dirname, '../../../worker/profile/testdata/golden')
const ending = '.report.json'

export const goldenNames = readdirSync(folder)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))

/** A fresh copy of one report: tests may change theirs. */
export function golden(name: string): Report {
  return JSON.parse(readFileSync(resolve(folder, name + ending), 'utf8')) as Report
}

export function columnOf(report: Report, name: string): Column {
  const column = report.columns.find((c) => c.name === name)
  if (!column) throw new Error(`The report of ${report.source.name} has no column ${name}`)
  return column
}
