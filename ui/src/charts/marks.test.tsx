import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, describe, expect, test } from 'vitest'
import { golden } from '../dataset/golden.ts'
import { BigHistogram, spaced } from './big-histogram.tsx'
import { CorrelationMap, strongest } from './correlation-map.tsx'
import { Fingerprint, SmallFingerprint, worstGaps } from './fingerprint.tsx'
import { Histogram } from './histogram.tsx'
import { standaloneSvg } from './save-svg.ts'
import { SegmentBar } from './segments.tsx'

afterEach(cleanup)

const bins = { edges: [0, 1, 2, 3, 4], counts: [5, 20, 10, 1], scale: 'linear' as const, unit: 'value' as const, exact: true }
const five = { p5: 0.2, p25: 1, p50: 1.5, p75: 2.2, p95: 3 }

describe('the fingerprint', () => {
  test('draws what is there and leaves what is not', () => {
    const { container } = render(<SmallFingerprint bands={[[0, 1, 1, 0], [0, 0, 0, 0]]} label="x" />)
    const path = container.querySelector('path')!
    expect(path.getAttribute('fill-opacity')).toBe('1')
    // Two pieces of the first column, one of the second.
    expect(path.getAttribute('d')!.match(/M/g)).toHaveLength(3)
    expect(container.querySelectorAll('path')).toHaveLength(1)
  })

  test('a single missing value in a band can be told from none', () => {
    const { container } = render(<SmallFingerprint bands={[[0.0001, 0]]} />)
    expect([...container.querySelectorAll('path')].map((p) => p.getAttribute('fill-opacity'))).toEqual(['0.875', '1'])
  })

  test('of the golden films has a label where most is missing', () => {
    const films = golden('films')
    const missing = films.columns.map((c) => c.nulls / c.count)
    const { container } = render(<Fingerprint bands={films.missing.bands} names={films.columns.map((c) => c.name)} missing={missing} label="x" />)
    expect(container.querySelector('.gaps')!.textContent).toContain('Running Time 65%')
  })

  test('labels do not touch each other', () => {
    const chosen = worstGaps([0.9, 0.8, 0.7, 0.6, 0.5, 0.95])
    for (const [i, gap] of chosen.entries()) if (i) expect(gap.at - chosen[i - 1]!.at).toBeGreaterThan(0.11)
    expect(chosen.map((g) => g.column)).toContain(5)
    expect(worstGaps([0.1, 0])).toEqual([])
  })

  test('10,000 columns share bands', () => {
    const { container } = render(<Fingerprint bands={Array.from({ length: 10_000 }, () => [0, 0.5])} names={[]} missing={[]} label="x" />)
    for (const path of container.querySelectorAll('path')) expect(path.getAttribute('d')!.match(/M/g)!.length).toBeLessThanOrEqual(48)
  })
})

test('a histogram is one path, with its ruler and its ends', () => {
  const { container } = render(<Histogram bins={bins} five={five} low="0" high="4" note="log" label="Distribution of x" />)
  expect(screen.getByRole('img', { name: 'Distribution of x' })).toBeTruthy()
  expect(container.querySelectorAll('path.bars')).toHaveLength(1)
  expect(container.querySelector('.median')!.getAttribute('d')).toBe('M85.5 0V8')
  expect(container.querySelector('.ends')!.textContent).toBe('0log4')
})

test('segments are drawn by share, the rest hollow, names only where they fit', () => {
  const { container } = render(
    <SegmentBar
      segments={[
        { label: 'red', share: 0.5 },
        { label: 'a longer name', share: 0.3 },
        { label: 'x', share: 0.02 },
      ]}
      note="9 values"
      label="red 50.0%"
    />,
  )
  expect([...container.querySelectorAll('rect')].map((r) => r.getAttribute('class'))).toEqual(['share s0', 'share s1', 'share s2', 'share rest'])
  expect([...container.querySelectorAll('text')].map((t) => t.textContent)).toEqual(['red', 'a longer…'])
})

