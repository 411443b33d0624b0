// Every screen in both themes, wide and on a phone: nothing that axe finds, nothing that overflows.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { card, choose, csv, journey, profiled, network, bigCSV, until } from './harness.mjs'
import { inspect } from './inspect.mjs'

for (const colorScheme of ['light', 'dark']) {
  journey(`every screen, ${colorScheme}`, { context: { colorScheme } }, async ({ page, folder, base }) => {
    const look = (name) => inspect(page, `${colorScheme}-${name}`)
    await look('empty')

    const junk = join(folder, 'junk.csv')
    writeFileSync(junk, Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * 2654435761) >>> 24)))
    const id = await profiled(page, csv(folder, 'a-file-with-a-rather-long-name-as-exports-have-them-2026-11-23.csv', 400))
    await choose(page, junk)
    const why = card(page, 'junk.csv').getByRole('link', { name: 'What happened to junk.csv' })
    await why.waitFor()
    await network(page, { upload: 2_000_000 })
    await choose(page, [bigCSV(folder, 'going.csv', 20), bigCSV(folder, 'waiting.csv', 10)])
    await card(page, 'going.csv').getByText(/MB\/s/).waitFor()
    await card(page, 'waiting.csv').getByRole('button', { name: 'Pause waiting.csv' }).click()
    await look('home')
    for (const name of ['going.csv', 'waiting.csv']) await card(page, name).getByRole('button', { name: `Cancel ${name}` }).click()
    await until(async () => (await page.locator('.card').count()) === 2, 'both are canceled')

    await why.click()
    await page.getByRole('heading', { level: 1, name: 'junk.csv could not be read' }).waitFor()
    await look('failed-job')

    await page.goto(`${base}/d/${id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
    await look('dataset')

    await page.goto(`${base}/settings/tokens`)
    await page.getByLabel('What is it for?').fill('look')
    await page.getByRole('button', { name: 'Create a token' }).click()
    await page.getByLabel('The new token').waitFor()
    await page.getByRole('button', { name: /^Account of/ }).click()
    await look('tokens')
    await page.getByRole('button', { name: 'Keyboard' }).click()
    await page.getByRole('dialog').waitFor()
    await look('help')
    await page.goto(`${base}/settings/password`)
    await page.getByRole('heading', { name: 'Password' }).waitFor()
    await look('password')
    await page.goto(`${base}/nowhere`)
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
    await look('missing')
    await page.goto(`${base}/accept#token=x`)
    await page.getByRole('heading', { name: 'Choose a password' }).waitFor()
    await look('accept')
    await page.goto(base)
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await look('sign-in')
  })
}
