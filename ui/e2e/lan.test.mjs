// A plain-HTTP address on the network is no secure context: crypto.subtle, randomUUID, locks and the clipboard are missing.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { bigCSV, card, choose, csv, journey, network, until, api } from './harness.mjs'

/** A port that was free a moment ago: the public address has to be known before the server starts. */
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const found = server.address().port
    server.close(() => resolve(found))
  })
})
const name = 'assay.lan'

journey(
  'on a plain-HTTP address of the network everything works',
  {
    args: ['--public-url', `http://${name}:${port}`, '--listen', `127.0.0.1:${port}`],
    browserArgs: [`--host-resolver-rules=MAP ${name} 127.0.0.1`],
  },
  async ({ page, folder }) => {
    assert.equal(new URL(page.url()).hostname, name)
    assert.deepEqual(
      await page.evaluate(() => [window.isSecureContext, !!crypto.subtle, !!crypto.randomUUID, !!navigator.locks, !!navigator.clipboard]),
      [false, false, false, false, false],
    )
    await choose(page, csv(folder, 'lan.csv', 300))
    await card(page, 'lan.csv').getByText('300 rows').waitFor()

    const path = bigCSV(folder, 'lan-big.csv', 40)
    await network(page, { upload: 20_000_000 })
    await choose(page, path)
    await until(async () => (await api(page, '/uploads?status=open')).items[0]?.received.length > 0, 'a part has arrived')
    await page.reload()
    await card(page, 'lan-big.csv').getByText(/choose the same file again/).waitFor()
    await card(page, 'lan-big.csv').locator('input[type=file]').setInputFiles(path)
    await card(page, 'lan-big.csv').getByText('40,000 rows').waitFor()

    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('link', { name: 'API tokens' }).click()
    await page.getByLabel('What is it for?').fill('the old way')
    await page.getByRole('button', { name: 'Create a token' }).click()
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  },
)

journey(
  'the first start on a network address is set up through the printed link',
  { args: ['--listen', '0.0.0.0:0'], signIn: false, context: {}, browserArgs: ['--host-resolver-rules=MAP * 127.0.0.1'] },
  async ({ page, assay, base }) => {
    await page.goto(base)
    await page.getByRole('heading', { name: 'Set up Assay' }).waitFor()
    await page.getByText('Nobody has set up this Assay yet').waitFor()
    await page.goto(assay.link)
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill('a long enough password')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('button', { name: 'Account of ada' }).waitFor()
    assert.ok(!page.url().includes('token'))
  },
)
