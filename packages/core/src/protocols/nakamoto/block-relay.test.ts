import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../model/index.ts'
import type { NakamotoMessage } from './nakamoto.messages.ts'
import type { Block } from './rules/block.ts'
import { compactBlockOf } from './rules/compact-block.ts'
import type { Identifier } from './rules/identifier.ts'
import type { Transaction } from './rules/transaction.ts'
import { forgeBranch, forgePayment } from './testing/forged-blocks.ts'
import { type NetworkOptions, ScriptedNetwork } from './testing/scripted-network.ts'

/** A network in which every node has the same few blocks, and the kinds of all messages since. */
function started(options: NetworkOptions) {
  const network = new ScriptedNetwork(options)
  network.mineChain(0, 8)
  const seen: { from: NodeId; to: NodeId; message: NakamotoMessage }[] = []
  network.pass = (envelope) => {
    seen.push(envelope)
    return envelope
  }
  const kinds = () => seen.map(({ message }) => message.kind)
  const mineNext = (id: NodeId): Identifier => {
    network.now += 10_000_000
    return network.mine(id)
  }
  return { network, seen, kinds, mineNext }
}

describe('announcements', () => {
  test('a block is announced by its header, asked for, and sent in compact form', () => {
    const { network, kinds, mineNext } = started({ nodes: 2 })
    mineNext(0)
    network.deliverAll()
    expect(kinds()).toEqual(['headers', 'getData', 'compactBlock'])
    expect(network.tips()).toHaveLength(1)
  })

  test('every link carries an announcement one way, or both ways at the same time', () => {
    const { network, seen, mineNext } = started({ nodes: 6 })
    mineNext(2)
    network.deliverAll()
    const links = new Map<string, number>()
    for (const { from, to, message } of seen) {
      if (message.kind !== 'headers') continue
      const link = `${Math.min(from, to)} ${Math.max(from, to)}`
      links.set(link, (links.get(link) ?? 0) + 1)
    }
    expect(links.size).toBe(15)
    for (const [link, count] of links) expect(count, link).toBeLessThanOrEqual(2)
  })

  test('after a reorganisation all headers of the new branch are announced', () => {
    const { network, seen } = started({ nodes: 3, linked: (a, b) => Math.abs(a - b) === 1 })
    const node = network.node(0)
    const branch = forgeBranch(network, node.tip.ancestor(7), [{ salt: 1 }, { salt: 1 }])
    for (const block of branch) {
      network.receive({ from: 1, to: 0, message: { kind: 'block', block, padding: 0 } })
    }
    network.deliverAll()
    for (const block of branch) {
      network.receive({ from: 0, to: 1, message: { kind: 'block', block, padding: 0 } })
    }
    seen.length = 0
    network.deliverAll()
    const told = seen.find(({ to, message }) => to === 2 && message.kind === 'headers')
    expect(told?.message.kind === 'headers' && told.message.headers).toEqual(
      branch.map(({ header }) => header),
    )
    expect(network.node(2).tip.id).toBe(branch[1]?.id)
  })

  test('whoever is still catching up announces nothing', () => {
    const { network, seen } = started({ nodes: 3 })
    network.crash(2)
    network.mineChain(0, 40)
    seen.length = 0
    network.start(2)
    network.deliverAll()
    expect(network.node(2).tip.height).toBe(48)
    const announced = seen.filter(({ from, message }) => from === 2 && message.kind === 'headers')
    expect(announced.length).toBeLessThanOrEqual(2)
  })

  test('the finder of a block waits for its disk, those who pass it on do not', () => {
    const { network, seen, mineNext } = started({
      nodes: 3,
      linked: (a, b) => Math.abs(a - b) === 1,
    })
    for (const host of network.hosts) host.diskStuck = true
    mineNext(0)
    network.deliverAll()
    expect(seen).toHaveLength(0)
    network.host(0).diskStuck = false
    network.host(0).sync()
    network.deliverAll()
    expect(network.node(2).tip.id).toBe(network.node(0).tip.id)
  })
})

describe('pushing (BIP152, high bandwidth)', () => {
  test('a peer that was first is asked to push, and its next block comes unasked', () => {
    const { network, kinds, mineNext } = started({ nodes: 2, parameters: { pushingPeers: 3 } })
    expect(network.node(0).pushTo).toEqual([1])
    mineNext(0)
    network.deliverAll()
    expect(kinds()).toEqual(['compactBlock'])
  })

  test('no more than three peers push: the one least recently of use is dismissed', () => {
    const { network, mineNext } = started({ nodes: 6, parameters: { pushingPeers: 3 } })
    for (const miner of [1, 2, 3, 4]) {
      mineNext(miner)
      network.deliverAll()
    }
    for (const node of network.living) {
      expect(node.pushing.length).toBeLessThanOrEqual(3)
      expect(new Set(node.pushing).size).toBe(node.pushing.length)
      for (const peer of node.pushing) {
        expect(network.node(peer).pushTo).toContain(node.host.self)
      }
    }
    expect(network.node(0).pushing).toEqual([2, 3, 4])
  })
})

