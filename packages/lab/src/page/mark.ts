/** The shapes of a verdict: they say without colour what it is. Their drawings are in the page. */
export type MarkName = 'held' | 'violated' | 'open' | 'refused'

const svg = 'http://www.w3.org/2000/svg'

/** A mark, for the eye alone: what it says must also stand there as text. */
export function mark(name: MarkName): SVGSVGElement {
  const drawing = document.createElementNS(svg, 'svg')
  drawing.setAttribute('class', 'mark')
  drawing.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(svg, 'use')
  use.setAttribute('href', `#mark-${name}`)
  drawing.append(use)
  return drawing
}
