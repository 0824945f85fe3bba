import { describe, expect, test } from 'vitest'
import { type Checker, encode, type NodeId, type Output } from '../../model/index.ts'
import { nakamotoCheckers, nakamotoInvariants } from './nakamoto.invariants.ts'
import { Receipt } from './nakamoto.messages.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Block } from './rules/block.ts'
import { CoinSet } from './rules/coin-set.ts'
import type { Coin } from './rules/coins.ts'
import type { Identifier } from './rules/identifier.ts'
import { forgeBranch, forgePayment } from './testing/forged-blocks.ts'
import { ScriptedNetwork } from './testing/scripted-network.ts'

/** Fresh checkers, and events with running numbers, ten seconds apart. */
function watching(network: ScriptedNetwork, attackers: readonly NodeId[] = []) {
  const nodes = network.hosts.map(({ self }) => self)
  const byzantine = new Set(attackers)
  const checkers = nakamotoCheckers({ nodes, parameters: network.node(0).parameters, byzantine })
  let event = 0
  const moment = () => {
    event += 1
    return { event, timeMicros: event * 10_000_000 }
  }
  const each = (tell: (checker: Checker<Nakamoto>) => void) => {
    for (const checker of checkers) tell(checker)
  }
  return {
    recorded: (node: NodeId, record: unknown) => {
      const at = moment()
      each((checker) => checker.recorded?.(node, record, at))
    },
    output: (node: NodeId, output: Output) => {
      const at = moment()
      each((checker) => checker.output?.(node, output, at))
    },
    replied: (node: NodeId, sequence: number, receipt: Receipt) => {
      const at = moment()
      const outcome = { kind: 'done', result: encode(Receipt, receipt) } as const
      each((checker) => checker.replied?.(node, { client: 0, sequence }, outcome, at))
    },
    crashed: (node: NodeId) => {
      const at = moment()
      each((checker) => checker.crashed?.(node, at))
    },
    restarted: (node: NodeId) => {
      const at = moment()
      each((checker) => checker.restarted?.(node, network.node(node), at))
    },
    /** @param afterMicros how long after the last event */
    finished: (afterMicros = 0) => {
      const at = { event: event + 1, timeMicros: event * 10_000_000 + afterMicros }
      const living = new Map(network.living.map((node) => [node.host.self, node]))
      each((checker) => checker.finished?.(living, at))
    },
    broken: () =>
      checkers.flatMap(({ violation }) =>
        violation === undefined ? [] : [[violation.property, violation.message]],
      ),
  }
}

/** Tells the checkers of everything that nodes have recorded and put out so far. */
function tellAll(network: ScriptedNetwork, watch: ReturnType<typeof watching>): void {
  for (const { self, records } of network.hosts) {
    for (const record of records) watch.recorded(self, record)
  }
  for (const { node, output } of network.outputs) watch.output(node, output)
}

function withChain(nodes: number, blocks: number) {
  const network = new ScriptedNetwork({ nodes })
  network.mineChain(0, blocks)
  const watch = watching(network)
  return { network, watch }
}

test('an honest run breaks nothing', () => {
  const { network, watch } = withChain(3, 12)
  tellAll(network, watch)
  watch.finished()
  expect(watch.broken()).toEqual([])
})

