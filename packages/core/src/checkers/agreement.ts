import type { Checker, Moment, NodeId, Output, Violation } from '../model/index.ts'
import { equalBytes } from '../model/index.ts'
import { valueText } from './value-text.ts'

/**
 * Agreement: no two nodes decide different values. What a node decided before it crashed counts
 * (uniform agreement).
 */
export class Agreement implements Checker {
  readonly property = 'agreement'
  readonly kind = 'safety'
  violation: Violation | undefined
  private first: { readonly node: NodeId; readonly value: Uint8Array; event: number } | undefined

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'decided' || this.violation) return
    const { first } = this
    if (!first) this.first = { node, value: output.value, event: moment.event }
    // One node that decides twice breaks another promise: integrity.
    else if (node !== first.node && !equalBytes(first.value, output.value)) {
      this.violation = {
        property: this.property,
        message: `node ${first.node} decided ${valueText(first.value)} and node ${node} decided ${valueText(output.value)}`,
        nodes: [first.node, node],
        events: [first.event, moment.event],
      }
    }
  }
}
