import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, decode, encode } from '../model/schema/index.ts'
import { fast, withoutHashing } from '../protocols/nakamoto/rules/chain-parameters.ts'
import { largestSupplyAt } from '../protocols/nakamoto/rules/subsidy.ts'
import {
  blockOf,
  coinbaseAt,
  owner,
  payment,
  payTo,
  verify,
} from '../protocols/nakamoto/rules/testing/sample-blocks.ts'
import type { Transaction } from '../protocols/nakamoto/rules/transaction.ts'
import { UtxoLedger } from './utxo-ledger.ts'
import { LedgerAnswer, LedgerCommand, LedgerQuestion, LedgerResult } from './utxo-ledger-command.ts'

const chain = withoutHashing(fast)
const subsidy = chain.initialSubsidy

/** A ledger spoken to in commands and questions instead of bytes. */
class Client {
  readonly ledger = new UtxoLedger(fast, verify)
  height = 0
  tip = fast.genesis.id

  apply(command: LedgerCommand): LedgerResult {
    return decode(LedgerResult, this.ledger.apply(encode(LedgerCommand, command)))
  }

  ask(question: LedgerQuestion): LedgerAnswer {
    return decode(LedgerAnswer, this.ledger.query(encode(LedgerQuestion, question)))
  }

  /** Connects a block that pays its reward to an owner, and returns the reward's coin. */
  mine(to: number, payments: readonly Transaction[] = [], fees = 0): string {
    const height = this.height + 1
    const coinbase = coinbaseAt(height, [payTo(to, subsidy + fees)])
    const block = blockOf([coinbase, ...payments], { previous: this.tip, time: 10 * height })
    expect(this.apply({ kind: 'block', block })).toEqual({ kind: 'connected', height, fees })
    this.height = height
    this.tip = block.id
    return coinbase.creates[0] as string
  }

  pay(from: string, by: number, to: number, value: number): LedgerResult {
    const transaction = payment([{ outpoint: from, by }], [payTo(to, value)])
    return this.apply({ kind: 'transaction', transaction })
  }

  balance(of: number): LedgerAnswer {
    return this.ask({ kind: 'balance', owner: owner(of) })
  }
}

const amount = (satoshis: number): LedgerAnswer => ({ kind: 'amount', satoshis })

/** A ledger with mature coins: blocks 1 to 6, all owned by owner 1. */
function funded(): { client: Client; coins: string[] } {
  const client = new Client()
  return { client, coins: [1, 2, 3, 4, 5, 6].map(() => client.mine(1)) }
}

describe('the ledger', () => {
  test('begins with the genesis block and no money', () => {
    const client = new Client()
    expect(client.ask({ kind: 'tip' })).toEqual({ kind: 'tip', id: fast.genesis.id, height: 0 })
    expect(client.ask({ kind: 'supply' })).toEqual(amount(0))
  })

  test('pays with blocks, whose coinbases take the fees', () => {
    const { client, coins } = funded()
    const spend = payment([{ outpoint: coins[0] as string, by: 1 }], [payTo(2, subsidy - 100)])
    client.mine(3, [spend], 100)
    expect(client.balance(2)).toEqual(amount(subsidy - 100))
    expect(client.balance(3)).toEqual(amount(subsidy + 100))
    expect(client.ask({ kind: 'supply' })).toEqual(amount(7 * subsidy))
    expect(client.ask({ kind: 'coin', outpoint: coins[0] as string })).toEqual({
      kind: 'coin',
      coin: undefined,
    })
    expect(client.ask({ kind: 'coin', outpoint: `${spend.id}:0` })).toEqual({
      kind: 'coin',
      coin: { ...payTo(2, subsidy - 100), height: 7, coinbase: false },
    })
  })

  test('pays with single transactions, whose fees are burnt', () => {
    const { client, coins } = funded()
    expect(client.pay(coins[0] as string, 1, 2, subsidy - 5)).toEqual({ kind: 'applied', fee: 5 })
    expect(client.ask({ kind: 'supply' })).toEqual(amount(6 * subsidy - 5))
  })

  test('refuses what breaks a rule, by the name of the rule, and changes nothing', () => {
    const { client, coins } = funded()
    const before = client.ledger.snapshot()
    const [first, , , , , sixth] = coins as [string, string, string, string, string, string]
    expect(client.pay(first, 1, 2, subsidy + 1)).toMatchObject({ rule: 'value-conserved' })
    expect(client.pay(first, 2, 2, 1)).toMatchObject({ rule: 'signature' })
    expect(client.pay(sixth, 1, 2, 1)).toMatchObject({ rule: 'coinbase-maturity' })
    expect(client.pay(`${'0'.repeat(64)}:0`, 1, 2, 1)).toMatchObject({ rule: 'coin-exists' })
    const coinbase = coinbaseAt(7, [payTo(1, subsidy + 1)])
    const greedy = blockOf([coinbase], { previous: client.tip })
    expect(client.apply({ kind: 'block', block: greedy })).toMatchObject({ rule: 'coinbase-value' })
    const stray = blockOf([coinbaseAt(7, [payTo(1, 1)])])
    expect(client.apply({ kind: 'block', block: stray })).toMatchObject({ rule: 'previous-block' })
    const late = blockOf([coinbaseAt(8, [payTo(1, 1)])], { previous: client.tip })
    expect(client.apply({ kind: 'block', block: late })).toMatchObject({ rule: 'coinbase-height' })
    const twice = blockOf([coinbase, coinbase], { previous: client.tip })
    expect(client.apply({ kind: 'block', block: twice })).toMatchObject({
      rule: 'merkle-duplicate',
    })
    expect(client.ledger.snapshot()).toEqual(before)
  })

  test('answers what is malformed, and never throws', () => {
    const { client } = funded()
    const before = client.ledger.snapshot()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(decode(LedgerResult, client.ledger.apply(bytes)).kind).toMatch(/malformed|refused/)
        expect(decode(LedgerAnswer, client.ledger.query(bytes)).kind).toMatch(
          /malformed|amount|coin|tip/,
        )
      }),
    )
    expect(client.ledger.snapshot()).toEqual(before)
  })
})

