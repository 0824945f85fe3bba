import type { CatalogueProtocol } from '../worker/messages.ts'
import { element } from './element.ts'

/** Every protocol there is, where none of them is chosen. */
export function protocolsView(protocols: readonly CatalogueProtocol[]): Node[] {
  return [
    element('h2', '', 'The protocols'),
    facts(protocols.map((one) => [one.name, one.summary])),
  ]
}

/** What a protocol promises, or what is wrong with the planted bug that was chosen. */
export function aboutView(protocol: CatalogueProtocol, bugName: string | undefined): Node[] {
  const bug = protocol.plantedBugs.find(({ name }) => name === bugName)
  const ofBug: Fact[] = bug
    ? [
        ['planted bug', bug.bug],
        ['can break', bug.breaks.join(', ')],
      ]
    : []
  const article = /^[aeiou]/.test(protocol.synchrony) ? 'an' : 'a'
  return [
    element('h2', '', protocol.title),
    element('p', 'summary', protocol.summary),
    facts([
      ...ofBug,
      ['tolerates', protocol.tolerates],
      ['assumes', `${article} ${protocol.synchrony} network`],
      ['finality', protocol.finality],
      ['paper', protocol.paper],
    ]),
  ]
}

type Fact = readonly [term: string, text: string]

function facts(list: readonly Fact[]): HTMLElement {
  const rows = list.map(([term, text]) =>
    element('div', '', element('dt', '', term), element('dd', '', text)),
  )
  return element('dl', 'facts', ...rows)
}
