import type { Opened } from '../worker/messages.ts'
import { element, elementById } from './element.ts'

/** The file that is shown: its drawing, and the moment up to which it is looked at. */
let shown: { readonly opened: Opened; readonly drawing: Element } | undefined
const sheet = new CSSStyleSheet()

const section = elementById('opened', HTMLElement)
const slider = elementById('step', HTMLInputElement)
const words = elementById('step-words', HTMLElement)
const drawingPlace = elementById('drawing', HTMLElement)
const earlier = elementById('earlier', HTMLButtonElement)
const later = elementById('later', HTMLButtonElement)

slider.addEventListener('input', () => goTo(Number(slider.value)))
earlier.addEventListener('click', () => goTo(Number(slider.value) - 1))
later.addEventListener('click', () => goTo(Number(slider.value) + 1))
drawingPlace.addEventListener('click', ({ target }) => {
  const part = target instanceof Element ? target.closest('[data-moment]') : null
  if (part) lookAt(Number(part.getAttribute('data-moment')))
})

// A wide drawing is moved by itself: who has a keyboard alone can reach it.
drawingPlace.tabIndex = 0

/** Shows what a file holds, at its end. */
export function showOpened(opened: Opened): void {
  const drawing = drawingOf(opened)
  shown = { opened, drawing }
  // In the layer of the page's own parts, so that what is later and what is current looks so.
  sheet.replaceSync(`@layer parts{${opened.style}}`)
  document.adoptedStyleSheets = [sheet]
  elementById('opened-title', HTMLElement).textContent = opened.title
  elementById('opened-command', HTMLElement).textContent = opened.command
  const omitted = elementById('opened-omitted', HTMLElement)
  omitted.textContent = opened.omitted
  omitted.hidden = opened.omitted === ''
  slider.max = String(opened.moments.length - 1)
  drawingPlace.replaceChildren(drawing)
  section.hidden = false
  document.body.classList.add('opening')
  lookAt(opened.moments.length - 1)
}

export function hideOpened(): void {
  shown = undefined
  section.hidden = true
  document.body.classList.remove('opening')
  drawingPlace.replaceChildren()
}

/** How wide a drawing may be where files are shown. */
export function drawingWidth(): number {
  const margin = Number.parseFloat(getComputedStyle(section).paddingInlineStart) || 0
  return Math.max(280, Math.min(1_000, document.documentElement.clientWidth - 2 * margin))
}

function drawingOf({ svg }: Opened): Element {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml')
  return document.importNode(parsed.documentElement, true)
}

/** Looks at a moment, and brings it in sight. */
function goTo(place: number): void {
  lookAt(place)
  shown?.drawing.querySelector('rect.current')?.scrollIntoView({ block: 'nearest' })
}

/** What comes after the moment is shown faintly; what happens in it, in words. */
function lookAt(wanted: number): void {
  if (!shown) return
  const { opened, drawing } = shown
  const last = opened.moments.length - 1
  const place = Math.max(0, Math.min(last, wanted))
  slider.value = String(place)
  earlier.disabled = place === 0
  later.disabled = place === last
  const moment = opened.moments[place]
  const title = `${opened.counts} ${moment?.number} of ${opened.moments[last]?.number}`
  slider.setAttribute('aria-valuetext', title)
  const lines = (moment?.words ?? []).map((line) => element('span', 'line', line))
  words.replaceChildren(element('strong', '', title), ...lines)
  for (const part of drawing.querySelectorAll('[data-moment]')) {
    const at = Number(part.getAttribute('data-moment'))
    part.classList.toggle('after', at > place)
    part.classList.toggle('current', at === place)
  }
}
