import {
  type Checker,
  type Micros,
  type Moment,
  microsPerSecond,
  type NodeId,
  type Violation,
} from '../../model/index.ts'
import { brief } from './chain-auditor.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Identifier } from './rules/identifier.ts'

/** A node that restarted so recently, in block intervals, may still be catching up. */
const graceSpacings = 12

/**
 * Convergence: however long the nodes were apart, at the end of the run they are on one chain again,
 * but for the last few blocks, which may be under way.
 */
export class Convergence implements Checker<Nakamoto> {
  readonly property = 'convergence'
  readonly kind = 'liveness'
  violation: Violation | undefined
  private readonly confirmations: number
  private readonly graceMicros: Micros
  private readonly restarts = new Map<NodeId, Micros>()

  constructor(confirmations: number, targetSpacingSeconds: number) {
    this.confirmations = confirmations
    this.graceMicros = graceSpacings * targetSpacingSeconds * microsPerSecond
  }

  restarted(id: NodeId, _node: Nakamoto, moment: Moment): void {
    this.restarts.set(id, moment.timeMicros)
  }

  finished(nodes: ReadonlyMap<NodeId, Nakamoto>, moment: Moment): void {
    let best: [NodeId, Nakamoto] | undefined
    for (const entry of nodes) {
      if (best === undefined || entry[1].tip.chainWork > best[1].tip.chainWork) best = entry
    }
    if (best === undefined) return
    const height = Math.max(0, best[1].tip.height - this.confirmations)
    const common = best[1].activeChain[height] as Identifier
    for (const [id, node] of nodes) {
      const since = moment.timeMicros - (this.restarts.get(id) ?? Number.NEGATIVE_INFINITY)
      if (node.activeChain[height] === common || since < this.graceMicros) continue
      const end = `block ${brief(node.tip.id)} of height ${node.tip.height}`
      this.violation ??= {
        property: this.property,
        message: `node ${id} ends on ${end}, off the chain on which node ${best[0]} has reached height ${best[1].tip.height}`,
        nodes: [best[0], id],
        events: [moment.event],
      }
    }
  }
}
