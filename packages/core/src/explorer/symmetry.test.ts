import { describe, expect, test } from 'vitest'
import { type AnyNode, bytes, type Invariant, machine, nodeSet, union } from '../model/index.ts'
import { benOr } from '../protocols/ben-or/ben-or.protocol.ts'
import type { BenOr } from '../protocols/ben-or/ben-or.ts'
import { paxos } from '../protocols/paxos/paxos.protocol.ts'
import { raft } from '../protocols/raft/raft.protocol.ts'
import { type ExploreOptions, explore, type HistoryVariable, replay } from './index.ts'
import { referenceModels } from './models/reference-models.ts'
import { GossipChain } from './testing/gossip-chain.ts'
import { countOrbits } from './testing/orbits.ts'
import { atMostOneElected, Throws, Vote, VotesTwice } from './testing/vote.ts'

const vote = { nodeClass: Vote, invariants: [atMostOneElected] }
const managers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const twoPhaseCommit = (count: number): ExploreOptions => {
  const model = referenceModels.find(({ name }) => name === 'two-phase-commit')
  if (!model) throw new Error('no model of two-phase commit')
  return model.options({ managers: count })
}
/** A bit for each node, all by one client's request, so that they differ in nothing else. */
const bits = (...values: readonly number[]) => ({
  protocol: benOr,
  nodes: values.length,
  commands: values.map((bit, node) => ({
    node,
    command: { kind: 'propose', value: Uint8Array.of(48 + bit) },
    request: { client: 0, sequence: 1 },
  })),
})

const firstRound = (nodes: ReadonlyMap<number, AnyNode>): boolean =>
  [...nodes.values()].every((node) => (node as unknown as BenOr).round <= 1)

describe('the states of a world are as many as its orbits', () => {
  test.for<[string, ExploreOptions, readonly number[]]>([
    ['three candidates', { ...vote, nodes: 3, bounds: { timeouts: 3 } }, [0, 1, 2]],
    ['a crash', { ...vote, nodes: 3, bounds: { timeouts: 2, crashes: 1 } }, [0, 1, 2]],
    [
      'disks that take their time',
      { ...vote, nodes: 3, bounds: { timeouts: 2, crashes: 1 }, disk: 'asynchronous' },
      [0, 1, 2],
    ],
    [
      'a loss and a duplicate',
      { ...vote, nodes: 3, bounds: { timeouts: 2, losses: 1, duplications: 1 } },
      [0, 1, 2],
    ],
    [
      'four nodes, of which two are interchangeable',
      { ...vote, nodes: 4, bounds: { timeouts: 2 } },
      [1, 3],
    ],
    [
      'all messages consumed',
      { ...vote, nodes: 3, bounds: { timeouts: 2 }, ignored: 'consumed' },
      [0, 1, 2],
    ],
    [
      'messages that stay',
      { ...vote, nodes: 3, bounds: { timeouts: 2 }, network: 'set' },
      [0, 1, 2],
    ],
    [
      'a command for anybody',
      { ...vote, nodes: 3, bounds: { timeouts: 1 }, commands: [{ command: { kind: 'stand' } }] },
      [0, 1, 2],
    ],
    [
      'an election of Raft',
      { protocol: raft, nodes: 3, bounds: { timeouts: { election: 1 }, crashes: 1 } },
      [0, 1, 2],
    ],
    ['Ben-Or, one round, two of one mind', { ...bits(0, 1, 1), constraint: firstRound }, [1, 2]],
    ['Ben-Or, one round, all of one mind', { ...bits(1, 1, 1), constraint: firstRound }, [0, 1, 2]],
    ['three resource managers', twoPhaseCommit(3), managers(3)],
    ['four resource managers', twoPhaseCommit(4), managers(4)],
  ] as [string, ExploreOptions, readonly number[]][])('%s', ([, options, nodes]) => {
    const { orbits, states } = countOrbits(options, nodes)
    const { uniqueStates } = explore({ ...options, symmetry: nodes })
    expect(explore(options).uniqueStates).toBe(states)
    expect(uniqueStates).toBe(orbits)
  })
})

