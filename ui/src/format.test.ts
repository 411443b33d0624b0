import { describe, expect, test } from 'vitest'
import { ago, bytes, bytesOf, count, duration, ordinal, percent, timeLeft } from './format.ts'

describe('words for numbers', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [1_400_000, '1.4 MB'],
    [9_994_000, '9.99 MB'],
    [106_000_000, '106 MB'],
    [999_600, '1 MB'],
    [10_737_418_240, '10.7 GB'],
  ])('%d bytes are %s', (n, words) => expect(bytes(n)).toBe(words))

  test('bytes on their way share the unit of the whole', () => {
    expect(bytesOf(0, 106_200_000)).toBe('0.0 of 106.2 MB')
    expect(bytesOf(43_100_000, 106_200_000)).toBe('43.1 of 106.2 MB')
    expect(bytesOf(5, 400)).toBe('5 of 400 B')
  })

  test.each([
    [0, '0%'],
    [1, '100%'],
    [0.00001, '<0.01%'],
    [0.99999, '>99.99%'],
    [0.9997, '99.97%'],
    [0.998, '99.8%'],
    [0.005, '0.5%'],
    [0.18, '18.0%'],
  ])('a share of %d is %s', (share, words) => expect(percent(share)).toBe(words))

  test.each([
    [0.44, '0.4 s'],
    [2, '2 s'],
    [59.7, '1 min'],
    [200, '3 min 20 s'],
    [3900, '1 h 5 min'],
    [183600, '2 d 3 h'],
  ])('%d seconds are %s', (seconds, words) => expect(duration(seconds)).toBe(words))

  test('time left never says zero', () => {
    expect(timeLeft(0)).toBe('under a second')
    expect(timeLeft(4.2)).toBe('5 s')
  })

  test('places in a queue', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 112, 1002].map(ordinal)).toEqual(
      ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th', '1,002nd'],
    )
  })

  test('ages', () => {
    const now = Date.parse('2026-11-23T12:00:00Z')
    expect(ago('2026-11-23T11:59:50Z', now)).toBe('just now')
    expect(ago('2026-11-23T11:30:00Z', now)).toBe('30 min ago')
    expect(ago('2026-11-23T02:00:00Z', now)).toBe('10 h ago')
    expect(ago('2026-11-22T02:00:00Z', now)).toBe('yesterday')
  })

  test('counts', () => expect(count(3000000)).toBe('3,000,000'))
})
