import { whole } from '@quorate/core/experiments'
import type { Ended } from '../worker/messages.ts'
import { element, elementById } from './element.ts'
import { figuresView } from './figures-view.ts'
import { forksView } from './forks-view.ts'
import { latencyView } from './latency-view.ts'
import { propertiesView } from './properties-view.ts'

/** Shows all that is known of a run: what happened, what held, how much, and how to get it again. */
export function showReport({ report, stopped, narration, latency }: Ended): void {
  elementById('results', HTMLElement).classList.remove('empty')
  fill('moment', narration === '' ? [] : [document.createTextNode(narration)])
  fill('properties', propertiesView(report.properties))
  fill('figures', figuresView(report))
  fill('latency', latencyView(latency))
  fill('forks', forksView(report.chain?.lastForks ?? []))
  elementById('trace-hash', HTMLElement).textContent = report.traceHash
  const soFar = `of ${whole(report.metrics.events)} events: the command goes on to the end`
  fill('trace-note', stopped ? [document.createTextNode(soFar)] : [])
  fill('command', commandWords(report.replay))
  elementById('again', HTMLElement).hidden = false
}

/** Shows no run. */
export function hideReport(): void {
  elementById('results', HTMLElement).classList.add('empty')
  for (const id of ['moment', 'properties', 'figures', 'latency', 'forks']) fill(id, [])
  elementById('again', HTMLElement).hidden = true
}

/** A command that breaks between its words alone, and not at a hyphen. */
function commandWords(command: string): Node[] {
  return command
    .split(' ')
    .flatMap((word) => [element('span', '', word), document.createTextNode(' ')])
    .slice(0, -1)
}

/** A part without content is not there. */
function fill(id: string, content: readonly Node[]): void {
  const part = elementById(id, HTMLElement)
  part.hidden = content.length === 0
  part.replaceChildren(...content)
}