describe('known counts', () => {
  test('two-phase commit with five resource managers has 8,832 states in 314 orbits', () => {
    const found = explore({ ...twoPhaseCommit(5), symmetry: managers(5) })
    expect(found).toMatchObject({ uniqueStates: 314, complete: true, symmetry: { group: 120 } })
    expect(found.sometimes.map(({ depth }) => depth)).toEqual(
      explore(twoPhaseCommit(5)).sometimes.map(({ depth }) => depth),
    )
  })

  test('Raft with three servers and two election timeouts has 287,995 states in 48,011 orbits', () => {
    const options = { protocol: raft, nodes: 3, bounds: { timeouts: { election: 2 } } }
    expect(explore({ ...options, symmetry: 'nodes' })).toMatchObject({
      verdict: 'held',
      complete: true,
      uniqueStates: 48_011,
      depth: 21,
      symmetry: { group: 6 },
    })
  })
})

describe('the group', () => {
  const asks = (...nodes: readonly number[]) =>
    nodes.map((node) => ({ node, command: { kind: 'stand' } }))
  test.for<[string, Partial<ExploreOptions>, number]>([
    ['keeps commands', { commands: asks(1) }, 2],
    ['exchanges commands with their nodes', { commands: asks(0, 1) }, 2],
    ['is all of it where all are asked', { commands: asks(0, 1, 2) }, 6],
    ['keeps twins', { twins: [{ node: 0, second: [] }] }, 2],
    ['keeps what twins see', { twins: [{ node: 0, second: [1] }] }, 1],
    ['is made of those named', { symmetry: [2, 0] }, 2],
  ])('%s', ([, options, group]) => {
    const found = explore({ ...vote, nodes: 3, symmetry: 'nodes', ...options } as ExploreOptions)
    expect(found.symmetry).toEqual({ group })
    const { symmetry: _, ...full } = options
    expect(found.uniqueStates).toBeLessThanOrEqual(
      explore({ ...vote, nodes: 3, ...full } as ExploreOptions).uniqueStates,
    )
  })

  test('is that of the nodes which start alike', () => {
    class FirstStarts extends Vote {
      override start(): void {
        if (this.host.self === 0) super.start()
      }
    }
    const options = { ...vote, nodeClass: FirstStarts, nodes: 3, symmetry: 'nodes' as const }
    expect(explore({ ...options, bounds: { timeouts: 1 } }).symmetry).toEqual({ group: 2 })
  })
})

describe('nodes that are not interchangeable are refused, with the step that shows it', () => {
  /** Prefers low numbers, as protocols do that order ballots by them. */
  class VotesDown extends Vote {
    override mayVoteFor(candidate: number): boolean {
      return this.votedFor === undefined && candidate < this.host.self
    }
  }
  /** Sends to whom a number names. */
  class AsksTheNext extends Vote {
    override broadcast(message: { readonly kind: 'ask' | 'grant' }): void {
      this.host.send((this.host.self + 1) % this.host.nodes.length, message)
    }
  }
  /** Shows that it is who it is by bytes that no renaming looks into. */
  class Signs extends machine({
    state: { signed: nodeSet },
    message: union({ claim: { signature: bytes } }),
    record: union({}),
    command: union({}),
    timers: ['sign'],
    parameters: {},
  }) {
    start(): void {
      this.host.setTimer('sign', 1)
    }
    apply(_record: never): void {}
    propose(): void {}
    timeout(): void {
      this.broadcast({ kind: 'claim', signature: this.host.sign(Uint8Array.of(1)) })
    }
    receive(from: number, { signature }: { readonly signature: Uint8Array }): void {
      if (this.host.verify(from, Uint8Array.of(1), signature)) this.signed.add(from)
    }
  }
  const proposal = { kind: 'propose', value: Uint8Array.of(7) }
  const proposers = [0, 1].map((node) => ({
    node,
    command: proposal,
    request: { client: 0, sequence: 1 },
  }))

  test.for<[string, ExploreOptions, RegExp]>([
    [
      'a preference',
      { ...vote, nodeClass: VotesDown, nodes: 3, bounds: { timeouts: 2 } },
      /^symmetry: nodes .* are not interchangeable: "node . receives from .: ask" and .* differ in/,
    ],
    [
      'an address',
      { ...vote, nodeClass: AsksTheNext, nodes: 3, bounds: { timeouts: 1 } },
      /"node 0's stand timer fires" and .* differ in what is sent$/,
    ],
    [
      'ballots of Paxos, which hold the number of who makes them',
      { protocol: paxos, nodes: 3, commands: proposers } as unknown as ExploreOptions,
      /"node . is asked: propose .* differ in/,
    ],
    [
      'bytes that hold a number',
      {
        nodeClass: GossipChain,
        invariants: [],
        nodes: 2,
        bounds: { blocks: 1 },
        positions: 'counted',
      },
      /"node 0 finds a block" and "node 1 finds a block", .* differ in what is sent$/,
    ],
    [
      'signatures, which hold the number of who signs',
      { nodeClass: Signs, invariants: [], nodes: 3, bounds: { timeouts: 1 } },
      /"node 0's sign timer fires" and .* differ in what is sent$/,
    ],
    [
      'a constraint that tells them apart',
      {
        ...vote,
        nodes: 3,
        bounds: { timeouts: 1 },
        constraint: (nodes: ReadonlyMap<number, AnyNode>) =>
          (nodes.get(0) as unknown as Vote).votedFor === undefined,
      } as unknown as ExploreOptions,
      /^symmetry: the constraint tells interchangeable nodes apart$/,
    ],
    [
      'a history that cannot be renamed',
      {
        ...vote,
        nodes: 3,
        bounds: { timeouts: 1 },
        history: elected(false),
      } as unknown as ExploreOptions,
      /^symmetry: this history does not say how to rename nodes$/,
    ],
    [
      'too many',
      { ...vote, nodes: 7 } as unknown as ExploreOptions,
      /7 interchangeable nodes: at most 6$/,
    ],
  ] as [string, ExploreOptions, RegExp][])('%s', ([, options, message]) => {
    expect(() => explore({ ...options, symmetry: 'nodes' })).toThrow(message)
    expect(() => explore({ ...options, symmetry: 'nodes' })).toThrow(RangeError)
  })

  test('nodes that do not exist, or come twice', () => {
    expect(() => explore({ ...vote, nodes: 3, symmetry: [3] })).toThrow('must be 0 to 2')
    expect(() => explore({ ...vote, nodes: 3, symmetry: [1, 1] })).toThrow('named twice')
  })
})

