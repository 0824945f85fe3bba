import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../model/index.ts'
import type { Block } from './rules/block.ts'
import type { Identifier } from './rules/identifier.ts'
import type { Transaction } from './rules/transaction.ts'
import { transactionSize } from './rules/transaction.ts'
import { forgeBranch, forgePayment } from './testing/forged-blocks.ts'
import { ScriptedNetwork } from './testing/scripted-network.ts'

const subsidy = 5_000_000_000

/** Node 0 with coins of its own, and a second node that never hears of anything but what a test sends. */
function rich(parameters?: { readonly [name: string]: number }) {
  const network = new ScriptedNetwork({ nodes: 3, parameters: { miners: 1, ...parameters } })
  network.mineChain(0, 10)
  const node = network.node(0)
  const coinbaseOf = (height: number) => ({
    id: network.block(node.activeChain[height] as Identifier).transactions[0]?.id as Identifier,
    index: 0,
  })
  /** Spends the coin of a block, leaving a fee. */
  const pay = (height: number, fee = 1_000, to: NodeId = 1) =>
    forgePayment(network, 0, [coinbaseOf(height)], [{ to, value: subsidy - fee }])
  const follow = (parent: Transaction, owner: NodeId, fee = 1_000) => {
    const value = (parent.outputs[0]?.value as number) - fee
    return forgePayment(network, owner, [{ id: parent.id, index: 0 }], [{ to: owner, value }])
  }
  const give = (...blocks: readonly Block[]) => {
    const headers = blocks.map(({ header }) => header)
    network.receive({ from: 1, to: 0, message: { kind: 'headers', headers } })
    for (const block of blocks) {
      network.receive({ from: 1, to: 0, message: { kind: 'block', block, padding: 0 } })
    }
    network.deliverAll()
  }
  const pooled = () => [...node.pool.keys()].sort()
  const idsOf = (...transactions: Transaction[]) => transactions.map(({ id }) => id).sort()
  return { network, node, pay, follow, give, pooled, idsOf, coinbaseOf }
}

describe('what enters', () => {
  test('a payment that could be in the next block, and one that builds on it', () => {
    const { node, pay, follow, pooled, idsOf } = rich()
    const first = pay(1)
    const second = follow(first, 1)
    expect(node.acceptTransaction(first)).toBeUndefined()
    expect(node.acceptTransaction(second)).toBeUndefined()
    expect(pooled()).toEqual(idsOf(first, second))
    expect(node.poolBytes).toBe(transactionSize(first) + transactionSize(second))
  })

  test('not a second spender of a coin, whatever it pays', () => {
    const { node, pay, pooled, idsOf } = rich()
    const first = pay(1, 1_000)
    node.acceptTransaction(first)
    expect(node.acceptTransaction(pay(1, 9_000_000))).toMatchObject({ rule: 'double-spend' })
    expect(pooled()).toEqual(idsOf(first))
  })

  test.for<[string, string, (made: ReturnType<typeof rich>) => Transaction]>([
    ['no coin', 'coin-exists', ({ pay, follow }) => follow(pay(1), 1)],
    ['a coinbase that is too young', 'coinbase-maturity', ({ pay }) => pay(8)],
    ['more than there is', 'value-conserved', ({ pay }) => pay(1, -1)],
    [
      "another's coin",
      'signature',
      ({ network, coinbaseOf }) => forgePayment(network, 1, [coinbaseOf(1)], [{ to: 1, value: 1 }]),
    ],
  ])('not one that spends %s', ([, rule, make]) => {
    const made = rich()
    expect(made.node.acceptTransaction(make(made))).toMatchObject({ rule })
    expect(made.node.pool.size).toBe(0)
  })

  test('not one that builds on too many', () => {
    const { node, pay, follow } = rich()
    let last = pay(1)
    for (let i = 0; i < 25; i += 1) {
      expect(node.acceptTransaction(last)).toBeUndefined()
      last = follow(last, 1)
    }
    expect(node.acceptTransaction(last)).toMatchObject({ kind: 'policy' })
  })

  test('no more bytes than allowed: what pays least a byte gives way, with what builds on it', () => {
    const size = transactionSize(rich().pay(1))
    const { node, pay, follow, pooled, idsOf } = rich({ mempoolBytes: 3 * size })
    const [cheap, fair, dear] = [pay(1, 100), pay(2, 300), pay(3, 500)]
    const child = follow(cheap, 1, 200)
    for (const transaction of [cheap, child, fair]) node.acceptTransaction(transaction)
    expect(node.acceptTransaction(dear)).toBeUndefined()
    expect(pooled()).toEqual(idsOf(fair, dear))
    expect(node.acceptTransaction(pay(4, 50))).toBeUndefined()
    expect(node.acceptTransaction(pay(5, 40))).toMatchObject({ kind: 'policy' })
    expect(node.poolBytes).toBe(3 * size)
  })
})

