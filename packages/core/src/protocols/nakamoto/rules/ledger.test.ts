import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Block, decodeBlock } from './block.ts'
import { checkBlock, checkBlockInContext } from './block-rules.ts'
import { mainnet, regtest, withoutHashing } from './chain-parameters.ts'
import { type Coins, totalSupply } from './coins.ts'
import { type HeaderLink, LinkedHistory } from './header-history.ts'
import { checkHeaderInContext } from './header-rules.ts'
import {
  applyTransaction,
  type BlockUndo,
  connectBlock,
  disconnectBlock,
  type LedgerContext,
  revertTransaction,
} from './ledger.ts'
import { medianTimePast } from './median-time.ts'
import { largestSupplyAt, subsidyAt } from './subsidy.ts'
import { firstBlocks, ifUnpacked } from './testing/reference-data.ts'
import { blockOf, coinbaseAt, payment, payTo, verify } from './testing/sample-blocks.ts'
import type { Transaction } from './transaction.ts'
import { uint32At } from './wire-reader.ts'

const chain = { ...withoutHashing(regtest), coinbaseMaturity: 2 }
const contextAt = (height: number): LedgerContext => ({
  parameters: chain,
  height,
  medianTimeAt: () => 0,
  signatures: verify,
})

/** Everything in the coins, in an order that does not depend on how they came in. */
const sorted = (coins: Coins) => [...coins].sort(([a], [b]) => (a < b ? -1 : 1))

/** What a fuzzed block should look like; the numbers pick among what there is. */
interface Plan {
  readonly payments: readonly {
    readonly pick: number
    readonly split: number
    readonly to: number
  }[]
  readonly claim: number
}
const anyPlan: fc.Arbitrary<Plan> = fc.record({
  payments: fc.array(
    fc.record({ pick: fc.nat(), split: fc.integer({ min: 0, max: 100 }), to: fc.nat(5) }),
    { maxLength: 6 },
  ),
  claim: fc.integer({ min: 0, max: 100 }),
})

/** A valid block at this height by the plan: payments that spend older coins, or each other's. */
function blockBy(plan: Plan, coins: Coins, height: number): Block {
  const spendable = sorted(coins)
    .filter(([, coin]) => !coin.coinbase || height - coin.height >= chain.coinbaseMaturity)
    .map(([outpoint, { value, lockingScript }]) => ({
      outpoint,
      by: ownerIn(lockingScript),
      value,
    }))
  const payments: Transaction[] = []
  let fees = 0
  for (const { pick, split, to } of plan.payments) {
    const [coin] = spendable.splice(pick % Math.max(spendable.length, 1), 1)
    if (coin === undefined) break
    const first = Math.floor((coin.value * split) / 100)
    const second = Math.floor((coin.value - first) / 2)
    const burnt = Math.min(7, coin.value - first - second)
    const transaction = payment([coin], [payTo(to, first), payTo(to + 1, second), burn(burnt)])
    payments.push(transaction)
    fees += coin.value - first - second - burnt
    const [one, two] = transaction.creates as [string, string]
    spendable.push({ outpoint: one, by: to, value: first })
    spendable.push({ outpoint: two, by: to + 1, value: second })
  }
  const reward = Math.floor(((subsidyAt(height, chain) + fees) * plan.claim) / 100)
  return blockOf([coinbaseAt(height, [payTo(height % 7, reward)], height), ...payments])
}

const ownerIn = (lockingScript: Uint8Array): number => lockingScript[1] as number
const burn = (value: number) => ({ value, lockingScript: Uint8Array.of(0x6a) })

function connect(coins: Coins, block: Block, height: number): BlockUndo {
  const result = connectBlock(coins, block, contextAt(height))
  if (result.kind === 'violation') throw new Error(result.message)
  return result.undo
}

/** The coins after these plans, one block each. */
function ledgerBy(plans: readonly Plan[]): { coins: Coins; height: number } {
  const coins: Coins = new Map()
  plans.forEach((plan, i) => {
    connect(coins, blockBy(plan, coins, i + 1), i + 1)
  })
  return { coins, height: plans.length }
}

