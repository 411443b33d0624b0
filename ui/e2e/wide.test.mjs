// A table of thousands of columns: the first ones at once, the others as they are looked at, and all of them found.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { journey, profiled, until } from './harness.mjs'

const columns = 3_000

function wide(folder) {
  const names = Array.from({ length: columns }, (_, i) => `c${i}`)
  const rows = Array.from({ length: 40 }, (_, r) => names.map((_, i) => (i % 3 === 0 ? (r * i) % 97 : i % 3 === 1 ? `text ${r % 7}` : '')).join(','))
  const path = join(folder, 'wide.csv')
  writeFileSync(path, [names.join(','), ...rows].join('\n') + '\n')
  return path
}

/** All that the page asked of reports, with how many bytes came. */
function watched(page) {
  const answers = []
  page.on('response', async (answer) => {
    if (!answer.url().includes('/profile?')) return
    const body = answer.status() === 200 ? await answer.body().catch(() => '') : ''
    answers.push({ asked: new URL(answer.url()).searchParams.get('columns'), bytes: body.length })
  })
  return answers
}

journey('a very wide table is loaded as it is looked at', async ({ page, folder, base }) => {
  const id = await profiled(page, wide(folder))
  const answers = watched(page)
  await page.goto(`${base}/d/${id}`)
  await page.getByRole('button', { name: /^c0 / }).waitFor()
  assert.equal(await page.locator('.facts').innerText().then((text) => /Columns\s+3,000/.test(text)), true)
  await until(() => answers.length === 1, 'the first report')
  assert.equal(answers[0].asked, '0-499')

  // To the end by the keyboard: the last column comes, and nothing between.
  await page.locator('.column-name').first().focus()
  await page.keyboard.press('End')
  const last = page.getByRole('button', { name: /^c2999 / })
  await last.waitFor()
  assert.equal(await last.evaluate((button) => button === document.activeElement), true)
  await until(async () => (await page.locator('.row[aria-busy=true]').count()) === 0, 'the last columns')
  assert.ok(answers.slice(1).every(({ asked }) => Number(asked.split('-')[0]) > 2_000), JSON.stringify(answers))
  const [box] = [await last.boundingBox()]
  await page.keyboard.press('Enter')
  await page.locator('.detail:not(.awaited)').waitFor()
  assert.equal((await last.boundingBox()).y, box.y, 'the row stands where it stood')

  // A link to a column in the middle, and a search whose columns are strewn over the table.
  await page.goto(`${base}/d/${id}?col=c1501`)
  await page.locator('.detail:not(.awaited)').getByText('Every figure of this column is exact').waitFor()
  await page.goto(`${base}/d/${id}?q=77&sort=name`)
  await page.getByRole('button', { name: /^c2877 / }).waitFor()
  await until(async () => (await page.locator('.row[aria-busy=true]').count()) === 0, 'the columns found')
  const whole = (await page.evaluate(async (path) => (await (await fetch(path)).text()).length, `/api/v1/datasets/${id}/profile`))
  assert.ok(answers.every(({ bytes }) => bytes < (whole * 2) / 3), `${JSON.stringify(answers)} of ${whole}`)
})
