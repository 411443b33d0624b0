import { describe, expect, test } from 'vitest'
import { between, clock, coefficient, compact, grainOf, plain, temporal, temporalOver, wholePercent } from './values.ts'

describe('numbers', () => {
  test.each([
    [0, '0'],
    [7, '7'],
    [1000, '1,000'],
    [4829, '4,829'],
    [9999, '9,999'],
    [9999.7, '10K'],
    [15100, '15.1K'],
    [100000, '100K'],
    [999960, '1M'],
    [5_500_000, '5.5M'],
    [760_200_000, '760.2M'],
    [2_800_000_000, '2.8B'],
    [22_000_000, '22M'],
    [3.2e13, '32T'],
    [1.25e18, '1.25e18'],
    [-15100, '−15.1K'],
    [6.4, '6.4'],
    [0.12345, '0.123'],
    [0.00012, '0.00012'],
    [1.2e-9, '1.2e−9'],
    [Infinity, '∞'],
  ])('%d is written %s where there is little room', (n, text) => {
    expect(compact(n, 6)).toBe(text)
  })

  test('no digit is shown that no value has', () => {
    expect(compact(6.283, 1)).toBe('6.3')
    expect(plain(1234.5, 2)).toBe('1,234.5')
    expect(plain(22, 0)).toBe('22')
  })

  test('a value smaller than its rounding does not read as nothing', () => {
    expect(plain(0.004, 0)).toBe('0.004')
    expect(plain(-0.2, 0)).toBe('−0.2')
    expect(plain(0, 0)).toBe('0')
  })

  test('what is short of 1 does not read as 1, nor what is above −1 as −1', () => {
    expect([compact(0.9999994, 6), compact(-0.9999994, 6), plain(0.9996, 0)]).toEqual(['0.9999994', '−0.9999994', '0.9996'])
    expect([compact(1 - 1e-12, 6), compact(-1 + 1e-12, 6), compact(1, 6)]).toEqual(['<1', '>−1', '1'])
  })

  test.each([
    [['6.4', '7.25', '8'], 2],
    [['6.40'], 1],
    [['1', '20'], 0],
    [['1.0'], 0],
    [['0.123456789'], 6],
    [['text', '1.5 kg'], 0],
    [[], 0],
  ])('the grain of %j is %d decimals', (values, decimals) => {
    expect(grainOf(values)).toBe(decimals)
  })
})

test('a range with a minus in it has no dash', () => {
  expect(between('5.6', '7.2')).toBe('5.6 – 7.2')
  expect(between('−109', '−84.1')).toBe('−109 to −84.1')
})

describe('shares', () => {
  test.each([
    [0, '0%'],
    [0.001, '<1%'],
    [0.015, '2%'],
    [0.999, '99%'],
    [1, '100%'],
  ])('%d is %s in whole percent', (share, text) => {
    expect(wholePercent(share)).toBe(text)
  })

  test('a correlation that is not perfect never reads 1', () => {
    expect(coefficient(0.9981, true)).toBe('>+0.99')
    expect(coefficient(-0.9981, true)).toBe('<−0.99')
    expect(coefficient(0.9981, false)).toBe('>0.99')
    expect(coefficient(1, true)).toBe('+1.00')
    expect(coefficient(-0.09, true)).toBe('−0.09')
    expect(coefficient(0.48, false)).toBe('0.48')
  })
})

describe('times', () => {
  test.each([
    ['2001-12-14', '2001-12-14'],
    ['2001-12-14T10:14:00', '2001-12-14 10:14'],
    ['2001-12-14T10:14:05Z', '2001-12-14 10:14:05 Z'],
    ['10:14:05', '10:14:05'],
  ])('%s reads %s', (text, read) => {
    expect(temporal(text)).toBe(read)
  })

  test.each([
    ['1928-01-01', 86400 * 365 * 100, '1928'],
    ['2010-10-24', 86400 * 700, 'Oct 2010'],
    ['2010-10-24', 86400 * 40, '2010-10-24'],
    ['2010-10-24T14:05:00', 86400 * 2, '10-24 14:05'],
    ['2010-10-24T14:05:10', 3600, '14:05'],
    ['2010-10-24T14:05:10', 300, '14:05:10'],
  ])('%s over %d seconds is %s', (text, span, read) => {
    expect(temporalOver(text, span)).toBe(read)
  })

  test('seconds of a day are a time', () => {
    expect(clock(50_700)).toBe('14:05')
    expect(clock(50_709)).toBe('14:05:09')
  })
})
