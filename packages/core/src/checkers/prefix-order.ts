import type { Checker, Moment, NodeId, Output, Violation } from '../model/index.ts'

/**
 * Prefix order: every node commits its log in order and without a gap. Within one life the next
 * index is the previous plus one, or what follows a snapshot.
 */
export class PrefixOrder implements Checker {
  readonly property = 'prefix order'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** The index committed last in a node's current life. */
  private readonly latest = new Map<NodeId, { index: number; event: number }>()

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'committed' && output.kind !== 'restored') return
    const latest = this.latest.get(node)
    const { index } = output
    if (latest && !this.violation) {
      const inOrder =
        output.kind === 'committed' ? index === latest.index + 1 : index > latest.index
      if (!inOrder) {
        this.violation = {
          property: this.property,
          message: `node ${node} went from index ${latest.index} to index ${index}`,
          nodes: [node],
          events: [latest.event, moment.event],
        }
      }
    }
    if (!latest) this.latest.set(node, { index, event: moment.event })
    else {
      latest.index = index
      latest.event = moment.event
    }
  }

  crashed(node: NodeId): void {
    this.latest.delete(node)
  }
}
