import { toHex } from '../hex.ts'
import { DecodeError } from './decode-error.ts'
import { mix, mixBytes, mixNumber, mixText } from './hash.ts'
import { unchanged } from './rename.ts'
import type { Type } from './type.ts'
import { naturalSize, textLength } from './writer.ts'

const same = <T>(value: T): T => value
const identical = <T>(left: T, right: T): boolean => left === right
const ascending = <T extends number | string>(left: T, right: T): number =>
  left < right ? -1 : left > right ? 1 : 0
const nothing = (): void => {}

/** What every type of immutable, primitive values shares. */
const primitive = {
  immutable: true,
  copy: same,
  equal: identical,
  freeze: nothing,
  view: same,
  rename: unchanged,
} as const

/** A natural number: 0 to 2^53 - 1. */
export const natural: Type<number> = {
  ...primitive,
  name: 'natural',
  minimumBytes: 1,
  initial: () => 0,
  write: (writer, value) => {
    if (Object.is(value, -0)) throw new RangeError('cannot encode -0: not a natural number')
    writer.natural(value)
  },
  read: (reader) => reader.natural(),
  size: naturalSize,
  hash: mixNumber,
  compare: ascending,
}

/** The number of a node. */
export const nodeId: Type<number> = {
  ...natural,
  name: 'nodeId',
  rename: (node, renaming) => renaming[node] ?? node,
}

/** A safe integer of either sign, zigzag: 0, -1, 1, -2 become 0, 1, 2, 3. Half the range of `natural` either way. */
export const int: Type<number> = {
  ...natural,
  name: 'int',
  write: (writer, value) => {
    if (!Number.isSafeInteger(value) || Object.is(value, -0) || Math.abs(value) > 2 ** 52 - 1) {
      throw new RangeError(`cannot encode ${value}: not an integer of at most 52 bits`)
    }
    writer.natural(zigzag(value))
  },
  read: (reader) => {
    const coded = reader.natural()
    const value = coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2
    if (Math.abs(value) > 2 ** 52 - 1) throw new DecodeError('an integer of more than 52 bits')
    return value
  },
  size: (value) => naturalSize(zigzag(value)),
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}

export const bool: Type<boolean> = {
  ...primitive,
  name: 'bool',
  minimumBytes: 1,
  initial: () => false,
  write: (writer, value) => {
    if (typeof value !== 'boolean')
      throw new RangeError(`cannot encode ${typeof value}: not a boolean`)
    writer.byte(value ? 1 : 0)
  },
  read: (reader) => {
    const value = reader.byte()
    if (value > 1) throw new DecodeError(`a boolean of ${value}`)
    return value === 1
  },
  size: () => 1,
  hash: (hash, value) => mix(hash, value ? 1 : 0),
}

export const text: Type<string> = {
  ...primitive,
  name: 'text',
  minimumBytes: 1,
  initial: () => '',
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
  size: (value) => {
    const length = textLength(value)
    return naturalSize(length) + length
  },
  hash: mixText,
  compare: ascending,
}

const noBytes = new Uint8Array(0)

/** Bytes that nobody changes after they were made. (Typed arrays cannot be frozen; the trace hash would show a change.) */
export const bytes: Type<Uint8Array> = {
  name: 'bytes',
  minimumBytes: 1,
  immutable: true,
  initial: () => noBytes,
  write: (writer, value) => writer.bytes(value),
  read: (reader) => reader.bytes(),
  size: (value) => naturalSize(value.length) + value.length,
  copy: same,
  hash: mixBytes,
  equal: equalBytes,
  freeze: nothing,
  view: toHex,
  rename: unchanged,
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left === right) return true
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i += 1) if (left[i] !== right[i]) return false
  return true
}

/** A `bigNatural` takes no more: beyond any use, and no number that a stranger sends costs much to read. */
const maximumBigBytes = 1_024

/** A natural number of up to 1,024 bytes, such as the work of a chain of blocks: its bytes, highest first. */
export const bigNatural: Type<bigint> = {
  ...primitive,
  name: 'bigNatural',
  minimumBytes: 1,
  initial: () => 0n,
  write: (writer, value) => {
    if (value < 0n) throw new RangeError(`cannot encode ${value}: not a natural number`)
    const digits = bigToBytes(value)
    if (digits.length > maximumBigBytes) {
      throw new RangeError(`cannot encode a number of ${digits.length} bytes: 1,024 at most`)
    }
    writer.bytes(digits)
  },
  read: (reader) => {
    const digits = reader.bytes()
    if (digits[0] === 0) throw new DecodeError('a number with padding')
    if (digits.length > maximumBigBytes) {
      throw new DecodeError(`a number of ${digits.length} bytes: 1,024 at most`)
    }
    return digits.length === 0 ? 0n : BigInt(`0x${toHex(digits)}`)
  },
  size: (value) => {
    const length = bigToBytes(value).length
    return naturalSize(length) + length
  },
  hash: (hash, value) => mixText(hash, value.toString(16)),
  view: (value) => value.toString(),
}

function bigToBytes(value: bigint): Uint8Array {
  if (value === 0n) return noBytes
  const digits = value.toString(16)
  const result = new Uint8Array((digits.length + 1) >> 1)
  for (let i = result.length - 1, end = digits.length; i >= 0; i -= 1, end -= 2) {
    result[i] = Number.parseInt(digits.slice(Math.max(0, end - 2), end), 16)
  }
  return result
}

/**
 * One of a few names, encoded as its place in the list.
 * @throws RangeError for a name that comes twice, or more than 256
 */
export function oneOf<const N extends readonly [string, ...string[]]>(
  ...names: N
): Type<N[number]> {
  const places = new Map<string, number>(names.map((name, place) => [name, place]))
  if (places.size < names.length) throw new RangeError(`a name comes twice: ${names.join(', ')}`)
  if (names.length > 256) throw new RangeError(`one of ${names.length} names: 256 at most`)
  const placeOf = (value: string): number => {
    const place = places.get(value)
    if (place === undefined) throw new RangeError(`'${value}' is not one of ${names.join(', ')}`)
    return place
  }
  return {
    ...primitive,
    name: names.join(' | '),
    minimumBytes: 1,
    initial: () => names[0],
    write: (writer, value) => writer.byte(placeOf(value)),
    read: (reader) => {
      const name = names[reader.byte()]
      if (name === undefined) throw new DecodeError(`none of ${names.join(', ')}`)
      return name
    },
    size: () => 1,
    hash: (hash, value) => mix(hash, placeOf(value)),
    compare: ascending,
  }
}

/**
 * Bytes that a simulated message stands for but does not carry, such as the transactions of a block
 * whose size alone matters. Encoded as their number; counted in full by the network.
 */
export const padding: Type<number> = {
  ...natural,
  name: 'padding',
  size: (value) => naturalSize(value) + value,
}
