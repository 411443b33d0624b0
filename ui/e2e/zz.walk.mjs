import { readdirSync } from 'node:fs'
import { card, choose, network, until, bigCSV, journey, api } from './harness.mjs'
const out = '/tmp/user12/shots'
const F = '/tmp/user12/f', S = '/tmp/user12/seed'
const files = ['book.xlsx','shop.zip','broken.json','broken.xlsx','cut.csv.gz','empty.csv','header.csv','pic.png','semi;colon name ünï.csv','with "quotes" & <b>.csv'].map(f=>`${F}/${f}`).concat(`${S}/orders.csv`,`${S}/rechnungen.csv`,`${S}/sensors.ndjson`,'/tmp/data/package/data/flights-200k.arrow')
const log = (...a) => console.log(new Date().toISOString().slice(14,22), ...a)
journey('walk', { args: ['--max-file','400MB'] }, async ({ page, context, base, folder, assay }) => {
  const shot = async (name, p = page, full = true) => { for (const [w,h] of [[1440,900],[360,740]]) for (const scheme of ['light','dark']) { await p.emulateMedia({colorScheme:scheme}); await p.setViewportSize({width:w,height:h}); await p.waitForTimeout(150); await p.screenshot({path:`${out}/${name}-${w}-${scheme}.png`,fullPage:full}); } await p.setViewportSize({width:1440,height:900}); await p.emulateMedia({colorScheme:'light'}) }
  await shot('00-empty')
  await choose(page, files)
  await page.waitForTimeout(2500)
  await shot('01-many')
  log(await page.locator('.cards, main').first().innerText().then(t=>t.slice(0,3500)))
  // huge: too large and network cut
  await network(page, { upload: 15e6 })
  await choose(page, `${F}/big.csv`)
  await page.waitForTimeout(2500)
  await network(page, { offline: true })
  await page.waitForTimeout(3500)
  await shot('02-cut', page, false)
  log('CUT', await card(page,'big.csv').innerText())
  const two = await context.newPage()
  await two.goto(base)
  await two.waitForTimeout(1200)
  log('TAB2', (await two.locator('.card').allInnerTexts()).join(' | ').slice(0,600))
  await network(page, { upload: 15e6 })
  await page.waitForTimeout(2500)
  log('BACK', await card(page,'big.csv').innerText())
  await page.reload(); await page.waitForTimeout(1500)
  log('RELOAD', (await page.locator('.card').allInnerTexts()).join(' | ').slice(0,600))
  await shot('03-reloaded', page, false)
  await network(page, {})
  await choose(page, `${F}/big.csv`)
  await card(page,'big.csv').getByText('4,000,000 rows').waitFor()
  log('DONE', await card(page,'big.csv').innerText())
  log('TAB2 after', (await two.locator('.card').allInnerTexts()).join(' | ').slice(0,300), (await two.locator('main').innerText()).slice(0,300))
  const items = (await api(page,'/datasets?limit=100')).items
  for (const d of items) {
    const n = d.name.replace(/[^\w]+/g,'-')
    await page.goto(`${base}/d/${d.id}`); await page.waitForTimeout(900)
    await shot(`1-${n}`)
    log('DS', d.name, '::', (await page.locator('main').innerText()).slice(0,420).replace(/\n+/g,' / '))
  }
})
