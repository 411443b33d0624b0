import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { api, bigCSV, card, choose, csv, drop, journey, network, until } from './harness.mjs'

const MB = 1_000_000

journey('an empty install offers a sample, which is sent and read like any file', async ({ page }) => {
  await page.getByRole('button', { name: 'Try a sample' }).click()
  await card(page, 'coffee-orders.csv').getByText('2,000 rows').waitFor()
  const line = page.getByRole('row', { name: /coffee-orders\.csv/ })
  await line.getByText('2,000').waitFor()
  await line.locator('svg').first().waitFor()
  await card(page, 'coffee-orders.csv').getByRole('link', { name: 'Open coffee-orders.csv' }).click()
  await page.getByRole('heading', { level: 1, name: 'coffee-orders.csv' }).waitFor()
})

journey('files dropped anywhere are read, each of them', async ({ page, base }) => {
  await page.goto(`${base}/settings/tokens`)
  await page.getByRole('heading', { name: 'API tokens' }).waitFor()
  await drop(page, [
    { name: 'one.csv', text: 'a,b\n1,2\n3,4\n' },
    { name: 'two.csv', text: 'a,b\n1,2\n' },
  ])
  await card(page, 'one.csv').getByText('2 rows').waitFor()
  await card(page, 'two.csv').getByText('1 row', { exact: true }).waitFor()
  assert.equal((await api(page, '/datasets')).items.length, 2)
})

journey('a file on its way shows bytes, speed and time left, at most three parts at once', async ({ page, folder }) => {
  const path = bigCSV(folder, 'big.csv', 48)
  // Counted in the page: the browser tells outside of it of an end later than of the next beginning.
  await page.evaluate(() => {
    const { send } = XMLHttpRequest.prototype
    let flying = 0
    window.most = 0
    XMLHttpRequest.prototype.send = function (body) {
      window.most = Math.max(window.most, ++flying)
      this.addEventListener('readystatechange', () => this.readyState === XMLHttpRequest.DONE && flying--)
      send.call(this, body)
    }
  })
  await network(page, { upload: 20 * MB })
  await choose(page, [path, csv(folder, 'small.csv', 100)])
  const big = card(page, 'big.csv')
  await big.getByText(/MB\/s/).waitFor()
  const text = await big.innerText()
  assert.match(text, /\d+\.\d of 4\d\.\d MB/)
  assert.match(text, /left/)
  const bar = big.getByRole('progressbar')
  const first = Number(await bar.getAttribute('aria-valuenow'))
  await until(async () => Number(await bar.getAttribute('aria-valuenow')) > first, 'the bar moves')
  await network(page, {})
  await big.getByText('48,000 rows').waitFor()
  await card(page, 'small.csv').getByText('100 rows').waitFor()
  assert.equal(await page.evaluate(() => window.most), 3)
})

journey('paused stays paused, and resumed arrives whole', async ({ page, folder }) => {
  await network(page, { upload: 10 * MB })
  await choose(page, bigCSV(folder, 'paused.csv', 30))
  const it = card(page, 'paused.csv')
  await it.getByText(/MB\/s/).waitFor()
  let puts = 0
  page.on('request', (request) => request.method() === 'PUT' && puts++)
  await it.getByRole('button', { name: 'Pause paused.csv' }).click()
  await it.getByText('Paused', { exact: true }).waitFor()
  const before = puts
  await network(page, {})
  await until(async () => (await api(page, '/uploads?status=open')).items.length === 1, 'the upload is open')
  assert.equal(puts, before)
  await it.getByRole('button', { name: 'Resume paused.csv' }).click()
  await it.getByText('30,000 rows').waitFor()
})

journey('canceled is gone, here and on the server', async ({ page, folder }) => {
  await network(page, { upload: 4 * MB })
  await choose(page, bigCSV(folder, 'unwanted.csv', 20))
  const it = card(page, 'unwanted.csv')
  await it.getByText(/MB\/s/).waitFor()
  await it.getByRole('button', { name: 'Cancel unwanted.csv' }).click()
  await it.waitFor({ state: 'detached' })
  assert.deepEqual((await api(page, '/uploads?status=open')).items, [])
})