describe('validity', () => {
  const rules: [string, RegExp, (network: ScriptedNetwork, parent: Nakamoto['tip']) => Block][] = [
    [
      'a wrong difficulty',
      /nBits/,
      (network, parent) => forge(network, parent, { bits: 0x1f00fffe }),
    ],
    ['a time that is past', /median/, (network, parent) => forge(network, parent, { time: 1 })],
    ['too much money', /pays out/, (network, parent) => forge(network, parent, { extra: 1 })],
    [
      'a coin from nowhere',
      /no coin/,
      (network, parent) => {
        const nowhere = { id: 'cd'.repeat(32), index: 0 }
        const transactions = [forgePayment(network, 0, [nowhere], [{ to: 1, value: 1 }])]
        return forge(network, parent, { transactions })
      },
    ],
  ]

  function forge(
    network: ScriptedNetwork,
    parent: Nakamoto['tip'],
    wish: NonNullable<Parameters<typeof forgeBranch>[2][number]>,
  ): Block {
    return forgeBranch(network, parent, [wish])[0] as Block
  }

  test.for(rules)('a node that adopts a block with %s is named', ([, message, make]) => {
    const { network, watch } = withChain(2, 8)
    tellAll(network, watch)
    watch.recorded(1, { kind: 'block', block: make(network, network.node(0).tip), active: true })
    const [[property, said] = []] = watch.broken()
    expect(property).toBe('validity')
    expect(said).toMatch(/^node 1 adopted block …[0-9a-f]{8} of height 9: /)
    expect(said).toMatch(message)
  })

  test('what is built on an invalid block is invalid too', () => {
    const { network, watch } = withChain(2, 2)
    tellAll(network, watch)
    const [bad, child] = forgeBranch(network, network.node(0).tip, [{ extra: 1 }, {}]) as [
      Block,
      Block,
    ]
    watch.recorded(0, { kind: 'block', block: bad, active: false })
    watch.recorded(0, { kind: 'block', block: child, active: false })
    expect(watch.broken()).toEqual([])
    watch.recorded(0, { kind: 'tip', block: child.id })
    expect(watch.broken()[0]?.[0]).toBe('validity')
  })

  test('a good block that is held invalid is named, unless by order', () => {
    const { network, watch } = withChain(2, 2)
    tellAll(network, watch)
    const block = network.node(0).tip.id
    watch.recorded(1, { kind: 'mark', block, as: 'invalid by order' })
    expect(watch.broken()).toEqual([])
    watch.recorded(1, { kind: 'mark', block, as: 'invalid' })
    expect(watch.broken()[0]?.[1]).toMatch(
      /^node 1 holds block …\w+ of height 2 invalid, which keeps/,
    )
  })
})

describe('common prefix', () => {
  const adopted = (tip: Identifier, height: number, disconnected: number, connected: string[]) =>
    ({ kind: 'adopted', tip, height, disconnected, connected }) as const
  const chain = (name: string, length: number) =>
    Array.from({ length }, (_, i) => `${name}${i + 1}`.padStart(64, '0'))

  function watchingTwo() {
    return watching(new ScriptedNetwork({ nodes: 2 }))
  }

  test('two chains may differ in five blocks, and not in six', () => {
    for (const [length, expected] of [
      [5, []],
      [6, ['common prefix']],
    ] as const) {
      const watch = watchingTwo()
      const [left, right] = [chain('a', length), chain('b', length)]
      watch.output(0, adopted(left.at(-1) as string, length, 0, left))
      watch.output(1, adopted(right.at(-1) as string, length, 0, right))
      expect(watch.broken().map(([property]) => property)).toEqual(expected)
    }
  })

  test('a block that was final at one node is not disconnected by another', () => {
    const watch = watchingTwo()
    const left = chain('a', 6)
    watch.output(1, adopted(left[0] as string, 1, 0, left.slice(0, 1)))
    watch.output(0, adopted(left[5] as string, 6, 0, left))
    expect(watch.broken()).toEqual([])
    watch.output(1, adopted('b', 1, 1, ['b']))
    expect(watch.broken()[0]?.[1]).toMatch(
      /^node 1 disconnected block …000000a1 of height 1, which had 6 confirmations at node 0$/,
    )
  })

  test('a fork that ends before the final blocks is forgotten', () => {
    const watch = watchingTwo()
    const left = chain('a', 5)
    const right = [...left.slice(0, 2), ...chain('b', 3)]
    watch.output(0, adopted(left[4] as string, 5, 0, left))
    watch.output(1, adopted(right[4] as string, 5, 0, right))
    const next = chain('c', 2)
    watch.output(0, adopted(next[1] as string, 7, 0, next))
    watch.output(1, adopted(next[1] as string, 7, 3, [...left.slice(2), ...next]))
    expect(watch.broken()).toEqual([])
  })

  test('a node that crashed may come back with less, but not with something else', () => {
    const { network, watch } = withChain(2, 8)
    tellAll(network, watch)
    watch.crashed(1)
    network.crash(1)
    network.host(1).records.length = 3
    network.host(1).durable = 3
    network.start(1)
    watch.restarted(1)
    expect(watch.broken()).toEqual([])
    network.crash(1)
    network.host(1).records.length = 0
    network.start(1)
    const other = forgeBranch(network, network.node(1).tip, [{ salt: 1 }])[0] as Block
    network.receive({ from: 0, to: 1, message: { kind: 'block', block: other, padding: 0 } })
    watch.recorded(0, { kind: 'block', block: other, active: false })
    watch.restarted(1)
    expect(watch.broken()[0]?.[1]).toMatch(/^at height 1 node 1 has block /)
  })
})

