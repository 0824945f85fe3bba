import { DecodeError } from '../../../model/schema/decode-error.ts'
import { sha256 } from '../../../model/sha256.ts'
import { Block } from './block.ts'
import { type BlockHeader, encodeHeader, headerBytes, readHeader, writeHeader } from './header.ts'
import { hashOf, type Identifier } from './identifier.ts'
import { merkleRoot } from './merkle.ts'
import { type SipKey, sipHash24 } from './siphash.ts'
import {
  readTransaction,
  type Transaction,
  transactionSize,
  writeTransaction,
} from './transaction.ts'
import { uint32At, WireReader } from './wire-reader.ts'
import { countSize, WireWriter } from './wire-writer.ts'

/**
 * Compact blocks (BIP152, version 2): a block told by short names of its transactions, most of which
 * the other side has already. The names are keyed by the block and a nonce, so that nobody can make
 * transactions ahead of time whose names collide for everyone.
 */

const nonceBytes = 8
const shortIdBytes = 6
/** A block's transactions are numbered in 16 bits here. */
const maximumTransactions = 0xffff

export interface PrefilledTransaction {
  /** The place in the block. */
  readonly index: number
  readonly transaction: Transaction
}

export interface CompactBlock {
  readonly header: BlockHeader
  /** Eight bytes drawn anew by every sender. */
  readonly nonce: Uint8Array
  /** The names, 48 bits each, of all transactions but the prefilled ones, in order. */
  readonly shortIds: readonly number[]
  /** Transactions sent in full, in order: at least the coinbase, which no one else can have. */
  readonly prefilled: readonly PrefilledTransaction[]
}

/** What became of a compact block on the receiving side. */
export type Reconstruction =
  | { readonly kind: 'complete'; readonly block: Block }
  /** Ask for the transactions at these places, then `fill` them in. */
  | {
      readonly kind: 'missing'
      readonly header: BlockHeader
      readonly transactions: readonly (Transaction | undefined)[]
      readonly indexes: readonly number[]
    }
  /** Names collide: ask for the block in full. It is no one's fault, and says nothing about the block. */
  | { readonly kind: 'collision' }

/** The block as one sends it, its coinbase prefilled. */
export function compactBlockOf(block: Block, nonce: Uint8Array): CompactBlock {
  const key = shortIdKey(block.header, nonce)
  const [coinbase, ...others] = block.transactions
  if (coinbase === undefined) throw new RangeError(`block ${block.id} has no transactions`)
  return {
    header: block.header,
    nonce,
    shortIds: others.map((transaction) => shortIdOf(key, transaction.witnessId)),
    prefilled: [{ index: 0, transaction: coinbase }],
  }
}

/** The key of the short names: the first 128 bits of the SHA-256 of the header and the nonce. */
export function shortIdKey(header: BlockHeader, nonce: Uint8Array): SipKey {
  if (nonce.length !== nonceBytes) {
    throw new RangeError(`a nonce of ${nonce.length} bytes, not ${nonceBytes}`)
  }
  const seed = new Uint8Array(headerBytes + nonceBytes)
  seed.set(encodeHeader(header))
  seed.set(nonce, headerBytes)
  const hash = sha256(seed)
  return [uint32At(hash, 0), uint32At(hash, 4), uint32At(hash, 8), uint32At(hash, 12)]
}

/** The lowest 48 bits of the SipHash of a witness identifier. */
export function shortIdOf(key: SipKey, witnessId: Identifier): number {
  const { low, high } = sipHash24(key, hashOf(witnessId))
  return low + (high & 0xffff) * 0x1_0000_0000
}

