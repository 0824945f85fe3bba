import {
  type Checker,
  type Micros,
  type Moment,
  microsPerSecond,
  type NodeId,
  type Output,
  type Violation,
} from '../../model/index.ts'
import type { Nakamoto } from './nakamoto.ts'

/**
 * A gap between blocks so many times the target has a chance of e^-60 as long as the hash power is
 * what the difficulty was set for, and still one of 0.2% with a tenth of that.
 */
const longestGapSpacings = 60

/**
 * Chain growth (Garay, Kiayias and Leonardos 2015): as long as there are miners the best chain gets
 * longer, at about the rate that the difficulty aims at.
 */
export class ChainGrowth implements Checker<Nakamoto> {
  readonly property = 'chain growth'
  readonly kind = 'liveness'
  violation: Violation | undefined
  private readonly longestGapMicros: Micros
  private height = 0
  /** When the best chain grew last, and by which event. */
  private grown: Moment = { event: 0, timeMicros: 0 }

  constructor(targetSpacingSeconds: number) {
    this.longestGapMicros = longestGapSpacings * targetSpacingSeconds * microsPerSecond
  }

  output(_node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'adopted' || output.height <= this.height) return
    this.height = output.height
    this.grown = { ...moment }
  }

  finished(nodes: ReadonlyMap<NodeId, Nakamoto>, moment: Moment): void {
    const miners = [...nodes].filter(([, node]) => node.mines()).map(([id]) => id)
    const gap = moment.timeMicros - this.grown.timeMicros
    if (miners.length === 0 || gap <= this.longestGapMicros) return
    const seconds = Math.round(gap / microsPerSecond)
    this.violation = {
      property: this.property,
      message: `the best chain has stayed at height ${this.height} for ${seconds} s, though ${miners.length} nodes mine`,
      nodes: miners,
      events: [this.grown.event, moment.event],
    }
  }
}
