import type { BlockEntry } from '../block-index.ts'
import { Nakamoto } from '../nakamoto.ts'
import { Block } from '../rules/block.ts'

/**
 * Passes blocks on with their last transactions repeated, wherever that leaves the merkle root as it
 * is (CVE-2012-2459). It sends them unasked, so that its peers meet the bad copy before the good one.
 */
export class MutatedCopies extends Nakamoto {
  override announce(tip: BlockEntry, fork: BlockEntry): void {
    const copy = mutatedCopy(this.blockOf(tip.id) as Block)
    if (copy === undefined) return super.announce(tip, fork)
    for (const to of this.host.peers) {
      this.host.sendEagerly(to, { kind: 'block', block: copy, padding: this.parameters.blockBytes })
    }
  }
}

/**
 * A copy of the block with the same name and the same merkle root, but other contents; undefined if
 * there is none. A level of odd width takes its last hash twice: so do the transactions under it.
 */
export function mutatedCopy(block: Block): Block | undefined {
  const { header, transactions } = block
  let width = transactions.length
  let under = 1
  while (width > 1 && width % 2 === 0) {
    width /= 2
    under *= 2
  }
  if (width === 1) return undefined
  return new Block(header, [...transactions, ...transactions.slice(-under)])
}
