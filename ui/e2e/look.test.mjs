// Every screen in both themes, wide and on a phone: nothing that axe finds, nothing that overflows.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { card, choose, csv, journey, profiled, shot, network, bigCSV, until } from './harness.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The last of a few looks: the page may still be settling, what stays is a fault. */
async function settled(look) {
  for (let i = 0; ; i++) {
    const found = await look()
    if (found.length === 0 || i === 20) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function inspect(page, name) {
  // axe judges what is seen: not halfway through a fade.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))))
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const found = await settled(() =>
    page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] })
      return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary}`))
    }),
  )
  assert.deepEqual(found, [], `axe on ${name}`)
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
    const wide = await settled(() =>
      page.evaluate(() => {
        const limit = document.documentElement.clientWidth
        if (document.documentElement.scrollWidth <= limit) return []
        return [...document.querySelectorAll('body *')]
          .filter((element) => element.getBoundingClientRect().right > limit + 1)
          .map((element) => `${element.tagName}.${element.getAttribute('class')}`)
      }),
    )
    assert.deepEqual(wide, [], `${name} overflows at ${width} px`)
    await shot(page, `${name}-${width}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}

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
