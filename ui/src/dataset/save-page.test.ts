import { expect, test } from 'vitest'
import { golden } from './golden.ts'
import { fill } from './save-page.ts'

const template = '<title>{{title}}</title><style data-letters="U+0000-00FF,U+0131">latin</style>\n<style data-letters="U+0400-045F">cyrillic</style>\n{{reports}}<script>draw()</script>'

test('a report cannot end the element that it stands in', async () => {
  const report = golden('films')
  report.source.name = '</title><script>alert(1)</script>'
  report.columns[0]!.name = '</script><!-- \u2028 {{reports}} $&'
  const page = await fill(template, '2026-11-23T10:00:00Z', [report])
  expect(page.match(/<script/g)).toHaveLength(3)
  expect(page).not.toContain('<!--')
  const held = /id="report-0">(.*?)<\/script>/s.exec(page)![1]!
  expect(JSON.parse(held)).toEqual(report)
})

test('a page has the letters that it needs', async () => {
  const report = golden('films')
  expect(await fill(template, '', [report])).not.toContain('cyrillic')
  report.columns[0]!.name = 'Имя'
  const page = await fill(template, '', [report])
  expect(page).toContain('cyrillic')
  expect(page).toContain('latin')
})
