import type { NodeId } from '../../model/index.ts'
import type { BlockEntry } from './block-index.ts'
import { ownerNode } from './node-owner.ts'
import type { Block } from './rules/block.ts'
import type { ChainParameters } from './rules/chain-parameters.ts'
import type { CoinChange } from './rules/coin-set.ts'
import type { Coin, Coins } from './rules/coins.ts'
import { connectBlock, disconnectBlock } from './rules/ledger.ts'
import type { RuleViolation } from './rules/rule-violation.ts'
import type { Outpoint } from './rules/transaction.ts'

/**
 * What connecting a block does to the coins of its branch: which outlive it not, and which it leaves
 * behind. It follows from the block and its ancestors alone, signatures aside, so that it is worked
 * out once, and serves as the undo data as well.
 */
export interface BlockEffects extends CoinChange {
  readonly kind: 'effects'
  /** Which nodes own the created coins; -1 for an owner that is no node. */
  readonly createdOwners: readonly NodeId[]
  /** Whom the coinbase pays, first of all; -1 for nobody, or an owner that is no node. */
  readonly finder: NodeId
  /** The coins of the block's transactions after the coinbase, in the order of their inputs: what signatures are checked against. */
  readonly inputCoins: readonly Coin[]
  /** Satoshis. */
  readonly fees: number
}

/** Where the money rules look, for the block of this entry or for the one after its parent. */
export function ledgerContext(parent: BlockEntry, chain: ChainParameters) {
  return {
    parameters: chain,
    height: parent.height + 1,
    medianTimeAt: (height: number) => parent.ancestor(height).medianTime,
    // Nodes check signatures themselves: what a signature is worth is for the host to say.
    signatures: 'skip',
  } as const
}

/**
 * Works out what a block does by connecting it.
 * @param coins those of the block's parent; they are left as they are
 */
export function connectForEffects(
  coins: Coins,
  block: Block,
  entry: BlockEntry,
  chain: ChainParameters,
): BlockEffects | RuleViolation {
  const connected = connectBlock(coins, block, ledgerContext(entry.parent as BlockEntry, chain))
  if (connected.kind === 'violation') return connected
  const { undo, fees } = connected
  const within = new Set<Outpoint>()
  for (const { creates } of block.transactions) for (const outpoint of creates) within.add(outpoint)
  const spent: Outpoint[] = []
  const spentCoins: Coin[] = []
  let input = 0
  for (const { spends } of block.transactions.slice(1)) {
    for (const outpoint of spends) {
      if (!within.has(outpoint)) {
        spent.push(outpoint)
        spentCoins.push(undo.spent[input] as Coin)
      }
      input += 1
    }
  }
  // The blocks of 2010 that overwrote coins: taken as spending those.
  for (const [outpoint, coin] of undo.overwritten) {
    spent.push(outpoint)
    spentCoins.push(coin)
  }
  const created = [...within].filter((outpoint) => coins.has(outpoint))
  const createdCoins = created.map((outpoint) => coins.get(outpoint) as Coin)
  disconnectBlock(coins, block, undo)
  return {
    kind: 'effects',
    spent,
    spentCoins,
    created,
    createdCoins,
    createdOwners: createdCoins.map((coin) => ownerNode(coin.lockingScript)),
    finder: finderOf(block),
    inputCoins: undo.spent,
    fees,
  }
}

function finderOf({ transactions }: Block): NodeId {
  const reward = transactions[0]?.outputs[0]
  return reward === undefined ? -1 : ownerNode(reward.lockingScript)
}
