import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../model/index.ts'
import type { NakamotoMessage } from './nakamoto.messages.ts'
import type { Block } from './rules/block.ts'
import { BlockHeader } from './rules/header.ts'
import { downloadWindow, maximumHeaders, maximumInFlight } from './synchronisation.ts'
import { forgeBranch } from './testing/forged-blocks.ts'
import { type Envelope, ScriptedNetwork } from './testing/scripted-network.ts'

/** Messages pass only between nodes of one group. */
function split(network: ScriptedNetwork, ...groups: NodeId[][]): void {
  const groupOf = (node: NodeId) => groups.findIndex((group) => group.includes(node))
  network.pass = (envelope) =>
    groupOf(envelope.from) === groupOf(envelope.to) ? envelope : undefined
}

function heal(network: ScriptedNetwork): void {
  network.pass = (envelope) => envelope
}

function watch(network: ScriptedNetwork, see: (envelope: Envelope) => void): void {
  network.pass = (envelope) => {
    see(envelope)
    return envelope
  }
}

const staleTip = 30_000_000

describe('catching up', () => {
  test('a node that starts late gets 5,000 blocks, headers first, from all its peers, within the bounds', () => {
    const network = new ScriptedNetwork({ nodes: 4, arenas: 'shared', verifyFold: false })
    network.deliverAll()
    network.crash(3)
    network.mineChain(0, 5_000)
    const asked = new Map<NodeId, number>()
    let headersMessages = 0
    watch(network, ({ from, to, message }) => {
      if (message.kind === 'getData' && from === 3) {
        asked.set(to, (asked.get(to) ?? 0) + message.blocks.length)
        const { peers, activeChain, headers } = network.node(3)
        for (const { inFlight } of peers) expect(inFlight).toBeLessThanOrEqual(maximumInFlight)
        const highest = Math.max(...message.blocks.map((id) => network.node(3).entry(id).height))
        expect(highest).toBeLessThanOrEqual(activeChain.length + downloadWindow)
        expect(headers.size).toBeGreaterThan(0)
      }
      if (message.kind === 'headers' && to === 3) {
        headersMessages += 1
        expect(message.headers.length).toBeLessThanOrEqual(maximumHeaders)
      }
      if (message.kind === 'getHeaders') expect(message.locator.length).toBeLessThan(40)
    })
    network.start(3)
    network.deliverAll()
    expect(network.node(3).activeChain).toEqual(network.node(0).activeChain)
    expect(network.node(3).coins).toBe(network.node(0).coins)
    expect(headersMessages).toBeLessThan(20)
    const shares = [0, 1, 2].map((peer) => asked.get(peer) ?? 0)
    expect(shares.reduce((sum, share) => sum + share)).toBe(5_000)
    // One peer was asked for headers; the others showed by their tips that they have the blocks too.
    for (const share of shares) expect(share).toBeGreaterThan(500)
    const { requests, headers, early } = network.node(3)
    expect([requests.size, headers.size, early.size]).toEqual([0, 0, 0])
  })

  test('no more headers are held than allowed, and all blocks come nevertheless', () => {
    const parameters = { headersAhead: 2_000 }
    const network = new ScriptedNetwork({
      nodes: 2,
      arenas: 'shared',
      verifyFold: false,
      parameters,
    })
    network.deliverAll()
    network.crash(1)
    network.mineChain(0, 5_000)
    let most = 0
    watch(network, () => {
      most = Math.max(most, network.node(1).headers.size)
    })
    network.start(1)
    network.deliverAll()
    expect(network.node(1).tip.height).toBe(5_000)
    expect(most).toBeLessThanOrEqual(3_000)
  })

  test.for([
    ['the one that knows less', 1],
    ['the one that knows more', 0],
  ] as const)('it does not matter who greets whom: %s alone says hello', ([, greeter]) => {
    const network = new ScriptedNetwork({ nodes: 2 })
    split(network, [0], [1])
    network.mineChain(0, 20)
    heal(network)
    const tip = network.node(greeter).tip.header
    const message: NakamotoMessage = { kind: 'hello', tip, answer: true }
    network.receive({ from: greeter, to: 1 - greeter, message })
    network.deliverAll()
    expect(network.node(1).activeChain).toEqual(network.node(0).activeChain)
  })

  test('a peer that answers nothing is not asked again while another has the blocks', () => {
    const network = new ScriptedNetwork({ nodes: 3 })
    network.deliverAll()
    network.crash(2)
    network.mineChain(0, 100)
    const asked: NodeId[] = []
    network.pass = (envelope) => {
      const { from, to, message } = envelope
      if (message.kind === 'getData') asked.push(to)
      // Node 0 speaks of its blocks and never sends one.
      return from === 0 && (message.kind === 'block' || message.kind === 'compactBlock')
        ? undefined
        : envelope
    }
    network.start(2)
    network.deliverAll()
    expect(asked).toContain(0)
    network.advance(20 * 5_000_000)
    expect(network.node(2).tip.height).toBe(100)
    const before = asked.length
    network.mineChain(1, 3)
    network.advance(60_000_000)
    expect(asked.slice(before)).not.toContain(0)
    expect(network.node(2).tip.height).toBe(103)
  })

  test('headers that get lost are asked for again', () => {
    const network = new ScriptedNetwork({ nodes: 3 })
    split(network, [0, 1], [2])
    network.mineChain(0, 50)
    let lost = 0
    network.pass = (envelope) => {
      if (envelope.message.kind !== 'headers' || envelope.message.headers.length < 2)
        return envelope
      lost += 1
      return lost < 3 ? undefined : envelope
    }
    network.mineChain(0, 1)
    expect(network.node(2).tip.height).toBe(0)
    network.advance(60_000_000)
    expect(lost).toBe(3)
    expect(network.node(2).tip.height).toBe(51)
  })

  test('a peer that has not what it spoke of is not asked for it until it speaks again', () => {
    const network = new ScriptedNetwork({ nodes: 2, parameters: { miners: 0 } })
    network.deliverAll()
    network.now = 1_000_000_000
    const [block] = forgeBranch(network, network.node(0).tip, [{}]) as [Block]
    const headers: NakamotoMessage = { kind: 'headers', headers: [block.header] }
    const asked: NakamotoMessage[] = []
    watch(network, ({ message }) => asked.push(message))
    network.receive({ from: 1, to: 0, message: headers })
    network.deliverAll()
    expect(asked.map(({ kind }) => kind)).toEqual(['getData', 'notFound'])
    network.advance(10_000_000)
    expect(network.node(0).requests.size).toBe(0)
    network.receive({ from: 1, to: 0, message: headers })
    network.receive({ from: 1, to: 0, message: { kind: 'block', block, padding: 0 } })
    expect(network.node(0).tip.id).toBe(block.id)
  })
})

