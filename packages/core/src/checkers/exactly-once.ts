import type { Checker, Moment, NodeId, Output, Violation } from '../model/index.ts'

/**
 * Exactly-once: however often a client repeats a request, the machine runs it at one index only.
 * (That it runs at least once is for the client to see; linearizability checks what it was told.)
 */
export class ExactlyOnce implements Checker {
  readonly property = 'exactly once'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** Where each request ran: client → sequence → index. */
  private readonly ran = new Map<
    number,
    Map<number, { node: NodeId; index: number; event: number }>
  >()

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'committed' || !output.applied || !output.request) return
    const { client, sequence } = output.request
    let requests = this.ran.get(client)
    if (!requests) {
      requests = new Map()
      this.ran.set(client, requests)
    }
    const first = requests.get(sequence)
    if (!first) {
      requests.set(sequence, { node, index: output.index, event: moment.event })
      return
    }
    if (first.index === output.index || this.violation) return
    this.violation = {
      property: this.property,
      message: `request ${sequence} of client ${client} ran at index ${first.index} on node ${first.node} and at index ${output.index} on node ${node}`,
      nodes: [first.node, node],
      events: [first.event, moment.event],
    }
  }
}
