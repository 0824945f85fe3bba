import type { NodeId } from '../model/index.ts'

/**
 * Who did something first, and in which event, by an index that counts up: in columns, since a long
 * run has millions of them, and as objects they would be most of what its checkers hold.
 */
export class FirstSeen {
  private readonly nodes: NodeId[] = []
  private readonly events: number[] = []

  has(index: number): boolean {
    return this.nodes[index] !== undefined
  }

  note(index: number, node: NodeId, event: number): void {
    this.nodes[index] = node
    this.events[index] = event
  }

  /** The node that was first; only of an index that was noted. */
  nodeAt(index: number): NodeId {
    return this.nodes[index] as NodeId
  }

  eventAt(index: number): number {
    return this.events[index] as number
  }
}