/** Who was elected, in order; one who lied, where nobody may be. */
function elected(renames: boolean): HistoryVariable<readonly number[]> {
  return {
    initial: [],
    observes: ({ outputs }) => outputs.length > 0,
    after: (history, { node }) => [...history, node],
    identity: {
      hash: (history) => history.length,
      equal: (left, right) => left.join() === right.join(),
    },
    always: [
      {
        property: 'node 2 is never elected',
        broken: (history) =>
          history.includes(2) ? { nodes: [2], message: 'node 2 is elected' } : undefined,
      },
    ],
    ...(renames
      ? { rename: (history, renaming) => history.map((node) => renaming[node] as number) }
      : {}),
  }
}

describe('a violation is found as soon, on a path of real nodes', () => {
  const secondNeverElected: Invariant<Vote> = {
    property: 'node 1 is never elected',
    broken: (nodes) =>
      nodes.get(1)?.role === 'elected' ? { nodes: [1], message: 'node 1 is elected' } : undefined,
  }
  const world = { ...vote, nodes: 3, bounds: { timeouts: 2 } } as const
  test.for<[string, ExploreOptions]>([
    ['two elected', { ...world, nodeClass: VotesTwice }],
    ['an assertion', { ...world, nodeClass: Throws }],
    ['an invariant that names a node', { ...world, invariants: [secondNeverElected] }],
    ['a settled one', { ...world, invariants: [], settled: [secondNeverElected] }],
    ['a history that names a node', { ...world, history: elected(true) }],
    [
      'two elected after a crash',
      { ...world, bounds: { timeouts: 3, crashes: 1 }, nodeClass: VotesTwice },
    ],
  ] as unknown as [string, ExploreOptions][])('%s', ([, options]) => {
    const full = explore(options).violation
    const { violation } = explore({ ...options, symmetry: 'nodes' })
    expect(violation?.property).toBe(full?.property)
    expect(violation?.path).toHaveLength(full?.path.length ?? -1)
    const { steps } = replay(options, violation?.path ?? [])
    const last = steps.at(-1)
    const broken = [...(options.invariants ?? []), ...(options.settled ?? [])].map((invariant) =>
      invariant.broken(last?.nodes ?? new Map()),
    )
    const shown = broken.some((conflict) => conflict?.message === violation?.message)
    const said =
      last?.outputs.length === 1 && violation?.message === `node ${violation?.nodes[0]} is elected`
    expect(shown || said || last?.thrown !== undefined).toBe(true)
  })
})
