import { describe, expect, test } from 'vitest'
import { barOf, barsPath, binAxis, groundPath } from './bins.ts'

const box = { left: 0, width: 100, bottom: 34, height: 34 }

describe('the axis', () => {
  test('a linear one is proportional to the values, unequal bins too', () => {
    const axis = binAxis({ edges: [0, 10, 40], scale: 'linear' })
    expect(axis.positions).toEqual([0, 0.25, 1])
    expect(axis.place(20)).toBe(0.5)
  })

  test('values outside stand at the ends', () => {
    const axis = binAxis({ edges: [0, 10], scale: 'linear' })
    expect(axis.place(-5)).toBe(0)
    expect(axis.place(50)).toBe(1)
  })

  test('a log one gives every factor the same room', () => {
    const axis = binAxis({ edges: [1, 10, 100, 1000], scale: 'log' })
    expect(axis.positions.map((p) => Math.round(p * 300))).toEqual([0, 100, 200, 300])
    expect(Math.round(axis.place(31.6227766) * 300)).toBe(150)
  })

  test('the bin of what is not above 0 stands in front of a log axis, as wide as its neighbour', () => {
    const axis = binAxis({ edges: [-3, 1, 10, 100], scale: 'log' })
    expect(axis.positions.map((p) => Math.round(p * 300))).toEqual([0, 100, 200, 300])
    expect(axis.place(0)).toBeLessThan(0.334)
    expect(axis.place(-3)).toBe(0)
  })

  test('a position finds its bin, the last end included', () => {
    const axis = binAxis({ edges: [0, 10, 20, 30], scale: 'linear' })
    expect([0, 0.32, 0.34, 0.99, 1].map(axis.binAt)).toEqual([0, 0, 1, 2, 2])
  })

  test('one bin without width still has a place', () => {
    const axis = binAxis({ edges: [5, 5], scale: 'linear' })
    expect(axis.positions).toEqual([0, 1])
    expect(axis.place(5)).toBe(0.5)
  })
})

describe('the bars', () => {
  const axis = binAxis({ edges: [0, 1, 2, 3, 4], scale: 'linear' })

  test('are one path, without empty bins, and the fullest fills the height', () => {
    const path = barsPath(axis, [0, 10, 5, 0], box)
    expect(path.match(/M/g)).toHaveLength(2)
    expect(path).toContain('V0h')
    expect(path).toContain('V17h')
  })

  test('a single value among millions is still seen', () => {
    expect(barsPath(axis, [3_000_000, 0, 0, 1], box)).toContain('V33h')
  })

  test('lose their gap where there is no room for it', () => {
    expect(barOf(axis, 0, box)).toEqual({ x: 0, width: 24 })
    expect(barOf(axis, 0, { ...box, width: 4 })).toEqual({ x: 0, width: 1 })
  })

  test('can be drawn in two colours', () => {
    const inner = barsPath(axis, [1, 2, 3, 4], box, 4, (i) => i === 1)
    expect(inner.match(/M/g)).toHaveLength(1)
    expect(inner.startsWith('M25 ')).toBe(true)
  })
})

describe('extremes far from the rest', () => {
  const bins: Parameters<typeof binAxis>[0] = { edges: [0, 10, 20, 30, 5000], scale: 'linear', outer: 'high' }
  const axis = binAxis(bins)

  test('have a bin as wide as the others, after a break', () => {
    const bars = [0, 1, 2, 3].map((bin) => barOf(axis, bin, { ...box, width: 1000 }))
    expect(Math.abs(bars[3]!.width - bars[0]!.width)).toBeLessThan(1)
    expect(bars[3]!.x - (bars[2]!.x + bars[2]!.width)).toBeGreaterThan(bars[0]!.width / 2)
    expect(axis.place(25)).toBeLessThan(0.64)
    expect(axis.place(5000)).toBe(1)
  })

  test('break the ground under them', () => {
    expect(groundPath(axis, { left: 0, width: 100 }, 5).match(/M/g)).toHaveLength(2)
    expect(groundPath(binAxis({ ...bins, edges: [-900, 0, 10, 20, 900], outer: 'both' }), { left: 0, width: 100 }, 5).match(/M/g)).toHaveLength(3)
    expect(groundPath(binAxis({ edges: [0, 1], scale: 'linear' }), { left: 0, width: 100 }, 5)).toBe('M0 5H100')
  })
})
