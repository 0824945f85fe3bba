import { type BlockHeader, headerBytes, readHeader, writeHeader } from './header.ts'
import { type Identifier, nullIdentifier } from './identifier.ts'
import { ImmutableValue } from './immutable-value.ts'
import { type MerkleRoot, merkleRoot } from './merkle.ts'
import {
  readTransaction,
  smallestTransaction,
  strippedSize,
  type Transaction,
  transactionSize,
  writeTransaction,
} from './transaction.ts'
import { WireReader } from './wire-reader.ts'
import { countSize, WireWriter } from './wire-writer.ts'

/** The weight that a block may have, which bounds its bytes too (BIP141). */
export const maximumBlockWeight = 4_000_000

/** A block: immutable, so that all that follows from it is computed at most once, whoever asks. */
export class Block extends ImmutableValue {
  readonly header: BlockHeader
  readonly transactions: readonly Transaction[]
  #merkle: MerkleRoot | undefined
  #witnessRoot: Identifier | undefined
  #size: number | undefined
  #strippedSize: number | undefined
  #signatureOperations: number | undefined

  constructor(header: BlockHeader, transactions: readonly Transaction[]) {
    super()
    this.header = header
    this.transactions = transactions
  }

  /** The identifier of the block, which is its header's. */
  get id(): Identifier {
    return this.header.id
  }

  /** The merkle root over the identifiers of the transactions; the header should hold the same. */
  get merkle(): MerkleRoot {
    this.#merkle ??= merkleRoot(this.transactions.map((transaction) => transaction.id))
    return this.#merkle
  }

  /** The merkle root over the witness identifiers, the coinbase's taken as null (BIP141). */
  get witnessRoot(): Identifier {
    this.#witnessRoot ??= merkleRoot(
      this.transactions.map(({ witnessId }, i) => (i === 0 ? nullIdentifier : witnessId)),
    ).root
    return this.#witnessRoot
  }

  get hasWitness(): boolean {
    return this.transactions.some((transaction) => transaction.hasWitness)
  }

  /** Bytes on the wire. */
  get size(): number {
    this.#size ??= this.#sizeBy(transactionSize)
    return this.#size
  }

  /** Bytes without the witnesses. */
  get strippedSize(): number {
    this.#strippedSize ??= this.#sizeBy(strippedSize)
    return this.#strippedSize
  }

  get weight(): number {
    return 3 * this.strippedSize + this.size
  }

  /** The legacy count over all transactions. */
  get signatureOperations(): number {
    if (this.#signatureOperations === undefined) {
      let count = 0
      for (const transaction of this.transactions) count += transaction.signatureOperations
      this.#signatureOperations = count
    }
    return this.#signatureOperations
  }

  #sizeBy(sizeOf: (transaction: Transaction) => number): number {
    let size = headerBytes + countSize(this.transactions.length)
    for (const transaction of this.transactions) size += sizeOf(transaction)
    return size
  }
}

/** The bytes of the block as it goes over the wire. */
export function encodeBlock(block: Block): Uint8Array {
  const writer = new WireWriter(block.size)
  writeHeader(writer, block.header)
  writer.count(block.transactions.length)
  for (const transaction of block.transactions) writeTransaction(writer, transaction)
  return writer.finish()
}

/**
 * The block that these bytes are. It holds views of them, so they must not change afterwards.
 * @throws DecodeError unless they are exactly one block
 */
export function decodeBlock(bytes: Uint8Array): Block {
  const reader = new WireReader(bytes)
  const block = readBlock(reader)
  reader.finish('block')
  return block
}

function readBlock(reader: WireReader): Block {
  const header = readHeader(reader)
  const count = reader.count(smallestTransaction)
  const transactions: Transaction[] = []
  for (let i = 0; i < count; i += 1) transactions.push(readTransaction(reader))
  return new Block(header, transactions)
}