describe('connecting and disconnecting', () => {
  const anyPlans = fc.array(anyPlan, { minLength: 1, maxLength: 12 })

  test('disconnecting restores exactly what was there before, block by block', () => {
    let spends = 0
    fc.assert(
      fc.property(anyPlans, (plans) => {
        const coins: Coins = new Map()
        const history = plans.map((plan, i) => {
          const before = sorted(coins)
          const block = blockBy(plan, coins, i + 1)
          const undo = connect(coins, block, i + 1)
          spends += undo.spent.length
          return { before, block, undo }
        })
        for (const { before, block, undo } of history.toReversed()) {
          disconnectBlock(coins, block, undo)
          expect(sorted(coins)).toEqual(before)
        }
        expect(coins.size).toBe(0)
      }),
    )
    expect(spends).toBeGreaterThan(100)
  })

  test('money is conserved: there is as much as was created, less what was burnt or not claimed', () => {
    fc.assert(
      fc.property(anyPlans, (plans) => {
        const coins: Coins = new Map()
        let supply = 0
        plans.forEach((plan, i) => {
          const block = blockBy(plan, coins, i + 1)
          const result = connectBlock(coins, block, contextAt(i + 1))
          if (result.kind === 'violation') throw new Error(result.message)
          supply += result.supplyChange
          expect(totalSupply(coins)).toBe(supply)
          expect(result.supplyChange).toBeLessThanOrEqual(subsidyAt(i + 1, chain))
          expect(result.fees).toBeGreaterThanOrEqual(0)
        })
        expect(supply).toBeLessThanOrEqual(largestSupplyAt(plans.length, chain))
      }),
    )
  })

  test('a block that breaks a rule leaves the coins as they were, whatever came before it', () => {
    const fault = fc.constantFrom('double-spend', 'coin-exists', 'coinbase-value', 'signature')
    let tried = 0
    fc.assert(
      fc.property(anyPlans, anyPlan, fault, (plans, plan, rule) => {
        const { coins, height } = ledgerBy(plans)
        const before = sorted(coins)
        const good = blockBy(plan, coins, height + 1).transactions
        const [coinbase, ...payments] = good as [Transaction, ...Transaction[]]
        const last = payments.at(-1)
        const bad = {
          'double-spend': last && [...good, spendAgain(last)],
          'coin-exists': [
            ...good,
            payment([{ outpoint: `${'f'.repeat(64)}:0`, by: 1 }], [burn(0)]),
          ],
          'coinbase-value': [coinbaseAt(height + 1, [payTo(1, 1e15)]), ...payments],
          signature: last && [coinbase, ...payments.slice(0, -1), stolen(last)],
        }[rule]
        if (bad === undefined) return
        tried += 1
        const result = connectBlock(coins, blockOf(bad), contextAt(height + 1))
        expect(result).toMatchObject({ kind: 'violation', rule })
        expect(sorted(coins)).toEqual(before)
      }),
      { numRuns: 200 },
    )
    expect(tried).toBeGreaterThan(100)
  })

  test('a transaction by itself is applied and reverted in the same way', () => {
    fc.assert(
      fc.property(anyPlans, anyPlan, (plans, plan) => {
        const { coins, height } = ledgerBy(plans)
        const [, ...payments] = blockBy(plan, coins, height + 1).transactions
        const before = sorted(coins)
        const applied = payments.map((transaction) => {
          const supply = totalSupply(coins)
          const result = applyTransaction(coins, transaction, contextAt(height + 1))
          if (result.kind === 'violation') throw new Error(result.message)
          expect(totalSupply(coins)).toBeLessThanOrEqual(supply - result.fee)
          expect(applyTransaction(coins, transaction, contextAt(height + 1)).kind).toBe('violation')
          return { transaction, spent: result.spent }
        })
        for (const { transaction, spent } of applied.toReversed()) {
          revertTransaction(coins, transaction, spent)
        }
        expect(sorted(coins)).toEqual(before)
      }),
    )
  })

  test('undoing what is not the last block is an error', () => {
    const coins: Coins = new Map()
    const block = blockBy({ payments: [], claim: 100 }, coins, 1)
    const undo = connect(coins, block, 1)
    disconnectBlock(coins, block, undo)
    expect(() => disconnectBlock(coins, block, undo)).toThrow(/^cannot undo: [0-9a-f]{64}:0 is not/)
    connect(coins, block, 1)
    const coin = { value: 1, lockingScript: new Uint8Array(0), height: 0, coinbase: false }
    const others = { ...undo, spent: [coin] }
    expect(() => disconnectBlock(coins, block, others)).toThrow('not the undo data of this block')
  })
})

/** Spends the same coin again, to burn it. */
const spendAgain = ({ spends }: Transaction): Transaction =>
  payment([{ outpoint: spends[0] as string, by: 0 }], [burn(0)])

