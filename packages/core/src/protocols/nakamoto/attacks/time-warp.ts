import type { BlockEntry } from '../block-index.ts'
import { Nakamoto } from '../nakamoto.ts'

/** The latest time that is allowed is so by the clock of who looks: a little less pleases all. */
const marginSeconds = 2

/**
 * The time-warp attack (ArtForz 2011; BIP94; "Great Consensus Cleanup"): the difficulty follows the
 * time from the first to the last block of a period, and nothing ties the first to the last of the
 * period before: of 2,016 intervals 2,015 count. So the attacker gives its blocks the earliest time
 * that is allowed, one second after the median of the eleven before, and the last block of each
 * period the latest. Every period seems to have taken longer than the one before, and the
 * difficulty falls by up to four times at each. Held by a miner of most of the hash power, since
 * the median is that of most blocks. Where the first block of a period must not be much earlier than
 * the block before it (`timewarpGraceSeconds`) it does not work.
 */
export class TimeWarp extends Nakamoto {
  override candidateTime(tip: BlockEntry): number {
    const { retargetInterval, futureLimitSeconds, timewarpGraceSeconds } = this.index.chain
    const height = tip.height + 1
    const earliest = this.medianTime(tip) + 1
    if (height % retargetInterval === retargetInterval - 1) {
      return Math.max(earliest, this.nowSeconds() + futureLimitSeconds - marginSeconds)
    }
    if (timewarpGraceSeconds === undefined || height % retargetInterval !== 0) return earliest
    return Math.max(earliest, tip.header.time - timewarpGraceSeconds)
  }
}
