// The page of `assay profile --html`, opened from a folder with the network cut.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { command, csv, opened, until, zip } from './harness.mjs'
import { inspect } from './inspect.mjs'

const films = fileURLToPath(new URL('../../worker/profile/testdata/golden/films.csv', import.meta.url))
let folder
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-page-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

function made(name, ...args) {
  const path = join(folder, name)
  const { status, said } = command('profile', '--html', path, ...args)
  assert.equal(status, 0, said)
  return path
}

for (const colorScheme of ['light', 'dark']) {
  test(`a report in one file, ${colorScheme}`, async () => {
    await opened(made(`${colorScheme}.html`, films), { colorScheme }, async (page) => {
      await page.getByRole('heading', { level: 1, name: 'films.csv' }).waitFor()
      await inspect(page, `${colorScheme}-report`)
      await page.getByRole('button', { name: /^Votes/ }).click()
      await page.getByText('Quantiles').waitFor()
      await page.locator('.beside .alert-rows summary').first().click()
      await page.getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      await inspect(page, `${colorScheme}-report-detail`)
    })
  })
}

test('a report in one file is found in, sorted, filtered and linked to', async () => {
  const path = made('works.html', films)
  await opened(path, {}, async (page) => {
    const names = () => page.locator('.ledger .column-name .name').allInnerTexts()
    const shown = (want) => until(async () => (await names()).join() === want, want)
    await page.keyboard.press('/')
    await page.keyboard.type('gross')
    await shown('US Gross,World Gross')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText('Quantiles').waitFor()
    assert.match(page.url(), /#.*col=US\+Gross/)
    // What is open is in the address, and comes back.
    await page.reload()
    await page.getByText('Quantiles').waitFor()
    await shown('US Gross,World Gross')
    await page.getByRole('button', { name: /^US Gross/ }).click()
    await page.getByText('Quantiles').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await page.getByRole('button', { name: /^Date/ }).click()
    await shown('Release Date')
    await page.getByRole('button', { name: /^All/ }).click()
    await page.getByLabel('Sort').selectOption('missing')
    await until(async () => (await names())[0] === 'Running Time', 'the column that misses most comes first')
    await page.locator('.alerts a', { hasText: 'Critics' }).click()
    await until(async () => (await page.getByRole('button', { name: /^Critics/ }).getAttribute('aria-expanded')) === 'true', 'the alert leads to its column')
    await page.goBack()
    await page.getByText('Quantiles').waitFor({ state: 'detached' })
  })
})

test('hostile names stay names in the page', async () => {
  const path = join(folder, 'hostile.csv')
  writeFileSync(path, '</script><script>document.title="broken"</script>,<img src=x onerror=alert(1)>\n<b>bold</b>,"{{reports}}"\n')
  await opened(made('hostile.html', path), {}, async (page) => {
    await page.getByRole('heading', { level: 1, name: 'hostile.csv' }).waitFor()
    assert.equal(await page.title(), 'hostile.csv')
    assert.equal(await page.locator('main b', { hasText: /^bold$/ }).count(), 0)
    await page.getByRole('button', { name: /onerror/ }).waitFor()
  })
})

test('a report shows its numbers where scripts are turned off', async () => {
  await opened(made('still.html', films), { javaScriptEnabled: false }, async (page) => {
    const heading = page.getByRole('heading', { level: 1, name: 'films.csv' })
    await heading.waitFor()
    assert.ok((await heading.boundingBox()).y < 200, 'what is shown stands at the top')
    await page.getByRole('row', { name: /^Votes integer/ }).waitFor()
  })
})

test('a very wide report fits into its page, which says what it lacks', async () => {
  const wide = join(folder, 'wide.csv')
  // Names and values that can hardly be packed.
  const noise = (text) => createHash('sha512').update(text).digest('base64url')
  const columns = Array.from({ length: 6000 }, (_, i) => i)
  const line = (row) => columns.map((i) => noise(`${row} ${i}`).slice(0, 30)).join(',')
  writeFileSync(wide, [columns.map((i) => `measured_${i} ${noise(`${i}`)}`).join(','), ...Array.from({ length: 40 }, (_, row) => line(row + 1))].join('\n'))
  await opened(made('wide.html', wide, '--header', 'yes'), {}, async (page) => {
    await page.getByText('This page does not hold the whole report.').waitFor()
    await page.getByRole('button', { name: /^measured_0/ }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('measured_59')
    await page.getByRole('button', { name: /^measured_59 / }).click()
    await page.getByText('How exact').waitFor()
  })
})

test('pages of several files lie in a folder', async () => {
  const target = mkdtempSync(join(folder, 'pages-'))
  const { status } = command('profile', '--html', target, csv(folder, 'one.csv', 20), csv(folder, 'two.csv', 30))
  assert.equal(status, 0)
  for (const name of ['one.csv', 'two.csv'])
    await opened(join(target, `${name}.html`), {}, (page) => page.getByRole('heading', { level: 1, name }).waitFor())
})

test('one page holds all tables of a file', async () => {
  const more = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`by-region/region-${i}-with-a-rather-long-name-for-a-file.csv`, 'x\n1\n']))
  const path = zip(folder, 'shop.zip', { 'orders.csv': 'order,amount\n1,9.5\n2,7\n', 'people.csv': 'name\nada\nben\neve\n', ...more })
  await opened(made('shop.html', path), {}, async (page) => {
    await page.getByRole('button', { name: /^amount/ }).waitFor()
    await inspect(page, 'report-tables')
    await page.getByRole('button', { name: 'All 11 tables' }).click()
    await inspect(page, 'report-all-tables')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'people.csv 3 rows, 1 column' }).click()
    await page.getByRole('button', { name: /^name/ }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: /^name/ }).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: /^amount/ }).waitFor()
  })
})