describe('after a partition', () => {
  test('nodes agree on the side with more work at the next block', () => {
    const network = new ScriptedNetwork({ nodes: 5 })
    network.mineChain(0, 3)
    split(network, [0, 1], [2, 3, 4])
    network.mineChain(0, 4)
    network.mineChain(2, 6)
    expect(network.tips()).toHaveLength(2)
    heal(network)
    network.mineChain(3, 1)
    expect(network.tips()).toHaveLength(1)
    expect(network.node(0).activeChain).toContain(network.node(2).activeChain[9])
  })

  test('nodes agree though nobody finds another block', () => {
    const network = new ScriptedNetwork({ nodes: 5 })
    network.mineChain(0, 3)
    split(network, [0, 1], [2, 3, 4])
    network.mineChain(0, 4)
    network.mineChain(2, 6)
    heal(network)
    network.deliverAll()
    expect(network.tips()).toHaveLength(2)
    network.advance(2 * staleTip)
    expect(network.tips()).toEqual([network.node(2).tip.id])
  })

  test('nodes agree over a graph, where no two sides are linked everywhere', () => {
    const ring = (left: NodeId, right: NodeId) => [1, 5].includes(Math.abs(left - right))
    const network = new ScriptedNetwork({ nodes: 6, linked: ring })
    network.mineChain(0, 2)
    split(network, [0, 1, 2], [3, 4, 5])
    network.mineChain(1, 3)
    network.mineChain(4, 5)
    heal(network)
    network.advance(3 * staleTip)
    expect(network.tips()).toEqual([network.node(4).tip.id])
  })
})

