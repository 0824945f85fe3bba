import { describe, expect, test } from 'vitest'
import { decode } from '../../model/index.ts'
import { Receipt } from './nakamoto.messages.ts'
import type { Nakamoto } from './nakamoto.ts'
import { Block } from './rules/block.ts'
import type { Identifier } from './rules/identifier.ts'
import { forgeBranch, forgePayment } from './testing/forged-blocks.ts'
import { ScriptedNetwork } from './testing/scripted-network.ts'

/** One node and a peer of it that only the test speaks for. */
function alone(parameters?: { readonly [name: string]: number }) {
  const network = new ScriptedNetwork({ nodes: 2, parameters: { miners: 1, ...parameters } })
  network.deliverAll()
  network.now = 1_000_000_000
  network.pass = ({ from, to, message }) => (to === 1 ? undefined : { from, to, message })
  const node = network.node(0)
  const give = (...blocks: readonly Block[]) => {
    // Announced first, so that what is worth it is asked for.
    const headers = blocks.map(({ header }) => header).sort((left, right) => left.time - right.time)
    network.receive({ from: 1, to: 0, message: { kind: 'headers', headers } })
    for (const block of blocks) {
      network.receive({ from: 1, to: 0, message: { kind: 'block', block, padding: 0 } })
    }
    network.deliverAll()
  }
  return { network, node, give, genesis: node.tip }
}

const ids = (blocks: readonly Block[]): Identifier[] => blocks.map(({ id }) => id)

describe('the choice of chain', () => {
  test('more work wins, and all that it takes is undone and done', () => {
    const { network, node, give, genesis } = alone()
    const short = forgeBranch(network, genesis, [{}, {}])
    const long = forgeBranch(network, genesis, [{ salt: 1 }, { salt: 1 }, { salt: 1 }])
    give(...short)
    expect(node.activeChain).toEqual([genesis.id, ...ids(short)])
    give(...long)
    expect(node.activeChain).toEqual([genesis.id, ...ids(long)])
    expect([...node.coins.table.keys()]).toEqual(
      long.map(({ transactions: [coinbase] }) => `${coinbase?.id}:0`),
    )
    expect(network.outputs.at(-1)?.output).toEqual({
      kind: 'adopted',
      tip: long[2]?.id,
      height: 3,
      disconnected: 2,
      connected: ids(long),
    })
  })

  test('among equals the first to arrive stays', () => {
    const { network, node, give, genesis } = alone()
    const [first] = forgeBranch(network, genesis, [{ salt: 1 }]) as [Block]
    const [second] = forgeBranch(network, genesis, [{ salt: 2 }]) as [Block]
    give(first, second)
    expect(node.tip.id).toBe(first.id)
    expect(node.blocks).toHaveLength(2)
  })

  test('of two equals the one that was active before a crash is active after it, though it arrived later', () => {
    const { network, give, genesis } = alone()
    const [first] = forgeBranch(network, genesis, [{ salt: 1 }]) as [Block]
    const [second] = forgeBranch(network, genesis, [{ salt: 2 }]) as [Block]
    give(first, second)
    network.ask(0, { kind: 'invalidate', block: first.id })
    network.ask(0, { kind: 'reconsider', block: first.id })
    expect(network.node(0).tip.id).toBe(second.id)
    network.crash(0)
    network.start(0)
    expect(network.node(0).tip.id).toBe(second.id)
    expect(network.node(0).marks.size).toBe(0)
  })

  test('a better block that was stored, but not yet adopted on disk, is adopted after the crash', () => {
    const { network, node, give, genesis } = alone()
    const [short] = forgeBranch(network, genesis, [{}]) as [Block]
    const long = forgeBranch(network, genesis, [{ salt: 1 }, { salt: 1 }])
    give(short, ...long)
    const host = network.host(0)
    expect(host.records.at(-1)).toEqual({ kind: 'tip', block: long[1]?.id })
    host.durable -= 1
    network.crash(0)
    network.start(0)
    expect(network.node(0).activeChain).toEqual(node.activeChain)
  })

  test('after a crash chain, coins and undo are those of before', () => {
    const { network, node, give, genesis } = alone()
    const long = forgeBranch(network, genesis, [{ salt: 1 }, { salt: 1 }, { salt: 1 }])
    give(...forgeBranch(network, genesis, [{}, {}]), ...long)
    network.crash(0)
    network.host(0).arena.clear()
    network.start(0)
    const again = network.node(0)
    expect(again.activeChain).toEqual(node.activeChain)
    expect(again.coins.table).toEqual(node.coins.table)
    expect(again.ownCoins).toEqual(node.ownCoins)
    const longer = forgeBranch(
      network,
      genesis,
      [{}, {}, {}, {}].map(() => ({ salt: 9 })),
    )
    give(...longer)
    expect(again.activeChain).toEqual([genesis.id, ...ids(longer)])
    expect(again.coins.size).toBe(4)
  })

  test('a block that came before its parent waits for it', () => {
    const { network, node, give, genesis } = alone()
    const [first, second, third] = forgeBranch(network, genesis, [{}, {}, {}]) as [
      Block,
      Block,
      Block,
    ]
    const headers = [first, second, third].map(({ header }) => header)
    network.receive({ from: 1, to: 0, message: { kind: 'headers', headers } })
    give(third, second)
    expect(node.tip.height).toBe(0)
    expect(node.blocks).toHaveLength(0)
    give(first)
    expect(node.activeChain).toEqual([genesis.id, first.id, second.id, third.id])
    expect(node.early.size).toBe(0)
  })
})

