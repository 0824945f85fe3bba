import type { Checker, Moment, NodeId, Output, RequestId, Violation } from '../model/index.ts'
import { toHex } from '../model/index.ts'
import { valueText } from './value-text.ts'

/**
 * Validity where nobody lies: what is decided was proposed.
 * @param proposalOf the value that a command proposes; undefined for one that proposes nothing
 */
export class ProposedValue implements Checker {
  readonly property = 'validity'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly proposalOf: (command: unknown) => Uint8Array | undefined
  private readonly proposals = new Set<string>()

  constructor(proposalOf: (command: unknown) => Uint8Array | undefined) {
    this.proposalOf = proposalOf
  }

  proposed(_node: NodeId, command: unknown, _request: RequestId): void {
    const value = this.proposalOf(command)
    if (value) this.proposals.add(toHex(value))
  }

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'decided' || this.violation) return
    if (this.proposals.has(toHex(output.value))) return
    this.violation = {
      property: this.property,
      message: `node ${node} decided ${valueText(output.value)}, which nobody proposed`,
      nodes: [node],
      events: [moment.event],
    }
  }
}
