import { doubleSha256 } from '../../../model/sha256.ts'
import { type Identifier, identifierAt } from './identifier.ts'
import { ImmutableValue } from './immutable-value.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export const headerBytes = 80

/** Where the fields stand in the 80 bytes. */
export const headerOffset = {
  version: 0,
  previous: 4,
  merkleRoot: 36,
  time: 68,
  bits: 72,
  nonce: 76,
} as const

export interface HeaderFields {
  /** A signed number of 32 bits. */
  readonly version: number
  /** The identifier of the block before. */
  readonly previous: Identifier
  readonly merkleRoot: Identifier
  /** Seconds since 1970, 32 bits, as the miner's clock had it. */
  readonly time: number
  /** The target, in compact form: see `difficulty.ts`. */
  readonly bits: number
  /** 32 bits that the miner is free to choose. */
  readonly nonce: number
}

/** A block's header (Bitcoin, section 3): immutable, and its identifier is computed once. */
export class BlockHeader extends ImmutableValue implements HeaderFields {
  readonly version: number
  readonly previous: Identifier
  readonly merkleRoot: Identifier
  readonly time: number
  readonly bits: number
  readonly nonce: number
  #id: Identifier | undefined
  #fingerprint: number | undefined

  constructor(fields: HeaderFields) {
    super()
    this.version = fields.version
    this.previous = fields.previous
    this.merkleRoot = fields.merkleRoot
    this.time = fields.time
    this.bits = fields.bits
    this.nonce = fields.nonce
  }

  /** The identifier of the block: the double SHA-256 of the 80 bytes. */
  get id(): Identifier {
    this.#id ??= identifierAt(doubleSha256(encodeHeader(this)), 0)
    return this.#id
  }

  /** The last 32 bits of the identifier: enough to tell blocks apart in traces and tables. */
  get fingerprint(): number {
    this.#fingerprint ??= Number.parseInt(this.id.slice(-8), 16)
    return this.#fingerprint
  }
}

/** The header's 80 bytes: what is hashed, and what a miner works on. */
export function encodeHeader(header: HeaderFields): Uint8Array {
  const writer = new WireWriter(headerBytes)
  writeHeader(writer, header)
  return writer.finish()
}

export function writeHeader(writer: WireWriter, header: HeaderFields): void {
  writer.int32(header.version)
  writer.identifier(header.previous)
  writer.identifier(header.merkleRoot)
  writer.int32(header.time)
  writer.int32(header.bits)
  writer.int32(header.nonce)
}

/** @throws DecodeError unless these are exactly 80 bytes */
export function decodeHeader(bytes: Uint8Array): BlockHeader {
  const reader = new WireReader(bytes)
  const header = readHeader(reader)
  reader.finish('block header')
  return header
}

export function readHeader(reader: WireReader): BlockHeader {
  return new BlockHeader({
    version: reader.int32(),
    previous: reader.identifier(),
    merkleRoot: reader.identifier(),
    time: reader.uint32(),
    bits: reader.uint32(),
    nonce: reader.uint32(),
  })
}
