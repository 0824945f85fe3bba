import type { Checker, Moment, NodeId, Output, Violation } from '../model/index.ts'
import { equalBytes } from '../model/index.ts'

interface Committed {
  readonly node: NodeId
  readonly event: number
  readonly term: number
  readonly command: Uint8Array
}

/**
 * State-machine safety: if a node has committed an entry at an index, no node ever commits another
 * there (Ongaro and Ousterhout 2014, figure 3). The whole history counts, crashed nodes included.
 */
export class StateMachineSafety implements Checker {
  readonly property = 'state-machine safety'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly committed: (Committed | undefined)[] = []

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'committed' || this.violation) return
    const { index, term, command } = output
    const first = this.committed[index]
    if (!first) {
      this.committed[index] = { node, event: moment.event, term, command }
      return
    }
    if (first.term === term && equalBytes(first.command, command)) return
    this.violation = {
      property: this.property,
      message: `node ${node} committed another entry at index ${index} (term ${term}) than node ${first.node} (term ${first.term})`,
      nodes: [first.node, node],
      events: [first.event, moment.event],
    }
  }
}