describe('most work', () => {
  test('a node that stays on less work is named when the next block comes, or at the end', () => {
    const { network, watch } = withChain(2, 3)
    tellAll(network, watch)
    const branch = forgeBranch(network, network.node(0).tip.ancestor(2), [{ salt: 1 }, { salt: 1 }])
    for (const block of branch) watch.recorded(1, { kind: 'block', block, active: false })
    expect(watch.broken()).toEqual([])
    watch.finished()
    expect(watch.broken()[0]).toEqual([
      'most work',
      expect.stringMatching(
        /^node 1 stays on block …\w+ of height 3, though it has block …\w+ of height 4 with more work$/,
      ),
    ])
  })

  test('not if it was ordered to, nor if that branch is invalid', () => {
    const { network, watch } = withChain(2, 3)
    tellAll(network, watch)
    const parent = network.node(0).tip.ancestor(2)
    const bad = forgeBranch(network, parent, [{ salt: 1, extra: 1 }, { salt: 1 }])
    for (const block of bad) watch.recorded(0, { kind: 'block', block, active: false })
    const good = forgeBranch(network, parent, [{ salt: 2 }, { salt: 2 }])
    watch.recorded(1, { kind: 'mark', block: good[0]?.id, as: 'invalid by order' })
    for (const block of good) watch.recorded(1, { kind: 'block', block, active: false })
    watch.finished()
    expect(watch.broken()).toEqual([])
  })
})

describe('money', () => {
  test('a coin that is gone, or is another than its chain made, is named', () => {
    for (const tamper of [
      (coins: Map<string, Coin>, [name]: [string, Coin]) => coins.delete(name),
      (coins: Map<string, Coin>, [name, coin]: [string, Coin]) =>
        coins.set(name, { ...coin, value: coin.value + 1 }),
      (coins: Map<string, Coin>, [name, coin]: [string, Coin]) => {
        coins.delete(name)
        coins.set(`${'ee'.repeat(32)}:0`, coin)
      },
    ]) {
      const { network, watch } = withChain(2, 4)
      tellAll(network, watch)
      const coins = new Map(network.node(1).coins.table)
      tamper(coins, [...coins][1] as [string, Coin])
      network.node(1).coins = CoinSet.of(coins)
      watch.finished()
      expect(watch.broken()[0]?.[0]).toBe('conservation of money')
    }
  })
})

describe('final payments', () => {
  function paid() {
    const { network, watch } = withChain(2, 8)
    const coin = {
      id: network.block(network.node(0).activeChain[1] as Identifier).transactions[0]
        ?.id as Identifier,
      index: 0,
    }
    const [first, second] = [1, 2].map((value) =>
      forgePayment(network, 0, [coin], [{ to: 1, value }]),
    ) as [ReturnType<typeof forgePayment>, ReturnType<typeof forgePayment>]
    tellAll(network, watch)
    const parent = network.node(0).tip
    const blocks = [first, second].map(
      (transaction) => forgeBranch(network, parent, [{ transactions: [transaction] }])[0] as Block,
    )
    for (const block of blocks) watch.recorded(0, { kind: 'block', block, active: false })
    const said = () =>
      watch.broken().find(([property]) => property === 'no double spend among final payments')?.[1]
    return { network, watch, said, first, second, blocks: blocks as [Block, Block] }
  }

  test('two that spend one coin', () => {
    const { watch, said, first, second, blocks } = paid()
    watch.recorded(0, { kind: 'payment', request: '0/1', transaction: first })
    watch.recorded(1, { kind: 'payment', request: '0/2', transaction: second })
    watch.replied(0, 1, { block: blocks[0].id, height: 9 })
    expect(said()).toBeUndefined()
    watch.replied(1, 2, { block: blocks[1].id, height: 9 })
    expect(said()).toMatch(/both spend [0-9a-f]{64}:0$/)
  })

  test('one that is not in the block that the client was told', () => {
    const { watch, said, first, blocks } = paid()
    watch.recorded(0, { kind: 'payment', request: '0/1', transaction: first })
    watch.replied(0, 1, { block: blocks[1].id, height: 9 })
    expect(said()).toMatch(/which does not contain it$/)
  })

  test('one whose block is in no chain at the end', () => {
    const { network, watch, said, first, blocks } = paid()
    watch.recorded(0, { kind: 'payment', request: '0/1', transaction: first })
    watch.replied(0, 1, { block: blocks[0].id, height: 9 })
    network.mineChain(1, 6)
    watch.finished()
    expect(said()).toMatch(/ of height 9, but node 0 has …[0-9a-f]{8} there$/)
  })
})