describe('undo', () => {
  test('takes back one command a call, whatever it did', () => {
    const { client, coins } = funded()
    const snapshots: Uint8Array[] = []
    const commands = [
      () => client.pay(coins[0] as string, 1, 2, 10),
      () => client.pay(coins[0] as string, 1, 2, 10), // refused: it is spent
      () => client.mine(4),
      () => client.ledger.apply(Uint8Array.of(9)), // malformed
      () => client.pay(coins[1] as string, 1, 3, 10),
    ]
    for (const command of commands) {
      snapshots.push(client.ledger.snapshot())
      command()
    }
    for (const before of snapshots.toReversed()) {
      client.ledger.undo()
      expect(client.ledger.snapshot()).toEqual(before)
    }
  })

  test('reaches as far back as was not forgotten', () => {
    const { client } = funded()
    client.ledger.forgetUndo(10)
    client.ledger.forgetUndo(2)
    client.ledger.undo()
    client.ledger.undo()
    expect(client.ask({ kind: 'tip' })).toMatchObject({ height: 4 })
    expect(() => client.ledger.undo()).toThrow('there is no command to undo')
  })
})

describe('snapshots', () => {
  test('are the same for the same state, however it came about', () => {
    const one = funded()
    const two = funded()
    const [a, b] = one.coins as [string, string]
    one.client.pay(a, 1, 2, 10)
    one.client.pay(b, 1, 3, 20)
    two.client.pay(b, 1, 3, 20)
    two.client.pay(a, 1, 2, 10)
    expect(one.client.ledger.snapshot()).toEqual(two.client.ledger.snapshot())
  })

  test('bring the whole state to another ledger, which goes on from there', () => {
    const { client, coins } = funded()
    const other = new Client()
    other.mine(5)
    other.ledger.restore(client.ledger.snapshot())
    other.tip = client.tip
    other.height = client.height
    expect(() => other.ledger.undo()).toThrow()
    for (const each of [client, other]) {
      each.pay(coins[0] as string, 1, 2, 10)
      each.mine(2)
    }
    expect(other.ledger.snapshot()).toEqual(client.ledger.snapshot())
  })

  test('that are none are refused, and change nothing', () => {
    const { client } = funded()
    const before = client.ledger.snapshot()
    expect(() => client.ledger.restore(before.subarray(1))).toThrow(DecodeError)
    expect(() => client.ledger.restore(Uint8Array.of(0, 0, 0))).toThrow(DecodeError)
    expect(client.ledger.snapshot()).toEqual(before)
  })
})

test('no sequence of commands makes money out of nothing', () => {
  const anyStep = fc.record({ from: fc.nat(20), by: fc.nat(3), to: fc.nat(3), value: fc.nat(60) })
  fc.assert(
    fc.property(fc.array(fc.oneof(anyStep, fc.constant(undefined)), { maxLength: 30 }), (steps) => {
      const { client, coins } = funded()
      for (const step of steps) {
        if (step === undefined) {
          coins.push(client.mine(1))
          continue
        }
        const { from, by, to, value } = step
        const outpoint = coins[from % coins.length] as string
        const transaction = payment([{ outpoint, by }], [payTo(to, value * 1e8)])
        const { kind } = client.apply({ kind: 'transaction', transaction })
        if (kind === 'applied') coins.push(transaction.creates[0] as string)
      }
      const supply = client.ask({ kind: 'supply' })
      if (supply.kind !== 'amount') throw new Error(supply.kind)
      expect(supply.satoshis).toBeLessThanOrEqual(largestSupplyAt(client.height, chain))
    }),
  )
})