journey('a lost connection is waited out', async ({ page, folder }) => {
  await network(page, { upload: 15 * MB })
  await choose(page, bigCSV(folder, 'offline.csv', 60))
  const it = card(page, 'offline.csv')
  await it.getByText(/MB\/s/).waitFor()
  await network(page, { offline: true })
  await it.getByText(/No connection/).waitFor()
  await network(page, {})
  await it.getByText('60,000 rows').waitFor()
})

journey('after a reload the card is back, and the same file goes on at the missing parts', async ({ page, folder }) => {
  const path = bigCSV(folder, 'again.csv', 60)
  await network(page, { upload: 20 * MB })
  await choose(page, path)
  // Parts are 8 MiB and more: wait until the storage has at least one.
  await until(async () => (await api(page, '/uploads?status=open')).items[0]?.received.length > 0, 'a part has arrived')
  await page.reload()
  const it = card(page, 'again.csv')
  await it.getByText(/choose the same file again/).waitFor()
  const before = (await api(page, '/uploads?status=open')).items[0]
  assert.ok(before.received.length > 0)

  // Another file of the same name and size is refused.
  const changed = join(folder, 'changed', 'again.csv')
  mkdirSync(dirname(changed))
  writeFileSync(changed, readFileSync(path, 'utf8').replace('DE', 'XX'))
  await it.locator('input[type=file]').setInputFiles(changed)
  await it.getByText(/The file has changed/).waitFor()

  const sent = []
  page.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()))
  await it.locator('input[type=file]').setInputFiles(path)
  await it.getByText('60,000 rows').waitFor()
  assert.equal(sent.length, before.part_count - before.received.length)
})

journey('a file dropped after a reload finds its unfinished upload by itself', async ({ page, folder }) => {
  const path = bigCSV(folder, 'drop.csv', 40)
  await network(page, { upload: 20 * MB })
  await choose(page, path)
  await until(async () => (await api(page, '/uploads?status=open')).items[0]?.received.length > 0, 'a part has arrived')
  await page.reload()
  await card(page, 'drop.csv').getByText(/choose the same file again/).waitFor()
  await choose(page, path)
  await card(page, 'drop.csv').getByText('40,000 rows').waitFor()
  assert.equal(await page.locator('.card').count(), 1)
  assert.equal((await api(page, '/datasets')).items.length, 1)
})

journey('a server that is killed while parts arrive loses nothing', async ({ page, assay, folder }) => {
  await network(page, { upload: 15 * MB })
  await choose(page, bigCSV(folder, 'killed.csv', 50))
  const it = card(page, 'killed.csv')
  await it.getByText(/MB\/s/).waitFor()
  await assay.stop('SIGKILL')
  await it.getByText(/Trying again/).waitFor()
  await page.getByText('Assay does not answer. Is it running?').waitFor()
  await assay.start()
  await page.getByText('Assay does not answer. Is it running?').waitFor({ state: 'detached' })
  await network(page, {})
  await it.getByText('50,000 rows').waitFor()
  assert.equal((await api(page, '/datasets')).items.length, 1)
})

journey('what is no table is refused at once, in words', async ({ page }) => {
  await drop(page, [{ name: 'holiday.jpg', text: 'not read' }])
  await card(page, 'holiday.jpg').getByText(/is a picture/).waitFor({ timeout: 2_000 })
  await card(page, 'holiday.jpg').getByRole('button', { name: 'Dismiss holiday.jpg' }).click()
  await card(page, 'holiday.jpg').waitFor({ state: 'detached' })
})

journey('a second tab knows that the first one is sending', async ({ page, context, base, folder }) => {
  await network(page, { upload: 4 * MB })
  await choose(page, bigCSV(folder, 'shared.csv', 30))
  await card(page, 'shared.csv').getByText(/MB\/s/).waitFor()
  const second = await context.newPage()
  await second.goto(base)
  const there = card(second, 'shared.csv')
  await there.getByText('Another tab of this browser is sending it.').waitFor()
  const bar = there.getByRole('progressbar')
  const first = Number(await bar.getAttribute('aria-valuenow'))
  await until(async () => Number(await bar.getAttribute('aria-valuenow')) > first, 'the bar of the second tab moves')
  await network(page, {})
  await card(page, 'shared.csv').getByText('30,000 rows').waitFor()
  await there.waitFor({ state: 'detached' })
  await second.getByRole('row', { name: /shared\.csv/ }).getByText('30,000').waitFor()
})
