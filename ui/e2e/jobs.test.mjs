import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { api, bigCSV, card, choose, csv, journey, profiled, until } from './harness.mjs'

journey('one event stream serves all tabs of a browser', async ({ page, context, base, folder }) => {
  const streams = []
  context.on('request', (request) => request.url().includes('/api/v1/events') && streams.push(request.frame().page()))
  const second = await context.newPage()
  await second.goto(base)
  await second.getByRole('button', { name: 'Choose files' }).waitFor()
  await choose(page, csv(folder, 'seen.csv', 500))
  await card(page, 'seen.csv').getByText('500 rows').waitFor()
  // The other tab hears of it through the first one.
  await second.getByRole('row', { name: /seen\.csv/ }).getByText('500').waitFor()
  assert.equal(new Set(streams).size <= 1, true, `${streams.length} streams`)
})

journey('without the event stream everything still moves', async ({ page, context, base, folder }) => {
  await context.route('**/api/v1/events*', (route) => route.abort())
  await page.goto(base)
  await choose(page, bigCSV(folder, 'polled.csv', 40))
  await card(page, 'polled.csv').getByText('40,000 rows').waitFor()
  await page.getByRole('row', { name: /polled\.csv/ }).getByText('40,000').waitFor()
})

journey('with a stream that never says anything everything still moves', async ({ page, context, base, folder }) => {
  await context.route('**/api/v1/events*', () => {}) // held open, as some proxies do
  await page.goto(base)
  await choose(page, csv(folder, 'silent.csv', 700))
  await card(page, 'silent.csv').getByText('700 rows').waitFor()
})

journey('a file that cannot be read explains itself, and can be read another way', async ({ page, folder }) => {
  const path = join(folder, 'junk.csv')
  const junk = Buffer.alloc(40_000)
  for (let i = 0; i < junk.length; i++) junk[i] = (i * 2654435761) >>> 24
  writeFileSync(path, junk)
  await choose(page, path)
  await card(page, 'junk.csv').getByRole('link', { name: 'What happened to junk.csv' }).click()
  await page.getByRole('heading', { level: 1, name: 'junk.csv could not be read' }).waitFor()
  const [job] = (await api(page, '/jobs?status=failed')).items
  await page.getByText(job.error.message).first().waitFor()
  if (job.error.hint) await page.getByText(job.error.hint).first().waitFor()
  await page.getByText(job.error.code).waitFor()

  // The file is to blame: the same reading would say the same.
  await page.getByRole('button', { name: 'Upload again' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Try again as it was' }).count(), 0)
  await page.getByRole('button', { name: 'Read it again' }).waitFor()
  await page.getByLabel('Format').selectOption('ndjson')
  await page.getByRole('button', { name: 'Read it again' }).click()
  await until(() => !page.url().endsWith(job.id), 'the page of the new job')
  await page.getByRole('heading', { level: 1, name: 'junk.csv could not be read' }).waitFor()
})

journey('a job that runs when the page is loaded has its card', async ({ page, folder, base }) => {
  await profiled(page, csv(folder, 'first.csv', 50))
  await choose(page, bigCSV(folder, 'later.csv', 60))
  await until(async () => (await api(page, '/jobs')).items.length === 2, 'the second job')
  await page.goto(base)
  await page.getByRole('row', { name: /later\.csv/ }).getByText('60,000').waitFor()
})

journey('the list finds datasets by name, and keeps what was typed in the address', async ({ page, folder, base }) => {
  await profiled(page, csv(folder, 'apples.csv', 5))
  await profiled(page, csv(folder, 'pears.csv', 5))
  await page.goto(base)
  await page.getByRole('row', { name: /pears/ }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('appl')
  await page.getByRole('row', { name: /pears/ }).waitFor({ state: 'detached' })
  await until(() => page.url().endsWith('?q=appl'), 'the address')
  await page.reload()
  await page.getByRole('row', { name: /apples/ }).waitFor()
  assert.equal(await page.getByRole('row', { name: /pears/ }).count(), 0)
  await page.getByRole('searchbox').fill('plums')
  await page.getByText('Nothing is called “plums”').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('row', { name: /pears/ }).waitFor()
})