/** Puts a block together from what was sent and the transactions that are at hand. */
export function reconstruct(
  compact: CompactBlock,
  available: Iterable<Transaction>,
): Reconstruction {
  const { header, shortIds, prefilled } = compact
  const transactions = new Array<Transaction | undefined>(shortIds.length + prefilled.length).fill(
    undefined,
  )
  for (const { index, transaction } of prefilled) transactions[index] = transaction
  const places = new Map<number, number>()
  let at = 0
  for (const shortId of shortIds) {
    while (transactions[at] !== undefined) at += 1
    places.set(shortId, at)
    at += 1
  }
  if (places.size < shortIds.length) return { kind: 'collision' }

  const key = shortIdKey(header, compact.nonce)
  for (const transaction of available) {
    const place = places.get(shortIdOf(key, transaction.witnessId))
    if (place !== undefined) transactions[place] = transaction
  }
  return finishReconstruction(header, transactions)
}

/** Fills in the transactions that were missing, in the order of `indexes`. */
export function fill(
  partial: Extract<Reconstruction, { kind: 'missing' }>,
  missing: readonly Transaction[],
): Reconstruction {
  const transactions = [...partial.transactions]
  for (const [i, place] of partial.indexes.entries()) transactions[place] = missing[i]
  return finishReconstruction(partial.header, transactions)
}

function finishReconstruction(
  header: BlockHeader,
  transactions: readonly (Transaction | undefined)[],
): Reconstruction {
  const present: Transaction[] = []
  const indexes: number[] = []
  for (const [place, transaction] of transactions.entries()) {
    if (transaction === undefined) indexes.push(place)
    else present.push(transaction)
  }
  if (indexes.length > 0) return { kind: 'missing', header, transactions, indexes }
  // Another transaction of the same name shows in the root.
  const { root } = merkleRoot(present.map((transaction) => transaction.id))
  if (root !== header.merkleRoot) return { kind: 'collision' }
  return { kind: 'complete', block: new Block(header, present) }
}

export function encodeCompactBlock(compact: CompactBlock): Uint8Array {
  const { header, nonce, shortIds, prefilled } = compact
  const skips = prefilled.map(({ index }, i) => index - (prefilled[i - 1]?.index ?? -1) - 1)
  let size = headerBytes + nonceBytes + countSize(shortIds.length) + countSize(prefilled.length)
  size += shortIds.length * shortIdBytes
  for (const [i, { transaction }] of prefilled.entries()) {
    size += countSize(skips[i] as number) + transactionSize(transaction)
  }
  const writer = new WireWriter(size)
  writeHeader(writer, header)
  writer.raw(nonce)
  writer.count(shortIds.length)
  for (const shortId of shortIds) {
    writer.int32((shortId % 0x1_0000_0000) | 0)
    writer.uint16(Math.floor(shortId / 0x1_0000_0000))
  }
  writer.count(prefilled.length)
  for (const [i, { transaction }] of prefilled.entries()) {
    writer.count(skips[i] as number)
    writeTransaction(writer, transaction)
  }
  return writer.finish()
}

/** @throws DecodeError unless these bytes are exactly one compact block */
export function decodeCompactBlock(bytes: Uint8Array): CompactBlock {
  const reader = new WireReader(bytes)
  const header = readHeader(reader)
  const nonce = reader.raw(nonceBytes)
  const shortIds: number[] = []
  const count = reader.count(shortIdBytes)
  for (let i = 0; i < count; i += 1)
    shortIds.push(reader.uint32() + reader.uint16() * 0x1_0000_0000)
  const prefilled: PrefilledTransaction[] = []
  const prefilledCount = reader.count(1)
  const total = count + prefilledCount
  if (total > maximumTransactions) throw new DecodeError(`a compact block of ${total} transactions`)
  let index = -1
  for (let i = 0; i < prefilledCount; i += 1) {
    index += 1 + reader.compactSize()
    if (index >= total) {
      throw new DecodeError(`a prefilled transaction at place ${index} of ${total}`)
    }
    prefilled.push({ index, transaction: readTransaction(reader) })
  }
  reader.finish('compact block')
  return { header, nonce, shortIds, prefilled }
}
