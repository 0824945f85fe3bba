import {
  bool,
  bytes,
  immutable,
  map,
  mix,
  natural,
  naturalSize,
  struct,
  type Type,
  text,
} from '../../model/index.ts'
import { digestBytes } from '../../model/sha256.ts'
import { CoinSet } from './rules/coin-set.ts'
import type { Coin } from './rules/coins.ts'
import { type CompactBlock, decodeCompactBlock, encodeCompactBlock } from './rules/compact-block.ts'
import { headerBytes } from './rules/header.ts'
import { hashOf, type Identifier, identifierAt, nullIdentifier } from './rules/identifier.ts'
import { transactionSize } from './rules/transaction.ts'
import { countSize } from './rules/wire-writer.ts'

/** Bytes of the short name of a transaction (BIP152). */
const shortIdBytes = 6

/** The name of a block or a transaction: text in memory, the 32 bytes of its hash in messages. */
export const identifierType: Type<Identifier> = {
  ...text,
  name: 'identifier',
  minimumBytes: digestBytes,
  initial: () => nullIdentifier,
  write: (writer, value) => writer.raw(hashOf(value)),
  read: (reader) => identifierAt(reader.raw(digestBytes), 0),
  size: () => digestBytes,
  hash: mixIdentifier,
}

/** The last eight digits are enough: the first are the zeros that work asks for, and all others are hash. */
function mixIdentifier(hash: number, id: Identifier): number {
  return mix(mix(hash, fourDigits(id, 56)), fourDigits(id, 60))
}

function fourDigits(id: Identifier, at: number): number {
  return (
    id.charCodeAt(at) |
    (id.charCodeAt(at + 1) << 8) |
    (id.charCodeAt(at + 2) << 16) |
    (id.charCodeAt(at + 3) << 24)
  )
}

/** An unspent output, held by reference: all nodes on a branch share it. */
export const coinType: Type<Coin> = immutable({
  ...struct({ value: natural, lockingScript: bytes, height: natural, coinbase: bool }),
  name: 'coin',
})

const coinsByName = map(text, coinType)

/** All unspent outputs at some block, held by reference likewise. */
export const coinSetType: Type<CoinSet> = {
  ...immutable<CoinSet>({
    name: 'coin set',
    minimumBytes: coinsByName.minimumBytes,
    write: (writer, value) => coinsByName.write(writer, value.table),
    read: (reader) => CoinSet.of(coinsByName.read(reader)),
    size: (value) => coinsByName.size(value.table),
    hash: (hash, value) => coinsByName.hash(hash, value.table),
    equal: (left, right) =>
      left === right ||
      (left.size === right.size && coinsByName.equal(new Map(left.table), right.table)),
    view: (value) => coinsByName.view(value.table),
  }),
  initial: () => CoinSet.of(new Map()),
}

export const compactBlockType: Type<CompactBlock> = immutable({
  name: 'compact block',
  minimumBytes: 1,
  write: (writer, value) => writer.bytes(encodeCompactBlock(value)),
  read: (reader) => decodeCompactBlock(reader.bytes()),
  size: (value) => {
    const size = compactBlockSize(value)
    return naturalSize(size) + size
  },
  hash: (hash, value) => mix(mix(hash, value.header.fingerprint), value.shortIds.length),
  equal: (left, right) => left === right || left.header.id === right.header.id,
  view: ({ header, shortIds, prefilled }) => ({
    id: header.id,
    transactions: shortIds.length + prefilled.length,
  }),
})

/** How many bytes `encodeCompactBlock` gives. */
function compactBlockSize({ nonce, shortIds, prefilled }: CompactBlock): number {
  let size =
    headerBytes + nonce.length + countSize(shortIds.length) + shortIdBytes * shortIds.length
  size += countSize(prefilled.length)
  let next = 0
  for (const { index, transaction } of prefilled) {
    size += countSize(index - next) + transactionSize(transaction)
    next = index + 1
  }
  return size
}
