import type { ChainParameters } from './chain-parameters.ts'
import { checkTargetRange, meetsTarget, showBits, targetText } from './difficulty.ts'
import type { BlockHeader } from './header.ts'
import type { HeaderHistory } from './header-history.ts'
import { medianTimePast } from './median-time.ts'
import { requiredBits } from './retarget.ts'
import { type RuleViolation, violation } from './rule-violation.ts'

/**
 * The rules that a header keeps by itself: a target that is allowed, and work to match. Where the
 * host judges work (`ChainParameters.proofOfWork`), it has to be asked as well.
 */
export function checkHeader(
  header: BlockHeader,
  parameters: ChainParameters,
): RuleViolation | undefined {
  const range = checkTargetRange(header.bits, parameters.limit)
  if (range !== undefined) return range
  if (parameters.proofOfWork === 'host' || meetsTarget(header.id, header.bits)) return undefined
  return violation(
    'proof-of-work',
    `the hash ${header.id} is above its target ${targetText(header.bits)}`,
  )
}

/**
 * The rules that a header keeps towards the headers before it. The caller found its parent by name,
 * so the link between the two is not looked at.
 * @param history the branch up to the parent
 * @param height the height of the header itself
 * @param nowSeconds the observer's clock; infinity to accept any future
 */
export function checkHeaderInContext(
  header: { readonly version: number; readonly time: number; readonly bits: number },
  history: HeaderHistory,
  height: number,
  parameters: ChainParameters,
  nowSeconds: number,
): RuleViolation | undefined {
  const { version, time, bits } = header
  return (
    checkDifficulty(bits, requiredBits(history, height, time, parameters), height) ??
    checkMedianTime(time, medianTimePast(history, height - 1), height) ??
    checkTimewarp(time, history, height, parameters) ??
    checkFuture(time, height, parameters, nowSeconds) ??
    checkVersion(version, height, parameters)
  )
}

export function checkDifficulty(
  bits: number,
  required: number,
  height: number,
): RuleViolation | undefined {
  if (bits === required) return undefined
  return violation(
    'difficulty',
    `block ${height} has nBits ${showBits(bits)}, but must have ${showBits(required)}`,
  )
}

export function checkMedianTime(
  time: number,
  median: number,
  height: number,
): RuleViolation | undefined {
  if (time > median) return undefined
  return violation(
    'median-time',
    `block ${height} has time ${time}, but must be later than ${median}, the median of those before it`,
  )
}

export function checkTimewarp(
  time: number,
  history: HeaderHistory,
  height: number,
  parameters: ChainParameters,
): RuleViolation | undefined {
  const grace = parameters.timewarpGraceSeconds
  if (grace === undefined || height % parameters.retargetInterval !== 0) return undefined
  const earliest = history.timeAt(height - 1) - grace
  if (time >= earliest) return undefined
  return violation(
    'timewarp',
    `block ${height} begins a period at time ${time}, but not before ${earliest} may it`,
  )
}

export function checkFuture(
  time: number,
  height: number,
  parameters: ChainParameters,
  nowSeconds: number,
): RuleViolation | undefined {
  const latest = nowSeconds + parameters.futureLimitSeconds
  if (time <= latest) return undefined
  return violation(
    'future-time',
    `block ${height} has time ${time}, later than ${latest}, the clock and ${parameters.futureLimitSeconds} s`,
  )
}

export function checkVersion(
  version: number,
  height: number,
  parameters: ChainParameters,
): RuleViolation | undefined {
  const { bip34, bip66, bip65 } = parameters.activation
  const least = height >= bip65 ? 4 : height >= bip66 ? 3 : height >= bip34 ? 2 : undefined
  if (least === undefined || version >= least) return undefined
  return violation(
    'header-version',
    `block ${height} has version ${version}, but must have ${least} or more`,
  )
}
