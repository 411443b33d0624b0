import { describe, expect, test } from 'vitest'
import { go, match, path, query, setQuery, startRouter, visits } from './router.ts'

describe('patterns', () => {
  test.each([
    ['/', '/', {}],
    ['/d/:id', '/d/ds_1', { id: 'ds_1' }],
    ['/d/:id', '/d/ds_1/', { id: 'ds_1' }],
    ['/d/:id', '/d/a%2Fb', { id: 'a/b' }],
    ['/d/:id', '/d/ds_1/more', null],
    ['/d/:id', '/jobs/ds_1', null],
    ['/d/:id', '/d/%', null],
  ])('%s on %s', (pattern, address, found) => expect(match(pattern, address)).toEqual(found))
})

describe('addresses', () => {
  test('going somewhere changes the path and the query', () => {
    const before = visits.value
    go('/d/ds_1?q=a')
    expect(path.value).toBe('/d/ds_1')
    expect(query.value.get('q')).toBe('a')
    expect(visits.value).toBe(before + 1)
  })

  test('a change of the query is no visit, and leaves the others as they are', () => {
    go('/d/ds_1?q=a&sort=name')
    const before = visits.value
    setQuery({ q: null, kind: 'text' })
    expect(window.location.search).toBe('?sort=name&kind=text')
    expect(visits.value).toBe(before)
  })

  test('replacing leaves no entry in the history', () => {
    go('/x')
    const before = history.length
    go('/y', { replace: true })
    expect(history.length).toBe(before)
  })
})

describe('links', () => {
  const click = (html: string, init: MouseEventInit) => {
    document.body.innerHTML = html
    // jsdom cannot load another page: what the router leaves alone ends here.
    addEventListener('click', (event) => event.preventDefault(), { once: true })
    document.querySelector('a')!.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...init }))
    return path.value
  }

  test('within the page are taken over, all others are left to the browser', () => {
    const stop = startRouter()
    for (const [html, init, at] of [
      ['<a href="/d/1">x</a>', {}, '/d/1'],
      ['<a href="/d/1">x</a>', { ctrlKey: true }, '/start'],
      ['<a href="/d/1" target="_blank">x</a>', {}, '/start'],
      ['<a href="/d/1" download>x</a>', {}, '/start'],
      ['<a href="https://example.org/d/1">x</a>', {}, '/start'],
      ['<a href="/api/v1/me">x</a>', {}, '/start'],
      ['<a href="#main">x</a>', {}, '/start'],
    ] as const) {
      go('/start')
      expect(click(html, init), html).toBe(at)
    }
    stop()
  })
})
