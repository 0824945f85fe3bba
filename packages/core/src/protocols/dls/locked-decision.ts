import {
  type Checker,
  type CheckerContext,
  equalBytes,
  type Moment,
  type NodeId,
  type Output,
  type Violation,
} from '../../model/index.ts'
import type { Dls } from './dls.ts'

interface Decided {
  readonly value: Uint8Array
  readonly phase: number
  readonly node: NodeId
  readonly event: number
}

/**
 * Lemma 3.5: once a correct processor has decided v at phase k, t + 1 correct ones have v locked at
 * phase k or later, for ever. Else the way to a second decision is open, whether or not anyone takes
 * it: so this is said at the end, and a second decision before.
 *
 * Processors that are down count by what they last had: locks are durable.
 */
export class LockedDecision implements Checker<Dls> {
  readonly property = 'locked decision'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly needed: number
  private readonly nodes = new Map<NodeId, Dls>()
  private decided: Decided | undefined
  private unlocked: Violation | undefined

  constructor({ nodes }: CheckerContext) {
    this.needed = Math.floor((nodes.length - 1) / 3) + 1
  }

  stepped(id: NodeId, node: Dls, { event }: Moment): void {
    this.nodes.set(id, node)
    const { decided } = this
    if (!decided || this.unlocked) return
    const holders = this.holders(decided)
    if (holders >= this.needed) return
    const who = holders === 1 ? '1 correct node holds' : `${holders} correct nodes hold`
    this.unlocked = {
      property: this.property,
      message: `node ${decided.node} decided at phase ${decided.phase}, and only ${who} the lock, of ${this.needed} that must`,
      nodes: [decided.node, id],
      events: [decided.event, event],
    }
  }

  private holders({ value, phase }: Decided): number {
    let holders = 0
    for (const { locks } of this.nodes.values()) {
      if (locks.some((lock) => lock.phase >= phase && equalBytes(lock.value, value))) holders += 1
    }
    return holders
  }

  output(node: NodeId, output: Output, { event }: Moment): void {
    if (output.kind !== 'decided' || this.decided) return
    const phase = this.nodes.get(node)?.phase ?? 1
    this.decided = { value: output.value, phase, node, event }
  }

  finished(): void {
    this.violation = this.unlocked
  }
}
