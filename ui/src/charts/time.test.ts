import { expect, test } from 'vitest'
import { isoOf, seconds } from './time.ts'

test.each([
  ['1970-01-02', 86400],
  ['1970-01-01T00:01:00', 60],
  ['1970-01-01T02:00:00+02:00', 0],
  ['1970-01-01T00:00:00.5Z', 0.5],
  ['01:00:05', 3605],
  ['PT1H30M', 5400],
  ['P1DT5S', 86405],
  ['-PT2S', -2],
  ['soon', NaN],
  ['P', NaN],
])('%s is %d seconds', (text, expected) => {
  expect(seconds(text)).toBe(expected)
})

test('seconds go back to text', () => {
  expect(isoOf(86400)).toBe('1970-01-02T00:00:00')
  expect(isoOf(9e15)).toBe('9000000000000000')
})
