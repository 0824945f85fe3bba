import { equalBytes } from '../../../../model/schema/index.ts'
import { sha256 } from '../../../../model/sha256.ts'
import { Block } from '../block.ts'
import type { ChainParameters } from '../chain-parameters.ts'
import { meetsTarget } from '../difficulty.ts'
import { BlockHeader, type HeaderFields } from '../header.ts'
import { type Identifier, nullIdentifier } from '../identifier.ts'
import { merkleRoot } from '../merkle.ts'
import { lockTo, unlockWith } from '../ownership.ts'
import { pushOfHeight } from '../script.ts'
import {
  finalSequence,
  nullIndex,
  Transaction,
  type TransactionFields,
  type TransactionInput,
  type TransactionOutput,
} from '../transaction.ts'

/** An owner of coins in tests: a name of one byte. */
export const owner = (name: number): Uint8Array => Uint8Array.of(name)

/** A stand-in for signatures: anyone can compute them, and no two are alike. */
export const sign = (signer: Uint8Array, digest: Uint8Array): Uint8Array =>
  sha256(Uint8Array.of(...signer, ...digest))
export const verify = (signer: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean =>
  equalBytes(sign(signer, digest), signature)

export const payTo = (name: number, value: number): TransactionOutput => ({
  value,
  lockingScript: lockTo(owner(name)),
})

/** The coinbase of a block at this height; `extra` makes it differ from another. */
export function coinbaseAt(
  height: number,
  outputs: readonly TransactionOutput[],
  extra = 0,
): Transaction {
  return new Transaction({
    version: 1,
    inputs: [
      input(`${nullIdentifier}:${nullIndex}`, {
        unlockingScript: Uint8Array.of(...pushOfHeight(height), extra, extra >> 8),
      }),
    ],
    outputs,
    lockTime: 0,
  })
}

/** An input that spends `outpoint`. */
export function input(outpoint: string, fields: Partial<TransactionInput> = {}): TransactionInput {
  const [previousId = '', index = ''] = outpoint.split(':')
  return {
    previousId,
    previousIndex: Number(index),
    unlockingScript: new Uint8Array(0),
    sequence: finalSequence,
    witness: [],
    ...fields,
  }
}

/** A transaction that spends these coins, each signed by the owner of that name. */
export function payment(
  spends: readonly { readonly outpoint: string; readonly by: number }[],
  outputs: readonly TransactionOutput[],
  fields: Partial<TransactionFields> = {},
): Transaction {
  const unsigned = { version: 2, outputs, lockTime: 0, ...fields }
  const inputs = fields.inputs ?? spends.map(({ outpoint }) => input(outpoint))
  const { signatureDigest } = new Transaction({ ...unsigned, inputs })
  return new Transaction({
    ...unsigned,
    inputs: inputs.map((unlocked, i) => ({
      ...unlocked,
      unlockingScript: unlockWith(sign(owner(spends[i]?.by ?? 0), signatureDigest)),
    })),
  })
}

/** A block of these transactions, with no work done. */
export function blockOf(
  transactions: readonly Transaction[],
  header: Partial<HeaderFields> = {},
): Block {
  return new Block(
    new BlockHeader({
      version: 4,
      previous: nullIdentifier,
      merkleRoot: merkleRoot(transactions.map(({ id }) => id)).root,
      time: 0,
      bits: 0x207fffff,
      nonce: 0,
      ...header,
    }),
    transactions,
  )
}

/** The same header with a nonce that gives it work enough: two tries on regtest, on average. */
export function mined(header: BlockHeader): BlockHeader {
  for (let nonce = 0; ; nonce += 1) {
    const tried = withFields(header, { nonce })
    if (meetsTarget(tried.id, tried.bits)) return tried
  }
}

export function withFields(header: BlockHeader, fields: Partial<HeaderFields>): BlockHeader {
  const { version, previous, merkleRoot, time, bits, nonce } = header
  return new BlockHeader({ version, previous, merkleRoot, time, bits, nonce, ...fields })
}

/** A chain of mined headers on top of the genesis block, each `seconds` after the one before it. */
export function minedHeaders(
  parameters: ChainParameters,
  count: number,
  bits: number,
  seconds: number,
): BlockHeader[] {
  const headers = [parameters.genesis.header]
  let previous: Identifier = parameters.genesis.id
  let { time } = parameters.genesis.header
  for (let height = 1; height <= count; height += 1) {
    time += seconds
    const header = mined(
      new BlockHeader({ version: 4, previous, merkleRoot: nullIdentifier, time, bits, nonce: 0 }),
    )
    headers.push(header)
    previous = header.id
  }
  return headers
}
