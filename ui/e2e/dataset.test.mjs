import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { api, csv, journey, opened, profiled, until, zip } from './harness.mjs'

const title = (page, name) => page.getByRole('heading', { level: 1, name })

journey('a dataset is named, described, and deleted when its name is typed', async ({ page, folder, base }) => {
  const id = await profiled(page, csv(folder, 'orders.csv', 30))
  await page.goto(`${base}/d/${id}`)
  await title(page, 'orders.csv').waitFor()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('button', { name: 'Name and description' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Orders of the year')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Description' }).fill('From the shop.')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await title(page, 'Orders of the year').waitFor()
  await page.reload()
  await title(page, 'Orders of the year').waitFor()

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const forGood = page.getByRole('button', { name: 'Delete for good' })
  assert.ok(await forGood.isDisabled())
  await page.getByRole('dialog').getByRole('textbox').fill('Orders of the year')
  await forGood.click()
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  assert.deepEqual((await api(page, '/datasets')).items, [])
  await page.goto(`${base}/d/${id}`)
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
})

journey('a second file is a second version, and both can be looked at', async ({ page, folder, base }) => {
  const id = await profiled(page, csv(folder, 'grows.csv', 30))
  await page.goto(`${base}/d/${id}`)
  await title(page, 'grows.csv').waitFor()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  const picker = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add a version' }).click()
  await (await picker).setFiles(csv(folder, 'grows-more.csv', 45))
  // The page stays, and turns to the new version.
  await page.getByText('45', { exact: true }).first().waitFor()
  assert.equal(page.url(), `${base}/d/${id}`)
  await page.getByRole('button', { name: 'Version 2, choose another' }).waitFor()
  assert.equal(await page.locator('.card').count(), 0)
  await page.goto(`${base}/d/${id}?v=1`)
  await page.getByText('30', { exact: true }).first().waitFor()
})

journey('the file comes back as it was sent', async ({ page, folder, base }) => {
  const path = csv(folder, 'back.csv', 25)
  const id = await profiled(page, path)
  await page.goto(`${base}/d/${id}`)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download back.csv' }).first().click()
  const file = await download
  assert.equal(file.suggestedFilename(), 'back.csv')
  assert.deepEqual(readFileSync(await file.path()), readFileSync(path))
})

journey('a report is saved as one page, which needs no server', async ({ page, folder, base }) => {
  const id = await profiled(page, zip(folder, 'kept.zip', { '</script>.csv': 'name,<b>\nŁódź,1\n', 'more.csv': 'other\n1\n2\n' }))
  await page.goto(`${base}/d/${id}`)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the report as one page' }).click()
  const file = await download
  assert.equal(file.suggestedFilename(), 'kept.zip.html')
  const kept = join(folder, 'kept.html')
  await file.saveAs(kept)
  await opened(kept, {}, async (alone) => {
    await title(alone, 'kept.zip').waitFor()
    await alone.getByRole('button', { name: /^<b>/ }).waitFor()
    await alone.getByRole('link', { name: /^more.csv/ }).click()
    await alone.getByRole('button', { name: /^other/ }).waitFor()
  })
})

journey('a column opens in place, and its address opens it again', async ({ page, folder, base }) => {
  const id = await profiled(page, csv(folder, 'columns.csv', 200))
  await page.goto(`${base}/d/${id}`)
  const amount = page.getByRole('button', { name: /^amount/ }).first()
  await amount.click()
  assert.equal(await amount.getAttribute('aria-expanded'), 'true')
  await page.getByText('Quantiles').first().waitFor()
  await until(() => page.url().includes('col=amount'), 'the address')
  await page.reload()
  await page.getByText('Quantiles').first().waitFor()
})

journey('deleted elsewhere, a file leaves no card behind', async ({ page, folder }) => {
  const id = await profiled(page, csv(folder, 'gone.csv', 10))
  await api(page, `/datasets/${id}`, { method: 'DELETE' })
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByRole('link', { name: 'Assay, home' }).click()
  await page.getByRole('heading', { name: 'What is in your file?' }).waitFor()
  assert.equal(await page.locator('.card').count(), 0)
})

journey('a file is read differently when it is told how', async ({ page, folder, base }) => {
  const path = join(folder, 'odd.csv')
  writeFileSync(path, 'a;b|c\n' + Array.from({ length: 30 }, (_, i) => `${i};x|${i * 2}`).join('\n') + '\n')
  const id = await profiled(page, path)
  await page.goto(`${base}/d/${id}`)
  await title(page, 'odd.csv').waitFor()
  const before = (await api(page, `/datasets/${id}/profile`)).source
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('button', { name: 'Read with other options' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('It was read as CSV').waitFor()
  await dialog.getByText('confidence').or(dialog.getByText('certainty')).waitFor()
  const other = before.delimiter === '|' ? ';' : '|'
  await dialog.getByLabel('Delimiter').fill(other)
  await dialog.getByLabel('First row holds the names').selectOption('no')
  await dialog.getByRole('button', { name: 'Read again' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('31', { exact: true }).first().waitFor()
  const after = (await api(page, `/datasets/${id}/profile`)).source
  assert.deepEqual([after.delimiter, after.header, after.options], [other, false, { delimiter: other, header: 'no' }])
})

journey('a tab sees that the file is read again in another one', async ({ page, context, folder, base }) => {
  const id = await profiled(page, csv(folder, 'shared.csv', 40))
  const other = await context.newPage()
  for (const tab of [page, other]) {
    await tab.goto(`${base}/d/${id}`)
    await tab.getByText('CSV with commas between cells').waitFor()
  }
  await api(other, `/datasets/${id}/versions/1/jobs`, { method: 'POST', body: '{"options":{"header":"no"}}', headers: { 'Content-Type': 'application/json' } })
  for (const tab of [page, other]) await tab.getByText('CSV with commas between cells without a header').waitFor()
})

journey('each table of a file has its page, and its address', async ({ page, folder, base }) => {
  const path = zip(folder, 'shop.zip', {
    'orders.csv': 'order,amount\n1,9.5\n2,7\n3,8\n',
    'people/ä.csv': 'name\nada\nben\n',
    'empty.csv': 'nothing\n',
  })
  const id = await profiled(page, path)
  await page.goto(`${base}/d/${id}`)
  const tables = page.getByRole('navigation', { name: 'Tables of the file' })
  await tables.getByRole('link', { name: 'orders.csv 3 rows, 2 columns' }).waitFor()
  await page.getByRole('button', { name: /^amount/ }).waitFor()
  await tables.getByRole('link', { name: /^people/ }).click()
  await page.getByRole('button', { name: /^name/ }).waitFor()
  assert.equal(await page.getByRole('button', { name: /^amount/ }).count(), 0)
  assert.equal(new URL(page.url()).searchParams.get('table'), 'people/ä.csv')
  await page.reload()
  await page.getByRole('button', { name: /^name/ }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: /^amount/ }).waitFor()
  await page.goto(`${base}/d/${id}?table=none`)
  await page.getByText('The file has no table “none”.').waitFor()
  await page.getByRole('link', { name: 'Show the table that it opens with' }).click()
  await page.getByRole('button', { name: /^amount/ }).waitFor()
})
