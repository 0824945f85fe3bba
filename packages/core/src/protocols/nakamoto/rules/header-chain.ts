import { digestBytes, doubleSha256Into } from '../../../model/sha256.ts'
import type { ChainParameters } from './chain-parameters.ts'
import { checkTargetRange, targetText, workOf } from './difficulty.ts'
import { headerBytes, headerOffset } from './header.ts'
import type { HeaderHistory } from './header-history.ts'
import { checkHeaderInContext } from './header-rules.ts'
import { hashOf, type Identifier, identifierAt } from './identifier.ts'
import { type RuleViolation, violation } from './rule-violation.ts'
import { int32At, uint32At } from './wire-reader.ts'

/** Where a sequence of headers begins. */
export type HeaderChainStart =
  /** The first header is the genesis block's. */
  | { readonly kind: 'genesis' }
  /**
   * The first header is taken on trust, save for its own work. What needs headers from before it
   * cannot be checked: it must begin a retarget period, and the first ten medians are over fewer blocks.
   */
  | { readonly kind: 'checkpoint'; readonly height: number }
  /** The first header follows on from these. */
  | {
      readonly kind: 'continuation'
      readonly history: HeaderHistory
      readonly height: number
      readonly previous: Identifier
    }

export interface HeaderChainVerdict {
  /** How many headers, from the first on, keep every rule. */
  readonly verified: number
  /** The sum of their work. */
  readonly work: bigint
  /** The identifier of the last of them; `undefined` if there is none. */
  readonly tip: Identifier | undefined
  /** What the header after those breaks; its message gives the height. */
  readonly violation: RuleViolation | undefined
}

/**
 * Verifies consecutive headers, 80 bytes each without anything between: their links, work, difficulty
 * and times. Made for a million of them: nothing is allocated a header, and no large number is
 * computed while the difficulty stays.
 * @param nowSeconds the observer's clock; infinity to accept any future
 * @throws RangeError if the bytes are no whole number of headers, or the start is no possible one
 */
export function verifyHeaderChain(
  headers: Uint8Array,
  start: HeaderChainStart,
  parameters: ChainParameters,
  nowSeconds: number,
): HeaderChainVerdict {
  if (headers.length % headerBytes !== 0) {
    throw new RangeError(`${headers.length} bytes are no whole number of headers of ${headerBytes}`)
  }
  const count = headers.length / headerBytes
  const sequence = new HeaderSequence(headers, start, parameters)
  const hash = new Uint8Array(digestBytes)
  const previous = new Uint8Array(digestBytes)
  if (start.kind === 'continuation') previous.set(hashOf(start.previous))
  const target = new Target()
  let work = 0n
  let verified = 0
  let broken: RuleViolation | undefined
  for (; verified < count; verified += 1) {
    const offset = verified * headerBytes
    doubleSha256Into(hash, 0, headers, offset, headerBytes)
    broken =
      target.set(uint32At(headers, offset + headerOffset.bits), parameters) ??
      checkHash(hash, target, parameters) ??
      (verified === 0 && start.kind !== 'continuation'
        ? checkFirst(hash, start, parameters)
        : (checkLink(headers, offset, previous) ?? sequence.check(verified, nowSeconds)))
    if (broken !== undefined) break
    previous.set(hash)
    work += target.work
  }
  return {
    verified,
    work,
    tip: verified === 0 ? undefined : identifierAt(previous, 0),
    violation:
      broken && violation(broken.rule, `height ${sequence.first + verified}: ${broken.message}`),
  }
}

/** Headers laid out in bytes, read as the history of those that follow, and as the one to be checked. */
class HeaderSequence implements HeaderHistory {
  readonly firstHeight: number
  /** The height of the first header in the bytes. */
  readonly first: number
  readonly #headers: Uint8Array
  readonly #before: HeaderHistory | undefined
  readonly #parameters: ChainParameters
  // The header being checked.
  version = 0
  time = 0
  bits = 0

