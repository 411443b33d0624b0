// Boots the real executable on a free port with a folder of its own, and drives the page in a real Chromium.
//   ASSAY_BIN       the executable; unset: bin/assay of the repository (make build)
//   CHROMIUM        the browser; unset: the first one found
//   ASSAY_E2E_OUT   a folder for screenshots; unset: none are taken
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import { chromium } from 'playwright-core'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const binary = process.env.ASSAY_BIN ?? here('../../bin/assay')
const browserPath =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** Fails after so long: slow machines are slow, but nothing here takes minutes. */
const patience = 20_000

/** Waits until `look` answers something true, and answers it. */
export async function until(look, what, timeout = patience) {
  const end = Date.now() + timeout
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited ${timeout} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}

/** A running Assay. `args` come after those that every test needs. */
export class Assay {
  constructor(folder, args = [], env = {}) {
    this.folder = folder
    this.args = args
    this.env = env
    this.listen = '127.0.0.1:0'
  }

  async start() {
    if (!existsSync(binary)) throw new Error(`there is no executable at ${binary}: run make build, or set ASSAY_BIN`)
    this.process = spawn(binary, ['serve', '--data', join(this.folder, 'data'), '--listen', this.listen, ...this.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: this.folder, TMPDIR: this.folder, ...this.env },
    })
    this.exited = new Promise((resolve) => this.process.once('exit', resolve))
    let said = ''
    let log = ''
    this.process.stdout.on('data', (data) => (said += data))
    this.process.stderr.on('data', (data) => (log += data))
    let gone = false
    this.process.once('exit', () => (gone = true))
    this.link = await until(() => {
      if (gone) throw new Error(`assay ended:\n${said}${log}`)
      return /^\s+(http\S+#token=\S+)$/m.exec(said)?.[1]
    }, 'the printed link')
    this.base = /ready on (\S+)/.exec(said)[1]
    // The same port after a restart.
    this.listen = `127.0.0.1:${new URL(this.base).port}`
    return this
  }

  async stop(signal = 'SIGTERM') {
    if (!this.process) return
    this.process.kill(signal)
    await this.exited
    this.process = undefined
  }

  async restart(signal) {
    await this.stop(signal)
    await this.start()
  }
}

