import type { Checker, Moment, NodeId, Output, Violation } from '../model/index.ts'
import { equalBytes } from '../model/index.ts'
import { valueText } from './value-text.ts'

/** Integrity: a node decides once. After a crash it may say the same again, and nothing else. */
export class Integrity implements Checker {
  readonly property = 'integrity'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly decided = new Map<
    NodeId,
    { readonly value: Uint8Array; readonly event: number; lives: number }
  >()
  private readonly lives = new Map<NodeId, number>()

  crashed(node: NodeId): void {
    this.lives.set(node, (this.lives.get(node) ?? 0) + 1)
  }

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'decided' || this.violation) return
    const lives = this.lives.get(node) ?? 0
    const earlier = this.decided.get(node)
    if (!earlier) {
      this.decided.set(node, { value: output.value, event: moment.event, lives })
      return
    }
    const same = equalBytes(earlier.value, output.value)
    if (same && earlier.lives < lives) {
      earlier.lives = lives
      return
    }
    this.violation = {
      property: this.property,
      message: same
        ? `node ${node} decided ${valueText(output.value)} twice`
        : `node ${node} decided ${valueText(earlier.value)}, and then ${valueText(output.value)}`,
      nodes: [node],
      events: [earlier.event, moment.event],
    }
  }
}
