import { expect, test } from 'vitest'
import { shorten } from './shorten.ts'

test('a name that has room stays as it is, a long one loses its middle', () => {
  expect(shorten(['price', 'a_rather_long_name_of_a_column'], 15)).toEqual(['price', 'a_rathe…_column'])
})

test('long names that differ anywhere are never cut to the same words', () => {
  const sets = [
    ['measured_temperature_celsius_indoor', 'measured_temperature_celsius_outdoor', 'measured_temperature_fahrenheit_indoor', 'measured_temperature_fahrenheit_outdoor'],
    ['a'.repeat(40), 'a'.repeat(41), 'a'.repeat(42)],
    Array.from({ length: 30 }, (_, i) => `value of the ${i % 5} measurement in the ${Math.floor(i / 5)} series of this year`),
    ['日本の気温の平均値を測定した結果の最大', '日本の気温の平均値を測定した結果の最小', '日本の気温の中央値を測定した結果の最小'],
  ]
  for (const names of sets) {
    for (const most of [12, 15, 17, 22]) {
      const short = shorten(names, most)
      expect(new Set(short).size, short.join(' | ')).toBe(names.length)
      for (const text of short) expect([...text].length, text).toBeLessThanOrEqual(most)
    }
  }
})