/** Runs a command of the executable to its end; answers its exit code and what it said. */
export function command(...args) {
  if (!existsSync(binary)) throw new Error(`there is no executable at ${binary}: run make build, or set ASSAY_BIN`)
  const { status, stdout, stderr } = spawnSync(binary, args, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

let shared
/** The browser of one test file, started at its first use. */
async function launch(args = []) {
  if (!browserPath) throw new Error('no Chromium found: install it, or set CHROMIUM')
  return chromium.launch({ executablePath: browserPath, args: [...flags, ...args] })
}
before(async () => {
  shared = await launch()
})
after(async () => {
  await shared?.close()
})

/**
 * Opens a page that lies in a folder, with the network cut. At its end nothing but the file may have been asked for, and
 * its policy may not have refused anything.
 */
export async function opened(path, options, run) {
  const address = pathToFileURL(path).href
  const context = await shared.newContext({ viewport: { width: 1440, height: 900 }, offline: true, ...options })
  const faults = []
  try {
    context.on('request', (request) => {
      if (!request.url().startsWith('data:') && request.url().split('#')[0] !== address) faults.push(`asked for ${request.url()}`)
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    await page.goto(address)
    await run(page)
    assert.deepEqual(faults, [])
  } finally {
    await context.close()
  }
}

/**
 * One journey: a test with an Assay, a browser context and a page of its own. At its end nothing may have
 * been asked of a foreign host, no script may have failed, and the policy may not have refused anything.
 */
export function journey(name, options, run) {
  if (typeof options === 'function') [options, run] = [{}, options]
  const { args = [], env = {}, browserArgs, context: contextOptions = {}, signIn = true, width = 1440, height = 900 } = options
  test(name, { timeout: 180_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-e2e-'))
    const assay = new Assay(folder, args, env)
    const browser = browserArgs ? await launch(browserArgs) : shared
    const context = await browser.newContext({ viewport: { width, height }, ...contextOptions })
    const faults = []
    const foreign = []
    try {
      await assay.start()
      const own = new URL(assay.base).host
      context.on('request', (request) => {
        const url = new URL(request.url())
        if (/^https?:$/.test(url.protocol) && url.host !== own) foreign.push(request.url())
      })
      context.on('page', (page) => {
        page.on('pageerror', (error) => faults.push(String(error)))
        page.on('console', (message) => {
          // What the network answers is the journeys' own matter: some of them cut it.
          if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text())
        })
      })
      const page = await context.newPage()
      // Nothing is lost by leaving, so nothing may ask.
      page.on('dialog', (dialog) => {
        faults.push(`asked: ${dialog.type()}`)
        void dialog.accept()
      })
      if (signIn) {
        await page.goto(assay.link)
        await page.getByRole('button', { name: 'Choose files' }).waitFor()
      }
      await run({ assay, page, context, browser, folder, base: assay.base })
      assert.deepEqual(foreign, [], 'requests to foreign hosts')
      assert.deepEqual(faults, [], 'errors in the page')
    } catch (error) {
      const page = context.pages()[0]
      if (page && process.env.ASSAY_E2E_OUT) await shot(page, `failed-${name}`).catch(() => {})
      throw error
    } finally {
      await context.close()
      if (browserArgs) await browser.close()
      await assay.stop('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

/** A file of `rows` orders with numbers, dates, gaps and codes; answers its path. */
export function csv(folder, name, rows, { wide = 0 } = {}) {
  const lines = ['order_no,day,customer_no,country,amount,note']
  const filler = 'x'.repeat(wide)
  for (let i = 1; i <= rows; i++) {
    const day = new Date(Date.UTC(2025, 0, 1) + i * 3_600_000).toISOString().slice(0, 10)
    lines.push(`${i},${day},${String(i % 997).padStart(5, '0')},${['DE', 'AT', 'CH', ''][i % 4]},${((i * 7919) % 100_000) / 100},${filler}${i % 3 === 0 ? '' : i}`)
  }
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n') + '\n')
  return path
}

/** A zip archive with these members, stored as they are; answers its path. */
export function zip(folder, name, members) {
  const parts = []
  const directory = []
  let at = 0
  for (const [member, text] of Object.entries(members)) {
    const [title, data] = [Buffer.from(member), Buffer.from(text)]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x0800, 2) // names are UTF-8
    common.writeUInt16LE(0x5821, 8) // some day
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(title.length, 22)
    parts.push(Buffer.from('PK\x03\x04'), common, title, data)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, place, title]))
    at += 30 + title.length + data.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat([...parts, central, end]))
  return path
}

/** About `megabytes` of CSV: several parts on the wire. */
export const bigCSV = (folder, name, megabytes) => csv(folder, name, megabytes * 1000, { wide: 960 })

export const choose = (page, paths) => page.locator('.entrance input[type=file]').setInputFiles(paths)

/** The card of a file on the home page. */
export const card = (page, name) => page.locator('.card', { has: page.getByRole('heading', { name }) })

/** Drops files on the window, as the mouse would. */
export async function drop(page, files) {
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer()
    for (const { name, text } of list) data.items.add(new File([text], name))
    return data
  }, files)
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer })
}

/** Limits what a page may send, in bytes a second (0: no limit), or takes its network away. */
export async function network(page, { upload = 0, offline = false }) {
  const session = (sessions.get(page) ?? sessions.set(page, await page.context().newCDPSession(page)).get(page))
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput: upload > 0 ? upload : -1 })
}
// The limits of two sessions would add up.
const sessions = new WeakMap()

/** The API, as the page itself would call it. */
export const api = (page, path, init) =>
  page.evaluate(
    async ([path, init]) => {
      const answer = await fetch(`/api/v1${path}`, init)
      return answer.status === 204 ? null : answer.json()
    },
    [path, init],
  )

/** Uploads a file and waits until it is profiled; answers the dataset's ID. */
export async function profiled(page, path) {
  const name = path.split('/').pop()
  await choose(page, path)
  const open = card(page, name).getByRole('link', { name: `Open ${name}` })
  await open.waitFor({ timeout: patience })
  return /\/d\/([^?]+)/.exec(await open.getAttribute('href'))[1]
}

export async function shot(page, name) {
  const out = process.env.ASSAY_E2E_OUT
  if (!out) return
  mkdirSync(out, { recursive: true })
  await page.screenshot({ path: join(out, `${name.replace(/[^\w]+/g, '-')}.png`), fullPage: true })
}