describe('the big histogram', () => {
  const chart = () =>
    render(<BigHistogram bins={bins} five={five} median="1.5" ticks={() => [{ at: 2, text: 'two' }]} binText={(i) => `bin ${i}`} noun="row" label="Distribution of x" />)

  test('is read bin by bin with the keys', () => {
    chart()
    const slider = screen.getByRole('slider', { name: /^Distribution of x/ })
    expect(slider.getAttribute('aria-valuemax')).toBe('4')
    fireEvent.keyDown(slider, { key: 'ArrowRight' })
    fireEvent.keyDown(slider, { key: 'ArrowRight' })
    expect(slider.getAttribute('aria-valuetext')).toBe('bin 1: 20 rows, 55.6%')
    expect(document.querySelector('.bin-tip')!.textContent).toBe('bin 1 20 rows')
    fireEvent.keyDown(slider, { key: 'End' })
    expect(slider.getAttribute('aria-valuetext')).toBe('bin 3: 1 row, 2.8%')
    fireEvent.keyDown(slider, { key: 'Escape' })
    expect(document.querySelector('.bin-tip')).toBeNull()
  })

  test('has the middle half in a colour of its own, the median and round counts', () => {
    const { container } = chart()
    expect(container.querySelector('.bars.soft')!.getAttribute('d')!.match(/M/g)).toHaveLength(2)
    expect(container.querySelector('.bars:not(.soft)')!.getAttribute('d')!.match(/M/g)).toHaveLength(2)
    expect([...container.querySelectorAll('text')].map((t) => t.textContent)).toEqual(['0', '10', '20', 'two', 'median 1.5'])
  })

  test('is saved as a picture of its own, without what only lives on the page', () => {
    const { container } = chart()
    const text = standaloneSvg(container.querySelector('svg')!, 'x of films.csv')
    const saved = new DOMParser().parseFromString(text, 'image/svg+xml')
    expect(saved.querySelector('parsererror')).toBeNull()
    expect(saved.querySelector('title')!.textContent).toBe('x of films.csv')
    expect(saved.documentElement.getAttribute('width')).toBe('560')
    expect(saved.querySelector('[class],[data-live]')).toBeNull()
    expect(document.documentElement.dataset.theme).toBeUndefined()
  })
})

describe('the correlation map', () => {
  const matrix = {
    method: 'spearman' as const,
    columns: ['a', 'b', 'c'],
    values: [
      [1, 0.999, null],
      [0.999, 1, -0.5],
      [null, -0.5, 1],
    ],
    sample_rows: 10,
  }

  test('prints each value; what is not perfect never reads 1, what is not defined nothing', () => {
    const { container } = render(<CorrelationMap matrix={matrix} label="x" />)
    expect([...container.querySelectorAll('.on, .off')].map((t) => t.textContent)).toEqual(['.99', '−.50'])
    expect(container.querySelectorAll('.no-value')).toHaveLength(1)
    expect(container.querySelectorAll('.negative')).toHaveLength(1)
  })

  test('of many columns keeps the most related, in their order', () => {
    expect(strongest(matrix, 2).columns).toEqual(['a', 'b'])
    expect(strongest(matrix, 2).values).toEqual([
      [1, 0.999],
      [0.999, 1],
    ])
    expect(strongest(matrix, 3)).toBe(matrix)
  })
})

describe('words under an axis', () => {
  test('stay inside the picture, and apart', () => {
    const dates = [40, 240, 440, 598].map((x) => ({ x, text: '2024-03-07' }))
    const kept = spaced(dates, 600)
    expect(kept.map(({ x }) => x)).toEqual([40, 240, 440, 567.5])
    const crowded = [40, 100, 160, 220].map((x) => ({ x, text: '2024-03-07' }))
    expect(spaced(crowded, 600).map(({ x }) => x)).toEqual([40, 160])
    expect(spaced([], 600)).toEqual([])
  })
})
