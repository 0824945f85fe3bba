import { catalogue } from '@quorate/core/protocols'
import { networkProfiles } from '@quorate/core/simulator'
import type { Catalogue } from './messages.ts'

/** What can be run, as plain data. */
export function catalogueData(): Catalogue {
  return {
    kind: 'catalogue',
    protocols: catalogue.map((protocol) => ({
      name: protocol.name,
      title: protocol.title,
      summary: protocol.summary,
      shape: protocol.shape,
      tolerates: `${protocol.faults} (${protocol.resilience.bound})`,
      synchrony: protocol.synchrony,
      finality: protocol.finality,
      paper: `${protocol.paper.authors}, ${protocol.paper.title}, ${protocol.paper.year}`,
      usualNodes: protocol.usualNodes,
      plantedBugs: protocol.mutants.map(({ name, bug, breaks }) => ({ name, bug, breaks })),
    })),
    networks: networkProfiles.map(({ name, summary }) => ({ name, summary })),
  }
}
