import { plainValueText } from '../checkers/value-text.ts'
import type { NodeId } from '../model/index.ts'
import type { DecidedReport } from './report.ts'

/** What the nodes of a run have decided. A node counts once, also where it decides again after a crash. */
export class Decisions {
  private readonly nodes = new Set<NodeId>()
  private readonly byValue = new Map<string, Set<NodeId>>()

  add(node: NodeId, value: Uint8Array): void {
    this.nodes.add(node)
    const text = plainValueText(value)
    const nodes = this.byValue.get(text)
    if (nodes) nodes.add(node)
    else this.byValue.set(text, new Set([node]))
  }

  /** How many nodes have decided. */
  get count(): number {
    return this.nodes.size
  }

  has(node: NodeId): boolean {
    return this.nodes.has(node)
  }

  /** The values in the order in which they were first decided: more than one where agreement is broken. */
  report(): DecidedReport[] {
    return [...this.byValue].map(([value, nodes]) => ({
      value,
      nodes: [...nodes].sort((left, right) => left - right),
    }))
  }
}