describe('compact blocks', () => {
  /** Payments of the first coins, signed by node 0, which mined them. */
  function payments(network: ScriptedNetwork, count: number): Transaction[] {
    return Array.from({ length: count }, (_, i) => {
      const id = network.block(network.node(0).activeChain[i + 1] as Identifier).transactions[0]?.id
      return forgePayment(network, 0, [{ id: id as Identifier, index: 0 }], [{ to: 1, value: 9 }])
    })
  }

  function blockWith(network: ScriptedNetwork, transactions: readonly Transaction[]): Block {
    return forgeBranch(network, network.node(0).tip, [{ transactions }])[0] as Block
  }

  function push(network: ScriptedNetwork, block: Block, from: NodeId, to: NodeId): void {
    const compact = compactBlockOf(block, new Uint8Array(8))
    network.receive({ from, to, message: { kind: 'compactBlock', compact, padding: 0 } })
  }

  test('a block is put together from the pool', () => {
    const { network, kinds } = started({ nodes: 2 })
    const transactions = payments(network, 2)
    for (const transaction of transactions) network.node(1).acceptTransaction(transaction)
    const block = blockWith(network, transactions)
    push(network, block, 0, 1)
    network.deliverAll()
    expect(network.node(1).tip.id).toBe(block.id)
    expect(kinds()).not.toContain('getBlockTransactions')
    expect(network.node(1).pool.size).toBe(0)
  })

  test('transactions that lack are asked for', () => {
    const { network, kinds } = started({ nodes: 2 })
    const transactions = payments(network, 3)
    network.node(1).acceptTransaction(transactions[1] as Transaction)
    const block = blockWith(network, transactions)
    network.receive({ from: 1, to: 0, message: { kind: 'block', block, padding: 0 } })
    network.inFlight.length = 0
    push(network, block, 0, 1)
    network.deliverAll()
    expect(network.node(1).tip.id).toBe(block.id)
    expect(kinds()).toContain('blockTransactions')
    expect(network.node(1).requests.size).toBe(0)
  })

  test('where what is sent does not fit, the whole block is asked for', () => {
    const { network, seen } = started({ nodes: 2 })
    const transactions = payments(network, 2)
    const block = blockWith(network, transactions)
    network.receive({ from: 1, to: 0, message: { kind: 'block', block, padding: 0 } })
    network.inFlight.length = 0
    network.pass = (envelope) => {
      seen.push(envelope)
      const { from, to, message } = envelope
      if (message.kind !== 'blockTransactions') return envelope
      return { from, to, message: { ...message, transactions: transactions.slice(1) } }
    }
    push(network, block, 0, 1)
    network.deliverAll()
    expect(network.node(1).tip.id).toBe(block.id)
    const asked = seen.map(({ message }) => message).filter(({ kind }) => kind === 'getData')
    expect(asked).toEqual([{ kind: 'getData', blocks: [block.id], compact: false }])
    expect(network.node(1).misbehaving).toEqual([])
  })

  test('an answer that never comes is asked of somebody else', () => {
    const { network } = started({ nodes: 3 })
    const transactions = payments(network, 1)
    const block = blockWith(network, transactions)
    network.pass = (envelope) =>
      envelope.from === 0 && envelope.message.kind === 'blockTransactions' ? undefined : envelope
    push(network, block, 0, 1)
    network.receive({ from: 0, to: 2, message: { kind: 'block', block, padding: 0 } })
    network.deliverAll()
    network.advance(20_000_000)
    expect(network.node(1).tip.id).toBe(block.id)
    expect(network.node(1).requests.size).toBe(0)
  })
})

test('whoever asks for more transactions than a block has, or for one that it has not, is ignored', () => {
  for (const indexes of [[1], [0, 0]]) {
    const { network } = started({ nodes: 2 })
    const block = network.node(0).tip.id
    network.receive({ from: 1, to: 0, message: { kind: 'getBlockTransactions', block, indexes } })
    expect(network.node(0).misbehaving).toEqual([1])
  }
})

describe('the size of simulated blocks', () => {
  const bitcoin = { blockBytes: 535_000, compactBlockBytes: 18_000 }
  const paddingOf = (messages: readonly { message: NakamotoMessage }[]) =>
    messages.flatMap(({ message }) =>
      'padding' in message ? [[message.kind, message.padding]] : [],
    )

  test('a compact block weighs what it stands for, and nothing more if all was at hand', () => {
    const { network, seen, mineNext } = started({ nodes: 2, parameters: bitcoin })
    mineNext(0)
    network.deliverAll()
    expect(paddingOf(seen)).toEqual([['compactBlock', 18_000]])
  })

  test('the rest follows if it was not', () => {
    const parameters = { ...bitcoin, compactBlockUsage: 0 }
    const { network, seen, mineNext } = started({ nodes: 2, parameters })
    mineNext(0)
    network.deliverAll()
    expect(paddingOf(seen)).toEqual([
      ['compactBlock', 18_000],
      ['blockTransactions', 517_000],
    ])
    expect(network.tips()).toHaveLength(1)
  })

  test('whole blocks weigh what they stand for', () => {
    const { network, seen } = started({ nodes: 2, parameters: bitcoin })
    network.crash(1)
    network.mineChain(0, 3)
    seen.length = 0
    network.start(1)
    network.deliverAll()
    expect(paddingOf(seen)).toEqual(Array.from({ length: 3 }, () => ['block', 535_000]))
  })
})
