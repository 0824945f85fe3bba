import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Experiment, planOf } from '../../experiments/index.ts'
import { decode, encode, type NodeId, parameterValues } from '../../model/index.ts'
import { nakamotoInvariants } from './nakamoto.invariants.ts'
import { NakamotoMessage, NakamotoRecord } from './nakamoto.messages.ts'
import { nakamotoParameters } from './nakamoto.parameters.ts'
import { expectedHashes, initialHashesPerSecond, nakamoto } from './nakamoto.protocol.ts'
import type { Nakamoto } from './nakamoto.ts'
import { RandomSchedule } from './testing/random-schedule.ts'
import { ScriptedNetwork } from './testing/scripted-network.ts'

/** What is broken now, if anything. */
function broken(nodes: ReadonlyMap<NodeId, Nakamoto>): string[] {
  return nakamotoInvariants.flatMap((invariant) => {
    const found = invariant.broken(nodes)
    return found === undefined ? [] : [`${invariant.property}: ${found.message}`]
  })
}

describe('whatever happens, in whatever order', () => {
  test('durable fields are the fold of the records, invariants hold, and in the end all agree', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom<'shared' | 'own' | 'forgetful'>('shared', 'own', 'forgetful'),
        fc.boolean(),
        (seed, arenas, encoded) => {
          const schedule = new RandomSchedule({ seed, nodes: 4, arenas, encoded })
          for (let i = 0; i < 300; i += 1) {
            schedule.step()
            if (i % 20 === 0) expect(broken(schedule.living())).toEqual([])
          }
          schedule.heal()
          expect(schedule.network.tips()).toHaveLength(1)
          expect(broken(schedule.living())).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  test('all coins come back by undo: disconnecting a whole chain leaves nothing', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const schedule = new RandomSchedule({ seed, nodes: 3, arenas: 'shared', encoded: false })
        for (let i = 0; i < 200; i += 1) schedule.step()
        schedule.heal()
        const node = schedule.network.node(0)
        for (let end = node.tip; end.parent !== undefined; end = end.parent) {
          node.disconnect(end)
          expect(
            broken(new Map([[0, node]])).filter((one) => one.startsWith('conservation')),
          ).toEqual([])
        }
        expect(node.coins.size).toBe(0)
        expect(node.ownCoins.size).toBe(0)
      }),
      { numRuns: 15 },
    )
  })
})

test('passing messages by reference, frozen or through their codec is the same', () => {
  const hashes = ['reference', 'frozen', 'encoded'].map((passing) => {
    const experiment = new Experiment(
      planOf({
        protocol: 'nakamoto',
        nodes: 8,
        network: 'bitcoin',
        for: '300s',
        workload: 'payments',
        clients: 4,
        chaos: true,
        passing,
        parameters: { targetSpacingSeconds: 5, pushingPeers: 2 },
      }),
    )
    while (!experiment.advance(10_000));
    const { verdict, traceHash } = experiment.report(0)
    expect(verdict).toBe('held')
    return traceHash
  })
  expect(new Set(hashes).size).toBe(1)
})

test('a state that was encoded and decoded goes on as before', () => {
  const network = new ScriptedNetwork({ nodes: 3 })
  network.mineChain(0, 8)
  network.ask(0, { kind: 'pay', to: 1, amount: 5, fee: 5 })
  const node = network.node(0)
  const copied = network.node(1)
  const { state } = nakamoto.node
  expect(state.equal(node as never, node as never)).toBe(true)
  expect(state.equal(node as never, copied as never)).toBe(false)
  expect(state.hash(0, node as never)).not.toBe(state.hash(0, copied as never))
  const view = state.view(node as never)
  expect(Object.keys(view)).toContain('activeChain')
})

test('every message and record that passes has one encoding', () => {
  const network = new ScriptedNetwork({ nodes: 3, parameters: { pushingPeers: 3 } })
  const kinds = new Set<string>()
  network.pass = (envelope) => {
    const bytes = encode(NakamotoMessage, envelope.message)
    const message = decode(NakamotoMessage, bytes)
    expect(NakamotoMessage.equal(message, envelope.message)).toBe(true)
    expect(NakamotoMessage.hash(0, message)).toBe(NakamotoMessage.hash(0, envelope.message))
    expect(bytes).toHaveLength(NakamotoMessage.size(envelope.message))
    kinds.add(message.kind)
    return { ...envelope, message }
  }
  network.mineChain(0, 8)
  network.ask(0, { kind: 'pay', to: 1, amount: 5, fee: 5 })
  network.deliverAll()
  network.mineChain(1, 3)
  network.crash(2)
  network.mineChain(0, 3)
  network.start(2)
  network.deliverAll()
  expect(network.tips()).toHaveLength(1)
  for (const kind of ['hello', 'getHeaders', 'headers', 'getData', 'block', 'compactBlock']) {
    expect(kinds).toContain(kind)
  }
  for (const kind of ['sendCompact', 'inventory', 'getTransactions', 'transaction']) {
    expect(kinds).toContain(kind)
  }
  for (const record of network.host(0).records) {
    expect(
      NakamotoRecord.equal(decode(NakamotoRecord, encode(NakamotoRecord, record)), record),
    ).toBe(true)
  }
})

describe('the declaration', () => {
  test('the expected hashes of a difficulty are the inverse of the chance of one', () => {
    expect(expectedHashes(0x1d00ffff)).toBe(4_295_032_833)
    expect(expectedHashes(0x207fffff)).toBe(2)
    expect(expectedHashes(0x1f00ffff)).toBe(65_537)
  })

  test('the hash power to start with finds a block in every target spacing', () => {
    const parameters = parameterValues(nakamotoParameters, { chain: 2, targetSpacingSeconds: 600 })
    expect(initialHashesPerSecond(parameters)).toBeCloseTo(4_295_032_833 / 600, 3)
  })

  test('a chain that is none, and a spacing that no clock has, are refused in one line', () => {
    const make = (given: { readonly [name: string]: number }) => () =>
      initialHashesPerSecond(parameterValues(nakamotoParameters, given))
    expect(make({ chain: 1.5 })).toThrow('parameter chain is 1.5: it must be a whole number')
    expect(make({ targetSpacingSeconds: 1.5 })).toThrow(/whole number of seconds/)
  })

  test('it says what happens', () => {
    const network = new ScriptedNetwork({ nodes: 4 })
    const said = () =>
      nakamoto.narrate(
        new Map(network.hosts.flatMap(({ self, node }) => (node ? [[self, node]] : []))),
      )
    expect(said()).toBe('The chain has only its first block yet: the miners search.')
    network.mineChain(0, 3)
    expect(said()).toBe(
      'All 4 nodes agree on the chain up to block 3; the miners search for the next.',
    )
    network.now += 10_000_000
    network.mine(0)
    expect(said()).toBe('Block 4 is on its way: 1 of 4 nodes have it.')
    network.mine(1)
    expect(said()).toMatch(
      /^The chain forks after block 3, node [01] is on a branch of one block, node [01] is on one of one block: equal work, so the next block decides\.$/,
    )
    network.mine(2)
    network.mine(2)
    expect(said()).toMatch(/^The chain forks after block 3, node 2 is on a branch of 2 blocks, /)
    for (const id of [0, 1, 2, 3]) network.crash(id)
    expect(said()).toBe('Every node is down.')
  })
})
