import type { Checker, Moment, NodeId, Output, RequestId, Violation } from '../model/index.ts'
import { equalBytes } from '../model/index.ts'
import { valueText } from './value-text.ts'

interface Noted {
  readonly node: NodeId
  readonly value: Uint8Array
  readonly event: number
}

/**
 * Validity where some lie: if all correct nodes propose the same value, nothing else is decided. (What
 * Byzantine nodes are asked to propose is not shown to a checker, and does not count.)
 * @param proposalOf the value that a command proposes; undefined for one that proposes nothing
 */
export class Unanimity implements Checker {
  readonly property = 'validity'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly proposalOf: (command: unknown) => Uint8Array | undefined
  private proposal: Noted | undefined
  /** Correct nodes differ: then anything that they agree on is right. */
  private divided = false
  private readonly decisions: Noted[] = []

  constructor(proposalOf: (command: unknown) => Uint8Array | undefined) {
    this.proposalOf = proposalOf
  }

  proposed(node: NodeId, command: unknown, _request: RequestId, moment: Moment): void {
    const value = this.proposalOf(command)
    if (!value || this.divided) return
    if (!this.proposal) this.proposal = { node, value, event: moment.event }
    else if (!equalBytes(this.proposal.value, value)) this.divided = true
  }

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'decided') return
    this.decisions.push({ node, value: output.value, event: moment.event })
  }

  /** Only at the end is it known that nobody proposed otherwise. */
  finished(): void {
    const { proposal } = this
    if (this.divided || !proposal) return
    const other = this.decisions.find(({ value }) => !equalBytes(value, proposal.value))
    if (!other) return
    this.violation = {
      property: this.property,
      message: `all correct nodes proposed ${valueText(proposal.value)}, and node ${other.node} decided ${valueText(other.value)}`,
      nodes: [other.node],
      events: [proposal.event, other.event],
    }
  }
}
