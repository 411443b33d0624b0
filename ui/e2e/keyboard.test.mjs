import assert from 'node:assert/strict'
import { csv, journey, profiled } from './harness.mjs'

const focused = (page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '')

journey('everything works by keyboard', async ({ page, folder, base }) => {
  await profiled(page, csv(folder, 'keys.csv', 20))
  await page.goto(base)
  await page.getByRole('row', { name: /keys\.csv/ }).waitFor()

  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'Skip to content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'Choose files')

  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await help.waitFor()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  assert.equal(await focused(page), 'Choose files')

  await page.getByRole('button', { name: /^Account of/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'API tokens' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'API tokens' }).waitFor({ state: 'detached' })
  assert.match(await focused(page), /^Account of/)

  await page.getByRole('link', { name: 'keys.csv' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'keys.csv' }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main')
  await page.goBack()
  await page.getByRole('row', { name: /keys\.csv/ }).waitFor()
})

journey('what happens is said aloud, politely', async ({ page, folder }) => {
  await profiled(page, csv(folder, 'aloud.csv', 20))
  await page.locator('[aria-live=polite]', { hasText: 'aloud.csv is ready' }).waitFor({ state: 'attached' })
})

journey('the theme is the system’s until it is chosen, and then stays', { context: { colorScheme: 'dark' } }, async ({ page }) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  assert.equal(await paper(), 'rgb(15, 19, 23)')
  await page.getByRole('button', { name: 'Use the light theme' }).click()
  assert.equal(await paper(), 'rgb(250, 249, 245)')
  await page.reload()
  assert.equal(await paper(), 'rgb(250, 249, 245)')
  await page.getByRole('button', { name: 'Use the dark theme' }).click()
  assert.equal(await paper(), 'rgb(15, 19, 23)')
})
