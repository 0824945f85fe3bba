import type { NodeId } from '../../model/index.ts'
import type { Heartbeats } from './heartbeats.ts'

/** What is happening now, in one plain sentence. */
export function narrateDetector(nodes: ReadonlyMap<NodeId, Heartbeats>): string {
  if (nodes.size === 0) return 'Every process is down.'
  const suspectors = new Map<NodeId, number>()
  for (const { suspects } of nodes.values()) {
    for (const q of suspects) suspectors.set(q, (suspectors.get(q) ?? 0) + 1)
  }
  const suspects = [...suspectors.keys()].sort((left, right) => left - right)
  if (suspects.length === 0) return 'Nobody is suspected.'
  const wrongly = suspects.filter((q) => nodes.has(q))
  if (wrongly.length > 0) {
    const are = wrongly.length === 1 ? 'is' : 'are'
    return `${listed(wrongly)} ${are} suspected by some, and ${are} up: they are late, or cannot be heard.`
  }
  const all = suspects.every((q) => suspectors.get(q) === nodes.size)
  return all
    ? `${listed(suspects)} crashed, and all that are up know it.`
    : `${listed(suspects)} crashed, and not all that are up suspect it yet.`
}

function listed(nodes: readonly NodeId[]): string {
  return nodes.length === 1
    ? `Process ${nodes[0]}`
    : `Processes ${nodes.slice(0, -1).join(', ')} and ${nodes.at(-1)}`
}
