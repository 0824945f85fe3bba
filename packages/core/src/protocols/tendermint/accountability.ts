import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { TendermintRecord } from './tendermint.messages.ts'
import type { Tendermint } from './tendermint.ts'

/**
 * Accountability: evidence exists against Byzantine validators alone. A correct one never signs two
 * different messages where one is due, whatever it forgets in a crash (section II: evidence is what
 * makes double signing punishable, so it must never hit the innocent).
 */
export class Accountability implements Checker<Tendermint> {
  readonly property = 'accountability'
  readonly kind = 'safety'
  violation: Violation | undefined
  private readonly byzantine: ReadonlySet<NodeId>

  constructor(byzantine: ReadonlySet<NodeId>) {
    this.byzantine = byzantine
  }

  recorded(node: NodeId, record: unknown, moment: Moment): void {
    const recorded = record as TendermintRecord
    if (recorded.kind !== 'evidence' || this.byzantine.has(recorded.culprit)) return
    const { culprit, evidence } = recorded
    const { height, round } = evidence.first
    const what = evidence.kind === 'votes' ? `two ${evidence.first.type}s` : 'two proposals'
    this.violation ??= {
      property: this.property,
      message: `node ${node} holds ${what} of node ${culprit} in height ${height}, round ${round}`,
      nodes: [culprit, node],
      events: [moment.event],
    }
  }
}