/** The same payment signed by one who owns nothing. */
const stolen = ({ spends, outputs }: Transaction): Transaction =>
  payment([{ outpoint: spends[0] as string, by: 200 }], outputs)

describe('blocks that create a name anew', () => {
  const coinbase = coinbaseAt(1, [payTo(1, 7), payTo(2, 5)])
  const first = blockOf([coinbase])
  const second = blockOf([coinbase], { nonce: 1 })

  test('are refused as long as anything of the first is unspent', () => {
    const coins: Coins = new Map()
    connect(coins, first, 1)
    const result = connectBlock(coins, second, contextAt(2))
    expect(result).toMatchObject({ kind: 'violation', rule: 'unspent-overwrite' })
    coins.clear()
    expect(connectBlock(coins, second, contextAt(2)).kind).toBe('connected')
  })

  test('were let through twice in 2010: the older coins are lost, and come back by disconnecting', () => {
    const coins: Coins = new Map()
    connect(coins, first, 1)
    const before = sorted(coins)
    const parameters = { ...chain, overwriteExceptions: [second.id] }
    const result = connectBlock(coins, second, { ...contextAt(2), parameters })
    if (result.kind === 'violation') throw new Error(result.message)
    expect(result.supplyChange).toBe(0)
    expect(totalSupply(coins)).toBe(12)
    expect([...coins.values()].map((coin) => coin.height)).toEqual([2, 2])
    disconnectBlock(coins, second, result.undo)
    expect(sorted(coins)).toEqual(before)
  })

  test('of mainnet are the two that are known', () => {
    expect(mainnet.overwriteExceptions).toEqual([
      '00000000000a4d0a398161ffc163c503763b1f4360639393e0e4c8e300e0caec',
      '00000000000743f190a18c5577a3c2d2a1f610ae9601ac046a38084ccb7cd721',
    ])
  })
})

describe.skipIf(firstBlocks === undefined)(`the first blocks of mainnet ${ifUnpacked}`, () => {
  const blocks: Block[] = []
  for (let at = 0, bytes = firstBlocks ?? new Uint8Array(0); at < bytes.length; ) {
    expect(uint32At(bytes, at)).toBe(mainnet.magic)
    const length = uint32At(bytes, at + 4)
    blocks.push(decodeBlock(bytes.subarray(at + 8, at + 8 + length)))
    at += 8 + length
  }

  test('keep every rule from the genesis block on, and no money is made out of nothing', () => {
    const coins: Coins = new Map()
    let tip: HeaderLink = { header: mainnet.genesis.header, height: 0, parent: undefined }
    const undos: BlockUndo[] = []
    let payments = 0
    for (const [i, block] of blocks.entries()) {
      const height = i + 1
      const history = new LinkedHistory(tip)
      const median = medianTimePast(history, height - 1)
      expect(block.header.previous).toBe(tip.header.id)
      expect(checkBlock(block, mainnet)).toBeUndefined()
      expect(
        checkHeaderInContext(block.header, history, height, mainnet, 1_300_000_000),
      ).toBeUndefined()
      expect(checkBlockInContext(block, height, median, mainnet)).toBeUndefined()
      const result = connectBlock(coins, block, {
        parameters: mainnet,
        height,
        medianTimeAt: (at) => medianTimePast(history, at),
        signatures: 'skip',
      })
      if (result.kind === 'violation') throw new Error(result.message)
      payments += block.transactions.length - 1
      undos.push(result.undo)
      tip = { header: block.header, height, parent: tip }
    }
    expect(blocks.length).toBeGreaterThanOrEqual(255)
    expect(payments).toBeGreaterThan(5)
    expect(totalSupply(coins)).toBe(50e8 * blocks.length)
    // The genesis block's coins were never spendable.
    expect(coins.has(`${mainnet.genesis.transactions[0]?.id}:0`)).toBe(false)

    for (const [i, block] of [...blocks.entries()].toReversed()) {
      disconnectBlock(coins, block, undos[i] as BlockUndo)
    }
    expect(coins.size).toBe(0)
  })

  test('cannot be connected where the coins that they spend are not', () => {
    const block = blocks[169] as Block
    const result = connectBlock(new Map(), block, {
      parameters: mainnet,
      height: 170,
      medianTimeAt: () => 0,
      signatures: 'skip',
    })
    expect(result).toMatchObject({ kind: 'violation', rule: 'coin-exists' })
  })
})