describe('what leaves', () => {
  test('what a block holds, and what conflicts with it, with all that builds on that', () => {
    const { network, node, pay, follow, give, pooled, idsOf } = rich()
    const [held, rival, other] = [pay(1), pay(2, 2_000), pay(3)]
    const child = follow(rival, 1)
    for (const transaction of [held, rival, child, other]) node.acceptTransaction(transaction)
    give(...forgeBranch(network, node.tip, [{ transactions: [held, pay(2, 500)] }]))
    expect(pooled()).toEqual(idsOf(other))
    expect([...node.spenders.values()]).toEqual([other.id])
  })

  test('a child stays when its parent is in a block', () => {
    const { network, node, pay, follow, give, pooled, idsOf } = rich()
    const parent = pay(1)
    const child = follow(parent, 1)
    node.acceptTransaction(parent)
    node.acceptTransaction(child)
    give(...forgeBranch(network, node.tip, [{ transactions: [parent] }]))
    expect(pooled()).toEqual(idsOf(child))
  })
})

describe('after a reorganisation', () => {
  test('what the lost branch held waits again', () => {
    const { network, node, pay, follow, give, pooled, idsOf } = rich()
    const parent = pay(1)
    const child = follow(parent, 1)
    const grandchild = follow(child, 1)
    const before = node.tip
    give(...forgeBranch(network, before, [{ transactions: [parent] }]))
    give(...forgeBranch(network, node.tip, [{ transactions: [child] }]))
    node.acceptTransaction(grandchild)
    give(...forgeBranch(network, before, [{ salt: 1 }, { salt: 1 }, { salt: 1 }]))
    expect(node.tip.height).toBe(before.height + 3)
    expect(pooled()).toEqual(idsOf(parent, child, grandchild))
    network.now += 10_000_000
    network.mine(0)
    expect(
      network
        .block(node.tip.id)
        .transactions.slice(1)
        .map(({ id }) => id),
    ).toEqual([parent.id, child.id, grandchild.id])
  })

  test('what the new branch holds does not, nor what conflicts with it', () => {
    const { network, node, pay, follow, give, pooled } = rich()
    const [both, left, right] = [pay(1), pay(2, 1_000), pay(2, 3_000)]
    const onLeft = follow(left, 1)
    const before = node.tip
    give(...forgeBranch(network, before, [{ transactions: [both, left] }]))
    node.acceptTransaction(onLeft)
    give(...forgeBranch(network, before, [{ salt: 1, transactions: [both, right] }, { salt: 1 }]))
    expect(pooled()).toEqual([])
  })

  test('what spends a coinbase of the lost branch goes, and what is too young again', () => {
    const { network, node, pay, give, pooled, follow } = rich()
    const before = node.tip
    // Five blocks on, the first coinbase of the lost branch may be spent.
    const lost = forgeBranch(
      network,
      before,
      Array.from({ length: 6 }, () => ({})),
    )
    give(...lost)
    const coinbase = lost[0]?.transactions[0] as Transaction
    const spender = forgePayment(
      network,
      0,
      [{ id: coinbase.id, index: 0 }],
      [{ to: 1, value: subsidy }],
    )
    expect(node.acceptTransaction(spender)).toBeUndefined()
    expect(node.acceptTransaction(follow(spender, 1))).toBeUndefined()
    const stays = pay(1)
    node.acceptTransaction(stays)
    network.ask(0, { kind: 'invalidate', block: lost[0]?.id as Identifier })
    expect(pooled()).toEqual([stays.id])
    // Height 10 again: the coinbase of block 7 was mature at height 16, and is not at 11.
    network.ask(0, { kind: 'reconsider', block: lost[0]?.id as Identifier })
    const young = pay(9)
    expect(node.acceptTransaction(young)).toBeUndefined()
    network.ask(0, { kind: 'invalidate', block: lost[0]?.id as Identifier })
    expect(pooled()).toEqual([stays.id])
  })
})