describe('peers that misbehave', () => {
  function listener() {
    const network = new ScriptedNetwork({ nodes: 3, parameters: { miners: 0 } })
    network.deliverAll()
    network.now = 1_000_000_000
    const node = network.node(0)
    const say = (message: NakamotoMessage) => {
      network.receive({ from: 1, to: 0, message })
      network.deliverAll()
    }
    return { network, node, say }
  }

  test.for<[string, (network: ScriptedNetwork, header: BlockHeader) => BlockHeader]>([
    ['no work done for it', (_, header) => new BlockHeader({ ...fields(header), nonce: 77 })],
    [
      'another difficulty',
      (network, header) => network.work(altered(header, { bits: 0x1f00fffe })),
    ],
    [
      'a time not after the median',
      (network, header) => network.work(altered(header, { time: 0 })),
    ],
    ['an old version', (network, header) => network.work(altered(header, { version: 3 }))],
  ])('a header with %s: its sender is ignored from then on', ([, make]) => {
    const { network, node, say } = listener()
    const [block, next] = forgeBranch(network, node.tip, [{}, {}]) as [Block, Block]
    say({ kind: 'headers', headers: [make(network, block.header)] })
    expect(node.misbehaving).toEqual([1])
    say({ kind: 'block', block, padding: 0 })
    say({ kind: 'block', block: next, padding: 0 })
    expect(node.tip.height).toBe(0)
    expect(node.headers.size).toBe(0)
  })

  test('a locator or a list longer than allowed', () => {
    const id = 'ab'.repeat(32)
    const many = (count: number) => Array.from({ length: count }, () => id)
    const messages: NakamotoMessage[] = [
      { kind: 'getHeaders', locator: many(102) },
      { kind: 'getHeaders', locator: [] },
      { kind: 'getData', blocks: many(17), compact: false },
      { kind: 'inventory', transactions: many(50_001) },
      { kind: 'getTransactions', transactions: many(50_001) },
    ]
    for (const message of messages) {
      const { node, say } = listener()
      say(message)
      expect(node.misbehaving, message.kind).toEqual([1])
    }
  })

  test('what an ignored peer was asked for is asked of another', () => {
    const { network, node } = listener()
    const [block] = forgeBranch(network, node.tip, [{}]) as [Block]
    const sent: Envelope[] = []
    network.pass = (envelope) => {
      sent.push(envelope)
      return undefined
    }
    for (const from of [1, 2]) {
      network.receive({ from, to: 0, message: { kind: 'headers', headers: [block.header] } })
    }
    network.deliverAll()
    network.receive({ from: 1, to: 0, message: { kind: 'getHeaders', locator: [] } })
    network.deliverAll()
    const asked = sent.filter(({ message }) => message.kind === 'getData').map(({ to }) => to)
    expect(asked).toEqual([1, 2])
  })

  test('a block of less work, or far ahead, is not stored unless it was asked for', () => {
    const { network, node, say } = listener()
    const main = forgeBranch(network, node.tip, [{}, {}]) as [Block, Block]
    for (const block of main) say({ kind: 'block', block, padding: 0 })
    const [side] = forgeBranch(network, node.tip.ancestor(0), [{ salt: 1 }]) as [Block]
    say({ kind: 'block', block: side, padding: 0 })
    expect(node.sideBlocks.has(side.id)).toBe(false)
    expect(node.headers.has(side.id)).toBe(true)
    expect(node.misbehaving).toEqual([])
  })

  test('headers whose blocks are withheld do not keep a node from passing others on', () => {
    const network = new ScriptedNetwork({ nodes: 3, linked: (a, b) => Math.abs(a - b) === 1 })
    network.deliverAll()
    const withheld = forgeBranch(network, network.node(1).tip, [{}, {}, {}])
    const headers = withheld.map(({ header }) => header)
    network.receive({ from: 0, to: 1, message: { kind: 'headers', headers } })
    expect(network.node(1).headers.size).toBe(3)
    network.mineChain(0, 1)
    expect(network.node(2).tip.id).toBe(network.node(0).tip.id)
  })

  test('somebody who is no peer is not listened to', () => {
    const network = new ScriptedNetwork({ nodes: 3, linked: (a, b) => a + b !== 2 })
    network.deliverAll()
    network.now = 1_000_000_000
    const [block] = forgeBranch(network, network.node(0).tip, [{}]) as [Block]
    network.receive({ from: 2, to: 0, message: { kind: 'block', block, padding: 0 } })
    expect(network.node(0).tip.height).toBe(0)
  })

  test('headers of side branches are forgotten where there are too many', () => {
    const { network, node } = listener()
    const main = forgeBranch(
      network,
      node.tip,
      Array.from({ length: 3 }, () => ({})),
    )
    const side = forgeBranch(
      network,
      node.tip,
      Array.from({ length: 2 }, () => ({ salt: 1 })),
    )
    for (const branch of [main, side]) {
      network.receive({
        from: 1,
        to: 0,
        message: { kind: 'headers', headers: branch.map(({ header }) => header) },
      })
    }
    expect(node.headers.size).toBe(5)
    node.forgetSideBranches()
    expect([...node.headers.keys()]).toEqual(main.map(({ id }) => id))
  })
})

test('a node that restarts is asked again for what it was asked before', () => {
  const network = new ScriptedNetwork({ nodes: 2, parameters: { miners: 1 } })
  network.deliverAll()
  network.now += 10_000_000
  network.mine(0)
  network.receive(network.inFlight.shift() as Envelope)
  network.inFlight.length = 0
  expect(network.node(1).requests.size).toBe(1)
  network.crash(0)
  network.start(0)
  heal(network)
  network.deliverAll()
  expect(network.node(1).tip.height).toBe(1)
})

function fields({ version, previous, merkleRoot, time, bits, nonce }: BlockHeader) {
  return { version, previous, merkleRoot, time, bits, nonce }
}

function altered(header: BlockHeader, change: Partial<ReturnType<typeof fields>>): BlockHeader {
  return new BlockHeader({ ...fields(header), ...change })
}
