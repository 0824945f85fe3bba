import { DecodeError } from '../../../model/schema/decode-error.ts'
import { doubleSha256 } from '../../../model/sha256.ts'
import { type Coin, coinsOf } from './coins.ts'
import { type Identifier, identifierAt, nullIdentifier } from './identifier.ts'
import { ImmutableValue } from './immutable-value.ts'
import { countSignatureOperations } from './script.ts'
import { WireReader } from './wire-reader.ts'
import { countedSize, countSize, WireWriter } from './wire-writer.ts'

/** Amounts of money are whole satoshis; all that will ever exist fit well in a safe integer. */
export const satoshisPerCoin = 100_000_000
export const maximumMoney = 21_000_000 * satoshisPerCoin

/** The index of the output that a coinbase points to, which does not exist. */
export const nullIndex = 0xffff_ffff
/** The sequence number that asks for nothing. */
export const finalSequence = 0xffff_ffff

/** The name of one output of one transaction: `<transaction identifier>:<index>`. */
export type Outpoint = string

export interface TransactionInput {
  /** The transaction whose output is spent, and the place of that output. */
  readonly previousId: Identifier
  readonly previousIndex: number
  readonly unlockingScript: Uint8Array
  readonly sequence: number
  readonly witness: readonly Uint8Array[]
}

export interface TransactionOutput {
  /** Satoshis. */
  readonly value: number
  readonly lockingScript: Uint8Array
}

export interface TransactionFields {
  /** A natural number of 32 bits. */
  readonly version: number
  readonly inputs: readonly TransactionInput[]
  readonly outputs: readonly TransactionOutput[]
  /** The first height, or from 500,000,000 the first second, at which the transaction may be in a block. */
  readonly lockTime: number
}

/** A transaction: immutable, so that all that follows from it is computed at most once. */
export class Transaction extends ImmutableValue implements TransactionFields {
  readonly version: number
  readonly inputs: readonly TransactionInput[]
  readonly outputs: readonly TransactionOutput[]
  readonly lockTime: number
  #id: Identifier | undefined
  #fingerprint: number | undefined
  #witnessId: Identifier | undefined
  #signatureDigest: Uint8Array | undefined
  #spends: readonly Outpoint[] | undefined
  #creates: readonly Outpoint[] | undefined
  #signatureOperations: number | undefined
  #coins: readonly (Coin | undefined)[] | undefined
  #coinHeight = -1

  constructor(fields: TransactionFields) {
    super()
    this.version = fields.version
    this.inputs = fields.inputs
    this.outputs = fields.outputs
    this.lockTime = fields.lockTime
  }

  /** The double SHA-256 of the transaction without its witnesses. */
  get id(): Identifier {
    this.#id ??= identifierAt(doubleSha256(encodeWithoutWitness(this)), 0)
    return this.#id
  }

  /** The last 32 bits of the identifier: enough to tell transactions apart in traces and tables. */
  get fingerprint(): number {
    this.#fingerprint ??= Number.parseInt(this.id.slice(-8), 16)
    return this.#fingerprint
  }

  /** The double SHA-256 of all of the transaction (BIP141). */
  get witnessId(): Identifier {
    if (!this.hasWitness) return this.id
    this.#witnessId ??= identifierAt(doubleSha256(encodeTransaction(this)), 0)
    return this.#witnessId
  }

  /** What the owners of the spent coins sign: see `ownership.ts`. */
  get signatureDigest(): Uint8Array {
    this.#signatureDigest ??= doubleSha256(encodeWithoutWitness(withoutUnlockingScripts(this)))
    return this.#signatureDigest
  }

  get hasWitness(): boolean {
    return this.inputs.some((input) => input.witness.length > 0)
  }

  /** Creates new money: its only input spends nothing. */
  get isCoinbase(): boolean {
    const input = this.inputs[0]
    return this.inputs.length === 1 && input !== undefined && isNullInput(input)
  }

  /** The coins that the inputs spend, in order. */
  get spends(): readonly Outpoint[] {
    this.#spends ??= this.inputs.map((input) => outpointOf(input.previousId, input.previousIndex))
    return this.#spends
  }

  /** The coins that the outputs are, in order. */
  get creates(): readonly Outpoint[] {
    this.#creates ??= this.outputs.map((_, index) => outpointOf(this.id, index))
    return this.#creates
  }

  /**
   * The coins that the outputs are if a block at this height holds the transaction; nothing in place
   * of those that no one could spend. The same objects each time: all nodes on a branch share them.
   */
  coinsAt(height: number): readonly (Coin | undefined)[] {
    if (this.#coins === undefined || this.#coinHeight !== height) {
      this.#coins = coinsOf(this.outputs, height, this.isCoinbase)
      this.#coinHeight = height
    }
    return this.#coins
  }

  /** The legacy count over all scripts of the transaction itself. */
  get signatureOperations(): number {
    if (this.#signatureOperations === undefined) {
      let count = 0
      for (const input of this.inputs) count += countSignatureOperations(input.unlockingScript)
      for (const output of this.outputs) count += countSignatureOperations(output.lockingScript)
      this.#signatureOperations = count
    }
    return this.#signatureOperations
  }
}

export function outpointOf(id: Identifier, index: number): Outpoint {
  return `${id}:${index}`
}

/** Does this input spend nothing, as a coinbase's only input does? */
export function isNullInput(input: TransactionInput): boolean {
  return input.previousIndex === nullIndex && input.previousId === nullIdentifier
}