describe('liveness', () => {
  test('a chain that stopped growing is named, if there are miners', () => {
    const spacings = 10_000_000
    for (const [miners, gap, expected] of [
      [2, 59, []],
      [2, 70, ['chain growth']],
      [0, 70, []],
    ] as const) {
      const network = new ScriptedNetwork({ nodes: 2, parameters: { miners } })
      const watch = watching(network)
      watch.finished(gap * spacings)
      expect(watch.broken().map(([property]) => property)).toEqual(expected)
    }
  })

  test('a node that ends on another chain is named, unless it has just restarted', () => {
    const { network, watch } = withChain(3, 3)
    network.pass = ({ from, to, message }) =>
      from === 2 || to === 2 ? undefined : { from, to, message }
    network.mineChain(0, 8)
    tellAll(network, watch)
    watch.restarted(2)
    watch.finished(100_000_000)
    expect(watch.broken()).toEqual([])
    watch.finished(200_000_000)
    expect(watch.broken().find(([property]) => property === 'convergence')?.[1]).toMatch(
      /^node 2 ends on block …\w+ of height 3, off the chain on which node [01] has reached height 11$/,
    )
  })

  test('a miner that is shut out is named', () => {
    const { network, watch } = withChain(2, 1)
    const { activeChain } = network.node(0)
    for (let i = 0; i < 50; i += 1) {
      watch.output(0, {
        kind: 'mined',
        block: i === 0 ? (activeChain[1] as string) : `kept ${i}`,
        height: 1,
      })
      watch.output(1, { kind: 'mined', block: `lost ${i}`, height: 1 })
      activeChain.push(`kept ${i}`)
    }
    watch.finished()
    expect(watch.broken()).toContainEqual([
      'chain quality',
      'of the 50 blocks that node 1 found 0 are in the best chain, and of all 50 of all 100',
    ])
  })

  test.each([
    [52, 48, false],
    [48, 52, true],
  ])('%d blocks of honest nodes and %d of an attacker: broken is %s', (honest, own, isBroken) => {
    const network = new ScriptedNetwork({ nodes: 2, verifyFold: false })
    network.mineChain(0, honest)
    network.mineChain(1, own)
    // Nothing that the attacker does is shown: its blocks are known from the honest node's chain.
    const watch = watching(network, [1])
    for (const record of network.host(0).records) watch.recorded(0, record)
    watch.finished()
    const [, said] = watch.broken().find(([property]) => property === 'chain quality') ?? []
    expect(said).toBe(
      isBroken ? `of the 100 blocks of the best chain ${own} are the attackers'` : undefined,
    )
  })

  test('a short chain says nothing about attackers', () => {
    const network = new ScriptedNetwork({ nodes: 2 })
    network.mineChain(1, 20)
    const watch = watching(network, [1])
    for (const record of network.host(0).records) watch.recorded(0, record)
    watch.finished()
    expect(watch.broken().map(([property]) => property)).not.toContain('chain quality')
  })
})

describe('at every moment', () => {
  const broken = (network: ScriptedNetwork) => {
    const nodes = new Map(network.living.map((node) => [node.host.self, node]))
    return nakamotoInvariants.filter((one) => one.broken(nodes)).map(({ property }) => property)
  }

  test('invariants hold, and see what is tampered with', () => {
    const { network } = withChain(2, 8)
    expect(broken(network)).toEqual([])
    network.node(0).coins = CoinSet.of(new Map())
    expect(broken(network)).toEqual(['conservation of money'])
  })

  test('chains that differ below their last five blocks', () => {
    const network = new ScriptedNetwork({ nodes: 2 })
    network.pass = () => undefined
    network.mineChain(0, 6)
    network.mineChain(1, 1)
    expect(broken(network)).toEqual(['common prefix'])
  })

  test('a tip with less work than another block that is there', () => {
    const { network } = withChain(2, 3)
    const node = network.node(0)
    node.disconnect(node.tip)
    expect(broken(network)).toContain('chains are unbroken')
    node.apply({ kind: 'tip', block: node.activeChain.at(-1) as Identifier })
    expect(broken(network)).toEqual(['most work'])
  })
})
