import type { Checker, Moment, NodeId, Output, Violation } from '../model/index.ts'
import { FirstSeen } from './first-seen.ts'

/** By sequence number: the index at which a request ran, and on which node first. */
interface Ran {
  readonly indexes: number[]
  readonly first: FirstSeen
}

/**
 * Exactly-once: however often a client repeats a request, the machine runs it at one index only.
 * (That it runs at least once is for the client to see; linearizability checks what it was told.)
 */
export class ExactlyOnce implements Checker {
  readonly property = 'exactly once'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** The requests of each client that ran. */
  private readonly ran = new Map<number, Ran>()

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'committed' || !output.applied || !output.request) return
    const { client, sequence } = output.request
    let requests = this.ran.get(client)
    if (!requests) {
      requests = { indexes: [], first: new FirstSeen() }
      this.ran.set(client, requests)
    }
    const { indexes, first } = requests
    const index = indexes[sequence]
    if (index === undefined) {
      indexes[sequence] = output.index
      first.note(sequence, node, moment.event)
      return
    }
    if (index === output.index || this.violation) return
    const firstNode = first.nodeAt(sequence)
    this.violation = {
      property: this.property,
      message: `request ${sequence} of client ${client} ran at index ${index} on node ${firstNode} and at index ${output.index} on node ${node}`,
      nodes: [firstNode, node],
      events: [first.eventAt(sequence), moment.event],
    }
  }
}
