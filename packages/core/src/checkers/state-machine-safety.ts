import type { Checker, Moment, NodeId, Output, Violation } from '../model/index.ts'
import { equalBytes } from '../model/index.ts'
import { FirstSeen } from './first-seen.ts'

/**
 * State-machine safety: if a node has committed an entry at an index, no node ever commits another
 * there (Ongaro and Ousterhout 2014, figure 3). The whole history counts, crashed nodes included.
 */
export class StateMachineSafety implements Checker {
  readonly property = 'state-machine safety'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By index: what was committed there first, and who did it. */
  private readonly terms: number[] = []
  private readonly commands: Uint8Array[] = []
  private readonly first = new FirstSeen()

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'committed' || this.violation) return
    const { index, term, command } = output
    if (!this.first.has(index)) {
      this.terms[index] = term
      this.commands[index] = command
      this.first.note(index, node, moment.event)
      return
    }
    const firstTerm = this.terms[index] as number
    if (firstTerm === term && equalBytes(this.commands[index] as Uint8Array, command)) return
    const firstNode = this.first.nodeAt(index)
    this.violation = {
      property: this.property,
      message: `node ${node} committed another entry at index ${index} (term ${term}) than node ${firstNode} (term ${firstTerm})`,
      nodes: [firstNode, node],
      events: [this.first.eventAt(index), moment.event],
    }
  }
}
