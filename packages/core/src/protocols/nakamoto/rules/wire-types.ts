import {
  equalBytes,
  immutable,
  mix,
  naturalSize,
  type Type,
  type View,
} from '../../../model/schema/index.ts'
import { type Block, decodeBlock, encodeBlock } from './block.ts'
import { type BlockHeader, decodeHeader, encodeHeader, headerBytes } from './header.ts'
import {
  decodeTransaction,
  encodeTransaction,
  type Transaction,
  transactionSize,
} from './transaction.ts'

/**
 * Headers, transactions and blocks as types of the schema, for messages, records and states: each is
 * Bitcoin's own bytes, after their number.
 */

export const headerType: Type<BlockHeader> = wireType('header', encodeHeader, decodeHeader, {
  size: () => headerBytes,
  fingerprint: (header) => header.fingerprint,
  view: (header) => ({ id: header.id, previous: header.previous, time: header.time }),
})

export const transactionType: Type<Transaction> = wireType(
  'transaction',
  encodeTransaction,
  decodeTransaction,
  {
    size: transactionSize,
    fingerprint: (transaction) => transaction.fingerprint,
    view: (transaction) => ({
      id: transaction.id,
      spends: [...transaction.spends],
      pays: transaction.outputs.map((output) => output.value),
    }),
  },
)

export const blockType: Type<Block> = wireType('block', encodeBlock, decodeBlock, {
  size: (block) => block.size,
  fingerprint: (block) => block.header.fingerprint,
  view: (block) => ({
    id: block.id,
    previous: block.header.previous,
    time: block.header.time,
    transactions: block.transactions.length,
  }),
})

/** Values are compared by their bytes, and told apart by 32 bits of their identifiers. */
function wireType<T>(
  name: string,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
  derived: {
    readonly size: (value: T) => number
    readonly fingerprint: (value: T) => number
    readonly view: (value: T) => View
  },
): Type<T> {
  return immutable({
    name,
    minimumBytes: 1,
    write: (writer, value) => writer.bytes(encode(value)),
    read: (reader) => decode(reader.bytes()),
    size: (value) => {
      const size = derived.size(value)
      return naturalSize(size) + size
    },
    hash: (hash, value) => mix(hash, derived.fingerprint(value)),
    equal: (left, right) => left === right || equalBytes(encode(left), encode(right)),
    view: derived.view,
  })
}
