import { toHex } from '../../model/hex.ts'
import { DecodeError, decode, encode, equalBytes, type Type } from '../../model/index.ts'
import type { Random } from '../../model/random.ts'

/** A decoder did what it must not: anything but a value or a DecodeError, or a second encoding. */
class HostileBytesError extends Error {
  override readonly name = 'HostileBytesError'
}

/** Bytes that tend to matter: the ends of ranges, small counts, continuations of numbers. */
const telling = [0x00, 0x01, 0x02, 0x03, 0x7e, 0x7f, 0x80, 0x81, 0xfd, 0xfe, 0xff]

/** How many encodings of each kind are kept, beside the real ones, and how long they may be. */
const keptOfAKind = 100
const longestKept = 1_000

/** Encodings that begin with the same byte, and so are of the same kind. */
interface Group {
  readonly encodings: Uint8Array[]
  readonly real: number
}

/**
 * Hostile bytes: real ones changed as a broken or malicious sender would, and some of no origin at
 * all. Every kind has an equal share, and what was accepted is changed further, so that the search
 * goes ever deeper.
 */
export class HostileBytes {
  readonly #groups = new Map<number | undefined, Group>()
  readonly #kinds: readonly (number | undefined)[]
  readonly #random: Random

  /** @param corpus encodings of real values, at least one */
  constructor(corpus: readonly Uint8Array[], random: Random) {
    if (corpus.length === 0) throw new RangeError('hostile bytes need at least one real encoding')
    for (const [kind, encodings] of Map.groupBy(corpus, (bytes) => bytes[0])) {
      this.#groups.set(kind, { encodings, real: encodings.length })
    }
    this.#kinds = [...this.#groups.keys()]
    this.#random = random
  }

  /** These were accepted. */
  keep(bytes: Uint8Array): void {
    const group = this.#groups.get(bytes[0])
    if (!group || bytes.length > longestKept) return
    const { encodings, real } = group
    if (encodings.length < real + keptOfAKind) encodings.push(bytes)
    else encodings[real + this.#random.below(keptOfAKind)] = bytes
  }

  next(): Uint8Array {
    if (this.#random.bernoulli(0.05)) return this.#anything()
    let bytes = this.#pick()
    const changes = 1 + this.#random.below(3)
    for (let change = 0; change < changes; change += 1) bytes = this.#changed(bytes)
    return bytes
  }

  #pick(): Uint8Array {
    const group = this.#groups.get(this.#random.pick(this.#kinds)) as Group
    return this.#random.pick(group.encodings)
  }

  #anything(): Uint8Array {
    return Uint8Array.from({ length: this.#random.below(100) }, () => this.#byte())
  }

  #byte(): number {
    return this.#random.bernoulli(0.5) ? this.#random.pick(telling) : this.#random.below(256)
  }

  #changed(bytes: Uint8Array): Uint8Array {
    const random = this.#random
    const at = random.below(bytes.length + 1)
    switch (random.below(6)) {
      case 0: {
        const changed = bytes.slice()
        if (at < changed.length) changed[at] = this.#byte()
        return changed
      }
      case 1: {
        const changed = bytes.slice()
        if (at < changed.length) changed[at] = (changed[at] as number) ^ (1 << random.below(8))
        return changed
      }
      case 2:
        return bytes.slice(0, at)
      case 3:
        return joined(bytes.subarray(0, at), Uint8Array.of(this.#byte()), bytes.subarray(at))
      case 4: {
        const end = Math.min(bytes.length, at + 1 + random.below(8))
        return joined(bytes.subarray(0, at), bytes.subarray(end))
      }
      default: {
        // The head of one value and the tail of another.
        const other = this.#pick()
        return joined(bytes.subarray(0, at), other.subarray(random.below(other.length + 1)))
      }
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/**
 * Decodes hostile bytes.
 * @returns whether they were accepted
 * @throws HostileBytesError for any error but DecodeError, a second encoding, or a value that a host cannot hash or measure
 */
export function decodeHostile(type: Type<unknown>, bytes: Uint8Array): boolean {
  let value: unknown
  try {
    value = decode(type, bytes)
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw new HostileBytesError(`${toHex(bytes)}: ${String(error)}`)
  }
  const again = encode(type, value)
  if (!equalBytes(again, bytes)) {
    throw new HostileBytesError(`${toHex(bytes)} is encoded again as ${toHex(again)}`)
  }
  if (!Number.isInteger(type.hash(0, value)) || !type.equal(value, value)) {
    throw new HostileBytesError(`${toHex(bytes)} has no hash, or is not equal to itself`)
  }
  if (type.size(value) < type.minimumBytes) {
    throw new HostileBytesError(`${toHex(bytes)} measures ${type.size(value)} bytes`)
  }
  return true
}

/** The simplest encoding of a kind of a union, for one that no run has shown; undefined where none is as simple as zeros. */
export function simplestOf(type: Type<unknown>, place: number): Uint8Array | undefined {
  for (let length = 1; length <= 100; length += 1) {
    const bytes = new Uint8Array(length)
    bytes[0] = place
    if (decodeHostile(type, bytes)) return bytes
  }
  return undefined
}
