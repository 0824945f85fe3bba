import type { NodeId } from '../../../model/index.ts'
import { lockToNode } from '../node-owner.ts'
import { Block } from '../rules/block.ts'
import { BlockHeader } from '../rules/header.ts'
import { type Identifier, nullIdentifier } from '../rules/identifier.ts'
import { merkleRoot } from '../rules/merkle.ts'
import { unlockWith } from '../rules/ownership.ts'
import { pushOf, pushOfHeight } from '../rules/script.ts'
import { subsidyAt } from '../rules/subsidy.ts'
import { finalSequence, nullIndex, Transaction } from '../rules/transaction.ts'
import type { ScriptedNetwork } from './scripted-network.ts'

export interface ForgedBlock {
  readonly height: number
  readonly previous: Identifier
  readonly time: number
  readonly bits: number
  /** Transactions after the coinbase. */
  readonly transactions?: readonly Transaction[]
  /** Satoshis more than the subsidy. */
  readonly extra?: number
  readonly miner?: NodeId
  /** Makes blocks differ that are alike otherwise. */
  readonly salt?: number
}

/** A block with work done for it, made of whatever a test wants in it. */
function forgeBlock(network: ScriptedNetwork, forged: ForgedBlock): Block {
  const { height, previous, time, bits, miner = 0, salt = 0 } = forged
  const { chain } = network.host(0).index
  const coinbase = new Transaction({
    version: 1,
    inputs: [
      {
        previousId: nullIdentifier,
        previousIndex: nullIndex,
        unlockingScript: Uint8Array.of(...pushOfHeight(height), ...pushOf(Uint8Array.of(7, salt))),
        sequence: finalSequence,
        witness: [],
      },
    ],
    outputs: [
      { value: subsidyAt(height, chain) + (forged.extra ?? 0), lockingScript: lockToNode(miner) },
    ],
    lockTime: 0,
  })
  const transactions = [coinbase, ...(forged.transactions ?? [])]
  const header = new BlockHeader({
    version: 4,
    previous,
    merkleRoot: merkleRoot(transactions.map(({ id }) => id)).root,
    time,
    bits,
    nonce: 0,
  })
  return new Block(network.work(header), transactions)
}

/** A branch of blocks without payments on top of a block that all nodes have. */
export function forgeBranch(
  network: ScriptedNetwork,
  parent: { readonly id: Identifier; readonly height: number; readonly header: BlockHeader },
  blocks: readonly Partial<ForgedBlock>[],
): Block[] {
  const branch: Block[] = []
  let previous = parent.id
  let { time, bits } = parent.header
  for (const [i, wish] of blocks.entries()) {
    time += 10
    const block = forgeBlock(network, {
      height: parent.height + 1 + i,
      previous,
      time,
      bits,
      ...wish,
    })
    branch.push(block)
    previous = block.id
    bits = block.header.bits
  }
  return branch
}

/** A payment that its owner signed. */
export function forgePayment(
  network: ScriptedNetwork,
  owner: NodeId,
  spends: readonly { readonly id: Identifier; readonly index: number }[],
  pays: readonly { readonly to: NodeId; readonly value: number }[],
): Transaction {
  const fields = (unlockingScript: Uint8Array) => ({
    version: 1,
    inputs: spends.map(({ id, index }) => ({
      previousId: id,
      previousIndex: index,
      unlockingScript,
      sequence: finalSequence,
      witness: [],
    })),
    outputs: pays.map(({ to, value }) => ({ value, lockingScript: lockToNode(to) })),
    lockTime: 0,
  })
  const { signatureDigest } = new Transaction(fields(new Uint8Array(0)))
  return new Transaction(fields(unlockWith(network.signatures.sign(owner, signatureDigest))))
}
