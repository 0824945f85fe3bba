import { type MessageDiagram, momentWords, svgDiagram } from '@quorate/core/diagram'
import { page, table } from './page.ts'

/** Of so many moments, a page has a drawing for a wide window and one for a phone. */
const phoneWidth = 350
const wideWidth = 1000

/** What a page says of a diagram. */
export interface DiagramPage {
  readonly title: string
  /** What happened, in a sentence. */
  readonly lead: string
  /** Where the numbers of moments come from: `step` or `event`. */
  readonly counts: 'step' | 'event'
  readonly foot: string
}

/** A page with a diagram, and every moment of it in words. */
export function diagramPage(
  diagram: MessageDiagram,
  { title, lead, counts, foot }: DiagramPage,
): string {
  const drawings = `<style>.for-phone{display:none}.drawing{max-width:${wideWidth}px}.for-wide svg{min-width:${wideWidth * 0.8}px}
@media(max-width:640px){.for-wide{display:none}.for-phone{display:block}}</style>
<div class="drawing for-wide wide" tabindex="0" role="region" aria-label="Message diagram">${svgDiagram(diagram, { width: wideWidth, style: 'own' })}</div>
<div class="drawing for-phone wide" tabindex="0" role="region" aria-label="Message diagram">${svgDiagram(diagram, { width: phoneWidth, style: 'none' })}</div>`
  const rows = diagram.moments.map((moment, place) => [
    String(moment.number),
    momentWords(diagram, place).join('; '),
  ])
  const omitted = diagram.omitted === undefined ? '' : ` ${diagram.omitted}`
  return page(
    title,
    lead,
    [
      {
        title: 'Who told whom',
        text: `Time runs downwards. An arrow leaves where a message is sent and ends where it is received; a dotted one has not arrived, and a crossed one is lost.${omitted}`,
        content: drawings,
      },
      {
        title: `Every ${counts} in words`,
        text: `As quorate replay counts them.`,
        content: table(`Every ${counts} in words`, [counts, 'what happens'], rows),
      },
    ],
    foot,
  )
}