  constructor(headers: Uint8Array, start: HeaderChainStart, parameters: ChainParameters) {
    this.#headers = headers
    this.#parameters = parameters
    this.#before = start.kind === 'continuation' ? start.history : undefined
    this.first = start.kind === 'genesis' ? 0 : start.height
    this.firstHeight = this.#before === undefined ? this.first : this.#before.firstHeight
    if (start.kind === 'checkpoint' && this.first % parameters.retargetInterval !== 0) {
      throw new RangeError(
        `a checkpoint at height ${this.first} does not begin a period of ${parameters.retargetInterval} blocks`,
      )
    }
  }

  timeAt(height: number): number {
    if (height < this.first) return this.#beforeFirst(height).timeAt(height)
    return uint32At(this.#headers, this.#offsetOf(height) + headerOffset.time)
  }

  bitsAt(height: number): number {
    if (height < this.first) return this.#beforeFirst(height).bitsAt(height)
    return uint32At(this.#headers, this.#offsetOf(height) + headerOffset.bits)
  }

  /** The rules between the header at this index and those before it. */
  check(index: number, nowSeconds: number): RuleViolation | undefined {
    const offset = index * headerBytes
    this.version = int32At(this.#headers, offset + headerOffset.version)
    this.time = uint32At(this.#headers, offset + headerOffset.time)
    this.bits = uint32At(this.#headers, offset + headerOffset.bits)
    return checkHeaderInContext(this, this, this.first + index, this.#parameters, nowSeconds)
  }

  #offsetOf(height: number): number {
    return (height - this.first) * headerBytes
  }

  #beforeFirst(height: number): HeaderHistory {
    if (this.#before !== undefined) return this.#before
    throw new RangeError(`no header of height ${height}: the first known is ${this.first}`)
  }
}

/** A target laid out for comparison with a hash, decoded anew only when `bits` change. */
class Target {
  work = 0n
  readonly #bytes = new Uint8Array(digestBytes)
  #bits: number | undefined

  /** What is wrong with `bits` as a target, if anything is. */
  set(bits: number, parameters: ChainParameters): RuleViolation | undefined {
    if (bits === this.#bits) return undefined
    const fault = checkTargetRange(bits, parameters.limit)
    if (fault !== undefined) return fault
    this.#bits = bits
    this.#bytes.set(hashOf(targetText(bits)))
    this.work = workOf(bits)
    return undefined
  }

  /** Is the hash, a little-endian number, at most the target? */
  isMetBy(hash: Uint8Array): boolean {
    for (let i = digestBytes - 1; i >= 0; i -= 1) {
      const difference = (hash[i] as number) - (this.#bytes[i] as number)
      if (difference !== 0) return difference < 0
    }
    return true
  }
}

function checkHash(
  hash: Uint8Array,
  target: Target,
  parameters: ChainParameters,
): RuleViolation | undefined {
  if (parameters.proofOfWork === 'host' || target.isMetBy(hash)) return undefined
  return violation('proof-of-work', `the hash ${identifierAt(hash, 0)} is above its target`)
}

function checkFirst(
  hash: Uint8Array,
  start: HeaderChainStart,
  parameters: ChainParameters,
): RuleViolation | undefined {
  if (start.kind !== 'genesis') return undefined
  const id = identifierAt(hash, 0)
  const { genesis } = parameters
  if (id === genesis.id) return undefined
  return violation('previous-block', `${id} is not ${genesis.id}, where ${parameters.name} begins`)
}

function checkLink(
  headers: Uint8Array,
  offset: number,
  previous: Uint8Array,
): RuleViolation | undefined {
  const from = offset + headerOffset.previous
  for (let i = 0; i < digestBytes; i += 1) {
    if (headers[from + i] !== previous[i]) {
      return violation(
        'previous-block',
        `the header names ${identifierAt(headers, from)}, not ${identifierAt(previous, 0)}, which it follows`,
      )
    }
  }
  return undefined
}
