import { cleanup, render } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { Spaced, Visible, visible } from './invisible.tsx'

afterEach(cleanup)

test.each([
  ['a\tb', 'a‹tab›b'],
  ['a\u0001b', 'a‹U+0001›b'],
  ['\0', '‹NUL›'],
  ['zero\u200bwidth', 'zero‹zero-width space›width'],
  ['\ufeffid', '‹BOM›id'],
  ['two\r\nlines', 'two‹line break›lines'],
  ['\u202egnp.exe', '‹U+202E›gnp.exe'],
  ['a\u200db', 'a‹U+200D›b'],
])('what cannot be seen in %j is named', (text, words) => {
  expect(visible(text)).toBe(words)
})

test.each(['👩‍👩‍👧', 'می‌خواهم', 'שלום', 'a b', 'Zürich', ''])('%s holds nothing to name', (text) => {
  expect(visible(text)).toBe(text)
})

test('names that differ only in what cannot be seen can be told apart', () => {
  const words = (text: string) => {
    const { container } = render(<Visible text={text} />)
    return container.innerHTML
  }
  expect(words('a\tb')).toBe('a<span class="invisible" title="U+0009">tab</span>b')
  expect(words('ab')).toBe('ab')
})

test('spaces at the ends of a name are marked, those within are not', () => {
  const { container } = render(<Spaced text="  a b " />)
  expect(container.textContent).toBe('␣␣a b␣')
})
