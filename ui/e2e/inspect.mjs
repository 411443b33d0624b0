// What every screen is looked at for.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { shot } from './harness.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The last of a few looks: the page may still be settling, what stays is a fault. */
async function settled(look) {
  for (let i = 0; ; i++) {
    const found = await look()
    if (found.length === 0 || i === 20) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Finds nothing wrong with what is seen: by axe, and by what sticks out of a wide window and of a phone's. */
export async function inspect(page, name) {
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
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
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
