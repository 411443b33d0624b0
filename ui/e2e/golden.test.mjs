// The golden reports bind the engine, the API, the page and this: what the engine's tests hold is what a visitor gets.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { api, choose, journey, until } from './harness.mjs'

const folder = fileURLToPath(new URL('../../worker/profile/testdata/golden/', import.meta.url))
const files = readdirSync(folder).filter((name) => !name.endsWith('.report.json'))
const golden = (name) => JSON.parse(readFileSync(join(folder, name.replace(/\.[^.]+$/, '.report.json')), 'utf8'))
/** Everything but `engine` is a pure function of the file and the options, of which the server gives one: the day. */
function pure({ engine: _, ...report }) {
  const { as_of: __, ...source } = report.source
  return { ...report, source }
}

journey('golden files give their golden reports, by the API and on the page', async ({ page, base }) => {
  assert.ok(files.length > 3, 'the golden files are there')
  await choose(page, files.map((name) => join(folder, name)))
  const datasets = await until(async () => {
    const { items } = await api(page, '/datasets?limit=200')
    const over = items.filter((d) => ['succeeded', 'failed'].includes(d.latest?.job_status))
    return over.length === files.length && over
  }, 'all are read')
  for (const { id, name, latest } of datasets) {
    const want = golden(name)
    const got = await api(page, `/datasets/${id}/profile`)
    assert.deepEqual(pure(got), pure(want), name)
    assert.equal(latest.job_status, want.complete ? 'succeeded' : 'failed', name)
    if (!want.complete) continue
    await page.goto(`${base}/d/${id}`)
    await page.getByRole('heading', { level: 1, name: basename(name) }).waitFor()
    await page.locator('main[aria-busy=false]').waitFor()
    const text = await page.locator('main').innerText()
    assert.ok(text.includes(want.rows.toLocaleString('en')), `${name}: rows`)
    for (const column of want.columns) assert.ok(text.includes(column.name), `${name}: ${column.name}`)
  }
})