describe('invalid blocks', () => {
  /** A chain long enough that node 0 may spend its first coinbase. */
  function withMoney() {
    const made = alone()
    const { network, node, give, genesis } = made
    const base = forgeBranch(
      network,
      genesis,
      Array.from({ length: 6 }, () => ({})),
    )
    give(...base)
    const coin = { id: base[0]?.transactions[0]?.id as Identifier, index: 0 }
    return { ...made, base, coin, parent: node.tip }
  }

  test('one in the middle of a better branch: the node returns to where it was, and so for all that is built on it', () => {
    const { network, node, give, parent, coin } = withMoney()
    const before = [...node.activeChain]
    const thief = forgePayment(network, 1, [coin], [{ to: 1, value: 1 }])
    const branch = forgeBranch(network, parent.ancestor(5), [
      { salt: 1 },
      { salt: 2, transactions: [thief] },
      { salt: 3 },
      { salt: 4 },
    ])
    const money = new Map(node.coins.table)
    // The branch comes back to front, so that it is tried as a whole.
    network.receive({
      from: 1,
      to: 0,
      message: { kind: 'headers', headers: branch.map(({ header }) => header) },
    })
    give(...branch.toReversed())
    expect(node.activeChain).toEqual(before)
    expect(node.coins.table).toEqual(money)
    expect(node.marks.get(branch[1]?.id as Identifier)).toBe('invalid')
    expect(node.misbehaving).toEqual([1])
  })

  test('the blocks before the invalid one count, if they are the best that is left', () => {
    const { network, node, give, parent, coin } = withMoney()
    const thief = forgePayment(network, 1, [coin], [{ to: 1, value: 1 }])
    const branch = forgeBranch(network, parent.ancestor(4), [
      { salt: 1 },
      { salt: 1 },
      { salt: 1 },
      { salt: 2, transactions: [thief] },
      { salt: 3 },
    ])
    network.receive({
      from: 1,
      to: 0,
      message: { kind: 'headers', headers: branch.map(({ header }) => header) },
    })
    give(...branch.toReversed())
    expect(node.activeChain.slice(5)).toEqual(ids(branch.slice(0, 3)))
    expect(node.bestHeader).toBe(branch[2]?.id)
  })

  test('a block on an invalid one is refused, also after a crash', () => {
    const { network, give, parent, coin } = withMoney()
    const thief = forgePayment(network, 1, [coin], [{ to: 1, value: 1 }])
    const [bad, child] = forgeBranch(network, parent, [{ transactions: [thief] }, {}]) as [
      Block,
      Block,
    ]
    give(bad)
    network.crash(0)
    network.start(0)
    network.deliverAll()
    const node = network.node(0)
    expect(node.misbehaving).toEqual([])
    give(child)
    network.receive({
      from: 1,
      to: 0,
      message: { kind: 'headers', headers: [bad.header, child.header] },
    })
    expect(node.isKnown(child.id)).toBe(false)
    expect(node.tip.id).toBe(parent.id)
  })

  test.for([
    ['a coin that does not exist', 'coin-exists', 0],
    ['more money than the subsidy and the fees', 'coinbase-value', 1],
  ] as const)('a block with %s is never adopted', ([, , extra]) => {
    const { network, node, give, parent } = withMoney()
    const nothing = { id: '00'.repeat(32), index: 3 }
    const spend = forgePayment(network, 0, [nothing], [{ to: 1, value: 1 }])
    const wish = extra === 1 ? { extra } : { transactions: [spend] }
    const [bad] = forgeBranch(network, parent, [wish]) as [Block]
    give(bad)
    expect(node.tip.id).toBe(parent.id)
    expect(node.marks.get(bad.id)).toBe('invalid')
  })

  test('a block that spends a coin twice, with another block or within itself, is never adopted', () => {
    const { network, node, give, parent, coin } = withMoney()
    const one = forgePayment(network, 0, [coin], [{ to: 1, value: 5 }])
    const other = forgePayment(network, 0, [coin], [{ to: 0, value: 6 }])
    const [twice] = forgeBranch(network, parent, [{ salt: 1, transactions: [one, other] }]) as [
      Block,
    ]
    give(twice)
    expect(node.marks.get(twice.id)).toBe('invalid')
    node.misbehaving.length = 0
    const [once, again] = forgeBranch(network, parent, [
      { transactions: [one] },
      { transactions: [other] },
    ]) as [Block, Block]
    give(once, again)
    expect(node.tip.id).toBe(once.id)
    expect(node.marks.get(again.id)).toBe('invalid')
  })

  test('a mutated copy says nothing about the block: the honest copy is adopted (CVE-2012-2459)', () => {
    const { network, node, give, base, parent } = withMoney()
    const coinAt = (i: number) => ({ id: base[i]?.transactions[0]?.id as Identifier, index: 0 })
    const payments = [0, 1].map((i) => forgePayment(network, 0, [coinAt(i)], [{ to: 1, value: 7 }]))
    const [honest] = forgeBranch(network, parent, [{ transactions: payments }]) as [Block]
    const last = honest.transactions[2] as (typeof honest.transactions)[number]
    const mutated = new Block(honest.header, [...honest.transactions, last])
    expect(mutated.merkle.root).toBe(honest.merkle.root)
    give(mutated)
    expect(node.tip.id).toBe(parent.id)
    expect(node.marks.size).toBe(0)
    expect(node.misbehaving).toEqual([1])
    node.misbehaving.length = 0
    give(honest)
    expect(node.tip.id).toBe(honest.id)
  })

  test('a block from too far in the future is refused now and adopted later', () => {
    const { network, node, give, genesis } = alone()
    const [future] = forgeBranch(network, genesis, [{ time: 1_000 + 121 }]) as [Block]
    give(future)
    expect(node.isKnown(future.id)).toBe(false)
    expect(node.misbehaving).toEqual([])
    network.now += 1_000_000
    give(future)
    expect(node.tip.id).toBe(future.id)
  })
})

