import type { ChainParameters } from './chain-parameters.ts'
import { decodeCompact, encodeCompact } from './difficulty.ts'
import type { HeaderHistory } from './header-history.ts'

/**
 * The difficulty that a block must have: exactly what the times of the blocks before it require
 * (Bitcoin, section 4; GetNextWorkRequired of Bitcoin Core; BIP94 for testnet4).
 */

/** The step of difficulty is at most this, either way. */
const largestStep = 4

/**
 * The `nBits` of the block at `height`, whose parent is the last of `history`.
 * @param time the block's own time in seconds; matters on test networks only
 */
export function requiredBits(
  history: HeaderHistory,
  height: number,
  time: number,
  parameters: ChainParameters,
): number {
  const previousBits = history.bitsAt(height - 1)
  if (height % parameters.retargetInterval === 0) {
    if (!parameters.retargets) return previousBits
    const first = height - parameters.retargetInterval
    return retarget(
      parameters.retargetsFromFirst ? history.bitsAt(first) : previousBits,
      history.timeAt(first),
      history.timeAt(height - 1),
      parameters,
    )
  }
  const gap = parameters.minimumDifficultyGapSeconds
  if (gap === undefined) return previousBits
  if (time > history.timeAt(height - 1) + gap) return parameters.limitBits
  return lastRealBits(history, height - 1, parameters)
}

/**
 * The new `nBits` at the end of a period whose first and last block have these times: 2,015
 * intervals of 2,016, the off-by-one of 2009 that became law.
 */
export function retarget(
  bits: number,
  firstTime: number,
  lastTime: number,
  parameters: ChainParameters,
): number {
  const expected = parameters.retargetInterval * parameters.targetSpacingSeconds
  const least = Math.floor(expected / largestStep)
  const span = Math.min(Math.max(lastTime - firstTime, least), expected * largestStep)
  const target = (decodeCompact(bits).value * BigInt(span)) / BigInt(expected)
  return encodeCompact(target > parameters.limit ? parameters.limit : target)
}

/** The difficulty of the latest block of the period that did not make use of the exception for a long gap. */
function lastRealBits(history: HeaderHistory, height: number, parameters: ChainParameters): number {
  let at = height
  while (
    at > history.firstHeight &&
    at % parameters.retargetInterval !== 0 &&
    history.bitsAt(at) === parameters.limitBits
  ) {
    at -= 1
  }
  return history.bitsAt(at)
}