/** The bytes of the transaction, with its witnesses if it has any (BIP144). */
export function encodeTransaction(transaction: TransactionFields): Uint8Array {
  const writer = new WireWriter(transactionSize(transaction))
  writeTransaction(writer, transaction)
  return writer.finish()
}

function encodeWithoutWitness(transaction: TransactionFields): Uint8Array {
  const writer = new WireWriter(strippedSize(transaction))
  writer.int32(transaction.version)
  writeInputsAndOutputs(writer, transaction)
  writer.int32(transaction.lockTime)
  return writer.finish()
}

/** How many bytes `encodeTransaction` gives. */
export function transactionSize(transaction: TransactionFields): number {
  const stripped = strippedSize(transaction)
  if (!transaction.inputs.some((input) => input.witness.length > 0)) return stripped
  let size = stripped + 2 // the marker and the flag
  for (const { witness } of transaction.inputs) {
    size += countSize(witness.length)
    for (const item of witness) size += countedSize(item)
  }
  return size
}

/** How many bytes the transaction takes without its witnesses. */
export function strippedSize(transaction: TransactionFields): number {
  const { inputs, outputs } = transaction
  let size = 4 + countSize(inputs.length) + countSize(outputs.length) + 4
  for (const input of inputs) size += 36 + countedSize(input.unlockingScript) + 4
  for (const output of outputs) size += 8 + countedSize(output.lockingScript)
  return size
}

/** What the transaction counts for in a block: three times its size without witnesses, plus its size. */
export function transactionWeight(transaction: TransactionFields): number {
  return 3 * strippedSize(transaction) + transactionSize(transaction)
}

export function writeTransaction(writer: WireWriter, transaction: TransactionFields): void {
  const hasWitness = transaction.inputs.some((input) => input.witness.length > 0)
  writer.int32(transaction.version)
  if (hasWitness) writer.uint16(0x0100) // no inputs, which cannot be, and then the flag 1
  writeInputsAndOutputs(writer, transaction)
  if (hasWitness) {
    for (const { witness } of transaction.inputs) {
      writer.count(witness.length)
      for (const item of witness) writer.counted(item)
    }
  }
  writer.int32(transaction.lockTime)
}

function writeInputsAndOutputs(writer: WireWriter, transaction: TransactionFields): void {
  writer.count(transaction.inputs.length)
  for (const input of transaction.inputs) {
    writer.identifier(input.previousId)
    writer.int32(input.previousIndex)
    writer.counted(input.unlockingScript)
    writer.int32(input.sequence)
  }
  writer.count(transaction.outputs.length)
  for (const output of transaction.outputs) {
    writer.int64(output.value)
    writer.counted(output.lockingScript)
  }
}

/**
 * The transaction that these bytes are.
 * @throws DecodeError unless they are exactly one transaction
 */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  const reader = new WireReader(bytes)
  const transaction = readTransaction(reader)
  reader.finish('transaction')
  return transaction
}

/** No transaction takes fewer bytes: what bounds the number of transactions in a block. */
export const smallestTransaction = 10
const smallestInput = 41
const smallestOutput = 9

const noWitness: readonly Uint8Array[] = []

export function readTransaction(reader: WireReader): Transaction {
  const version = reader.uint32()
  let inputs = readInputs(reader)
  let flag = 0
  // A list of no inputs is the marker of BIP144, and a flag follows; a flag of zero is instead a
  // list of no outputs.
  if (inputs.length === 0) {
    flag = reader.uint8()
    if (flag > 1) throw new DecodeError(`a transaction with the unknown flag ${flag}`)
    if (flag === 1) inputs = readInputs(reader)
  }
  const outputs = inputs.length === 0 && flag === 0 ? [] : readOutputs(reader)
  if (flag === 1) inputs = readWitnesses(reader, inputs)
  return new Transaction({ version, inputs, outputs, lockTime: reader.uint32() })
}

function readInputs(reader: WireReader): TransactionInput[] {
  const count = reader.count(smallestInput)
  const inputs: TransactionInput[] = []
  for (let i = 0; i < count; i += 1) {
    inputs.push({
      previousId: reader.identifier(),
      previousIndex: reader.uint32(),
      unlockingScript: reader.counted(),
      sequence: reader.uint32(),
      witness: noWitness,
    })
  }
  return inputs
}

function readOutputs(reader: WireReader): TransactionOutput[] {
  const count = reader.count(smallestOutput)
  const outputs: TransactionOutput[] = []
  for (let i = 0; i < count; i += 1) {
    outputs.push({ value: reader.int64(), lockingScript: reader.counted() })
  }
  return outputs
}

function readWitnesses(reader: WireReader, inputs: TransactionInput[]): TransactionInput[] {
  let items = 0
  const witnessed = inputs.map((input) => {
    const count = reader.count(1)
    items += count
    const witness: Uint8Array[] = []
    for (let i = 0; i < count; i += 1) witness.push(reader.counted())
    return { ...input, witness }
  })
  if (items === 0) throw new DecodeError('a transaction with the flag of witnesses and none')
  return witnessed
}

function withoutUnlockingScripts(transaction: TransactionFields): TransactionFields {
  const unlockingScript = new Uint8Array(0)
  return {
    ...transaction,
    inputs: transaction.inputs.map((input) => ({ ...input, unlockingScript })),
  }
}