describe('invalid by order', () => {
  test('the next best chain is taken, and given back for the better one when it is reconsidered', () => {
    const { network, node, give, genesis } = alone()
    const short = forgeBranch(network, genesis, [{}, {}])
    const long = forgeBranch(network, genesis, [{ salt: 1 }, { salt: 1 }, { salt: 1 }])
    give(...short, ...long)
    const answer = network.ask(0, { kind: 'invalidate', block: long[1]?.id as Identifier })
    expect(node.activeChain).toEqual([genesis.id, ...ids(short)])
    expect(answer?.kind === 'done' && decode(Receipt, answer.result)).toEqual({
      block: short[1]?.id,
      height: 2,
    })
    expect([...node.marks.values()]).toEqual(['invalid by order', 'on an invalid block'])
    network.ask(0, { kind: 'reconsider', block: long[2]?.id as Identifier })
    expect(node.activeChain).toEqual([genesis.id, ...ids(long)])
    expect(node.marks.size).toBe(0)
  })

  test('peers that hold on to the block are not blamed', () => {
    const { network, node, give, genesis } = alone()
    const branch = forgeBranch(network, genesis, [{}, {}, {}])
    give(...branch.slice(0, 2))
    network.ask(0, { kind: 'invalidate', block: branch[0]?.id as Identifier })
    give(...branch)
    expect(node.misbehaving).toEqual([])
    expect(node.tip.id).toBe(genesis.id)
    network.ask(0, { kind: 'reconsider', block: branch[0]?.id as Identifier })
    give(...branch)
    expect(node.tip.id).toBe(branch[2]?.id)
  })

  test('a block that nobody knows, and the genesis block, cannot be judged', () => {
    const { network, node } = alone()
    for (const block of ['no block', node.tip.id]) {
      expect(network.ask(0, { kind: 'invalidate', block })?.kind).toBe('refused')
    }
    expect(network.ask(0, { kind: 'reconsider', block: 'no block' })?.kind).toBe('refused')
  })
})

test('a node whose host forgets all that it shares behaves the same', () => {
  const tips = (arenas: 'own' | 'shared' | 'forgetful', encoded: boolean) => {
    const network = new ScriptedNetwork({ nodes: 3, arenas, encoded })
    network.mineChain(0, 8)
    const lost = new Set([2])
    network.pass = (envelope) =>
      lost.has(envelope.to) || lost.has(envelope.from) ? undefined : envelope
    network.mineChain(1, 2)
    lost.clear()
    lost.add(1)
    network.mineChain(2, 3)
    lost.clear()
    network.mineChain(2, 1)
    return network.living.map((node: Nakamoto) => [node.activeChain, new Map(node.coins.table)])
  }
  const right = tips('own', false)
  expect(tips('shared', false)).toEqual(right)
  expect(tips('forgetful', false)).toEqual(right)
  expect(tips('shared', true)).toEqual(right)
})

test('a fork of one block is settled by the next', () => {
  const network = new ScriptedNetwork({ nodes: 2 })
  network.deliverAll()
  network.now += 10_000_000
  const left = network.mine(0)
  const right = network.mine(1)
  network.deliverAll()
  expect(network.tips()).toEqual([left, right])
  network.now += 10_000_000
  const next = network.mine(1)
  network.deliverAll()
  expect(network.tips()).toEqual([next])
  expect(network.node(0).activeChain[1]).toBe(right)
})
