import assert from 'node:assert/strict'
import { journey, until } from './harness.mjs'

journey('the printed link signs in once, and its secret stays in no address', async ({ page, context, assay, base }) => {
  assert.equal(page.url(), `${base}/`)
  const other = await context.browser().newContext()
  const stranger = await other.newPage()
  await stranger.goto(assay.link)
  await stranger.getByText('This sign-in link was used already').waitFor()
  assert.ok(!stranger.url().includes('token='))
  await other.close()
})

journey('a page that needs a user asks for one, and opens afterwards', async ({ page, base, folder }) => {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'Password' }).click()
  await page.getByLabel('New password', { exact: true }).fill('a long enough password')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('The password is changed.').waitFor()
  const name = (await page.getByRole('button', { name: /^Account of/ }).getAttribute('aria-label')).replace('Account of ', '')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()

  await page.goto(`${base}/settings/tokens`)
  await page.getByLabel('Username').fill(name)
  await page.getByLabel('Password', { exact: true }).fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('The user name or the password is wrong.').waitFor()
  await page.getByLabel('Password', { exact: true }).fill('a long enough password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'API tokens' }).waitFor()
  assert.equal(page.url(), `${base}/settings/tokens`)
  assert.ok(folder)
})

journey('a session that ends elsewhere ends here with the sign-in page', async ({ page, context }) => {
  await context.clearCookies()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

journey('tokens are made, shown once, work, and are deleted', async ({ page, base }) => {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByLabel('What is it for?').fill('nightly import')
  await page.getByLabel('Good for').selectOption('30 days')
  await page.getByRole('button', { name: 'Create a token' }).click()
  const token = await page.getByLabel('The new token').inputValue()
  const me = async () => (await fetch(`${base}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).status
  assert.equal(await me(), 200)
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()

  await page.reload()
  await page.getByRole('button', { name: 'Delete nightly import' }).waitFor()
  assert.ok(!(await page.content()).includes(token))
  await page.getByRole('button', { name: 'Delete nightly import' }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  assert.equal(await me(), 200)
  await page.getByRole('button', { name: 'Delete nightly import' }).click()
  await page.getByRole('button', { name: 'Delete the token' }).click()
  await page.getByRole('button', { name: 'Delete nightly import' }).waitFor({ state: 'detached' })
  await until(async () => (await me()) === 401, 'the deleted token is refused')
})

journey('an address that leads nowhere says so', async ({ page, base }) => {
  await page.goto(`${base}/no/such/page`)
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
  await page.goto(`${base}/jobs/job_00000000000000000000000000`)
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
  await page.getByRole('link', { name: 'All datasets' }).click()
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
})
