// Saving a chart as a picture of its own. A file has no style sheet of ours and no web fonts, so what the page computed is
// written into the elements; and it lies on white paper, so it is drawn in the light theme whatever the page shows.

/** What our style sheets set on marks, with the value that need not be said. */
const properties: Record<string, string> = {
  fill: 'rgb(0, 0, 0)',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-dasharray': 'none',
}
const ofText = ['font-size', 'font-weight', 'text-anchor']

const faces = 'Geist, system-ui, sans-serif'

/** The picture as a file of its own, with a title that says what it shows. */
export function standaloneSvg(svg: SVGSVGElement, title: string): string {
  const root = document.documentElement
  const before = root.dataset.theme
  root.dataset.theme = 'light'
  try {
    const copy = svg.cloneNode(true) as SVGSVGElement
    const originals = [svg, ...svg.querySelectorAll('*')]
    const copies = [copy, ...copy.querySelectorAll('*')]
    for (const [i, original] of originals.entries()) {
      const target = copies[i]
      if (!target || original.tagName === 'title') continue
      const style = getComputedStyle(original)
      for (const [property, initial] of Object.entries(properties)) {
        const value = style.getPropertyValue(property)
        if (value && value !== initial) target.setAttribute(property, value)
      }
      if (original.tagName === 'text') for (const property of ofText) target.setAttribute(property, style.getPropertyValue(property))
      target.removeAttribute('class')
      target.removeAttribute('style')
    }
    for (const catcher of copy.querySelectorAll('[data-live]')) catcher.remove()
    for (const attribute of ['aria-hidden', 'role', 'aria-label']) copy.removeAttribute(attribute)
    const [, , width = '0', height = '0'] = (svg.getAttribute('viewBox') ?? '').split(' ')
    copy.setAttribute('width', width)
    copy.setAttribute('height', height)
    copy.setAttribute('font-family', faces)
    const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
    paper.setAttribute('width', '100%')
    paper.setAttribute('height', '100%')
    paper.setAttribute('fill', '#ffffff')
    copy.prepend(paper)
    const name = document.createElementNS('http://www.w3.org/2000/svg', 'title')
    name.textContent = title
    copy.prepend(name)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy)
  } finally {
    if (before === undefined) delete root.dataset.theme
    else root.dataset.theme = before
  }
}

/** Offers the picture for saving. The address is revoked once the browser has had time to read it. */
export function saveSvg(svg: SVGSVGElement, title: string) {
  const url = URL.createObjectURL(new Blob([standaloneSvg(svg, title)], { type: 'image/svg+xml' }))
  const link = document.createElement('a')
  link.href = url
  link.download = title.replace(/[^\p{L}\p{N}._ -]+/gu, '-').slice(0, 80) + '.svg'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
