import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import { sameId } from './ledger.ts'
import type { TendermintRecord } from './tendermint.messages.ts'
import type { Tendermint } from './tendermint.ts'

/** A decision as it was first seen. */
interface Decision {
  readonly id: Uint8Array | undefined
  readonly node: NodeId
  readonly event: number
}

/**
 * Agreement: no two correct processes decide on different values (section III), at any height, with
 * or without requests in them. The whole history counts, crashed validators included.
 */
export class HeightAgreement implements Checker<Tendermint> {
  readonly property = 'agreement'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By height. */
  private readonly decisions: Decision[] = []

  recorded(node: NodeId, record: unknown, moment: Moment): void {
    const recorded = record as TendermintRecord
    if (recorded.kind !== 'commit' && recorded.kind !== 'install') return
    const { block, certificate } = recorded.commit
    const { height } = block
    const first = this.decisions[height]
    if (first === undefined) {
      this.decisions[height] = { id: certificate.id, node, event: moment.event }
    } else if (!sameId(first.id, certificate.id)) {
      this.violation ??= {
        property: this.property,
        message: `at height ${height} node ${node} decided another block than node ${first.node}`,
        nodes: [first.node, node],
        events: [first.event, moment.event],
      }
    }
  }
}
