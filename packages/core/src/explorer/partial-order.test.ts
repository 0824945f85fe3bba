import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Invariant, machine, type Output, type Protocol, union } from '../model/index.ts'
import { benOr } from '../protocols/ben-or/ben-or.protocol.ts'
import { paxos } from '../protocols/paxos/paxos.protocol.ts'
import { raft } from '../protocols/raft/raft.protocol.ts'
import { Exploration } from './exploration.ts'
import { Foresight, noDemands } from './foresight.ts'
import { type ExploreOptions, explore, type HistoryVariable, replay } from './index.ts'
import { checkLiveness } from './liveness.ts'
import { referenceModels } from './models/reference-models.ts'
import { PartialOrder } from './partial-order.ts'
import { saidForEver } from './said.ts'
import { GossipChain } from './testing/gossip-chain.ts'
import { stateTexts } from './testing/state-text.ts'
import { atMostOneElected, Throws, Vote, VotesTwice } from './testing/vote.ts'

const anyTime = Number.POSITIVE_INFINITY
const vote = { nodeClass: Vote, invariants: [] }
const decisions = saidForEver({ shape: 'decision', liars: new Set(), asked: undefined })
const commits = saidForEver({ shape: 'log', liars: new Set(), asked: undefined })
const asked = (...nodes: readonly number[]) =>
  nodes.map((node) => ({ node, command: { kind: 'stand' } }))
const proposes = (node: number, value = node) => ({
  node,
  command: { kind: 'propose', value: Uint8Array.of(value) },
})
const bits = (text: string) => Array.from(text, (bit, node) => proposes(node, bit.charCodeAt(0)))
const model = (name: string, parameters = {}): ExploreOptions => {
  const found = referenceModels.find((one) => one.name === name)
  if (!found) throw new Error(`no model ${name}`)
  return { ...found.options(parameters), invariants: [], sometimes: [] }
}
const world = (options: object): ExploreOptions => options as ExploreOptions

/** Who said what, in order: the history that tells the most apart. */
const everythingSaid: HistoryVariable<readonly string[]> = {
  initial: [],
  observes: ({ outputs, replies }) => outputs.length + replies.length > 0,
  after: (history, { node, outputs, replies }) => [
    ...history,
    `${node}: ${JSON.stringify([outputs, replies])}`,
  ],
  identity: {
    hash: (history) => history.length,
    equal: (left, right) => left.join() === right.join(),
  },
  always: [],
}

const worlds: readonly [string, ExploreOptions][] = [
  ['three candidates', world({ ...vote, nodes: 3, bounds: { timeouts: 3 } })],
  ['timeouts at any time', world({ ...vote, nodes: 3, bounds: { timeouts: anyTime } })],
  ['timeouts of each timer', world({ ...vote, nodes: 3, bounds: { timeouts: { stand: 2 } } })],
  ['one of five is asked', world({ ...vote, nodes: 5, commands: asked(0) })],
  ['two of four are asked', world({ ...vote, nodes: 4, commands: asked(0, 1) })],
  ['anybody is asked', world({ ...vote, nodes: 3, commands: [{ command: { kind: 'stand' } }] })],
  ['a crash', world({ ...vote, nodes: 3, bounds: { timeouts: 2, crashes: 1 } })],
  ['a loss', world({ ...vote, nodes: 3, commands: asked(0), bounds: { losses: 1 } })],
  [
    'losses without bound',
    world({ ...vote, nodes: 3, commands: asked(0, 1), bounds: { losses: anyTime } }),
  ],
  ['a duplicate', world({ ...vote, nodes: 3, commands: asked(0, 1), bounds: { duplications: 1 } })],
  ['messages consumed', world({ ...vote, nodes: 3, commands: asked(0, 1), ignored: 'consumed' })],
  ['messages that stay', world({ ...vote, nodes: 3, commands: asked(0, 1), network: 'set' })],
  [
    'disks that take their time',
    world({
      ...vote,
      nodes: 3,
      commands: asked(0, 1),
      bounds: { crashes: 1 },
      disk: 'asynchronous',
    }),
  ],
  [
    'who was elected, in order',
    world({ ...vote, nodes: 3, commands: asked(0, 1), history: everythingSaid }),
  ],
  [
    'a chain with a fork',
    world({
      nodeClass: GossipChain,
      invariants: [],
      nodes: 3,
      bounds: { blocks: 2 },
      positions: 'counted',
    }),
  ],
  [
    'coins',
    world({
      nodeClass: GossipChain,
      invariants: [],
      nodes: 2,
      bounds: { blocks: 1 },
      commands: [{ command: { kind: 'toss' } }, { command: { kind: 'toss' }, node: 1 }],
      draws: [0.25, 0.75],
      positions: 'counted',
    }),
  ],
  [
    'Paxos, one proposer',
    world({
      protocol: paxos,
      invariants: [],
      nodes: 3,
      commands: [proposes(0)],
      history: decisions,
    }),
  ],
  [
    'Paxos, who said what in order',
    world({
      protocol: paxos,
      invariants: [],
      nodes: 3,
      commands: [proposes(0)],
      history: everythingSaid,
    }),
  ],
  [
    'Paxos, a crash',
    world({
      protocol: paxos,
      invariants: [],
      nodes: 3,
      commands: [proposes(0)],
      bounds: { crashes: 1 },
      history: decisions,
    }),
  ],
  [
    'Ben-Or, two nodes, coins',
    world({
      protocol: benOr,
      invariants: [],
      nodes: 2,
      commands: bits('11'),
      history: decisions,
      draws: [0, 0.75],
    }),
  ],
  [
    'Raft, an election',
    world({
      protocol: raft,
      invariants: [],
      nodes: 3,
      bounds: { timeouts: { election: 1 } },
      history: commits,
    }),
  ],
  [
    'Raft, an election and a crash',
    world({
      protocol: raft,
      invariants: [],
      nodes: 3,
      bounds: { timeouts: { election: 1 }, crashes: 1 },
      history: commits,
    }),
  ],
  ['ABD register', model('abd-register')],
  ['single-copy register', model('single-copy-register')],
  ['two-phase commit', model('two-phase-commit')],
]

interface Seen {
  readonly states: number
  /** In which nothing can happen any more, as text. */
  readonly ends: readonly string[]
  readonly histories: readonly string[]
  /** Of all nodes: the states that they can be in, and the steps that they can take there. */
  readonly nodeStates: number
  readonly runs: number
}

function see(options: ExploreOptions): Seen {
  const exploration = new Exploration(options)
  exploration.advance(anyTime)
  const { verdict, complete, uniqueStates, nodeStates, runs } = exploration.result()
  expect({ verdict, complete }).toEqual({ verdict: 'held', complete: true })
  const { setting, space } = exploration.graph()
  const textOf = stateTexts(setting, space)
  const ends: string[] = []
  const histories = new Set<string>()
  for (let state = 0; state < uniqueStates; state += 1) {
    let goesOn = false
    const note = () => {
      goesOn = true
    }
    space.expand(state, { reached: note, threw: note })
    if (!goesOn) ends.push(textOf(state))
    histories.add(JSON.stringify(setting.histories?.at(space.history(state)) ?? null))
  }
  return {
    states: uniqueStates,
    ends: ends.sort(),
    histories: [...histories].sort(),
    nodeStates,
    runs,
  }
}

afterEach(() => vi.restoreAllMocks())

describe('what is left out makes no difference to ends, histories, and the steps of nodes', () => {
  test.for(worlds)('%s', ([, options]) => {
    const { states, ...full } = see(options)
    const { states: fewer, ...reduced } = see({ ...options, reduction: 'partial-order' })
    expect(reduced).toEqual(full)
    expect(fewer).toBeLessThanOrEqual(states)
  })

  test.for<[string, () => void]>([
    [
      'a reduction that takes any node',
      () => vi.spyOn(PartialOrder.prototype, 'isEnough').mockReturnValue(true),
    ],
    [
      'a reduction that does not ask for news',
      () => {
        const { others } = Foresight.prototype
        vi.spyOn(Foresight.prototype, 'others').mockImplementation(function (
          this: Foresight<never>,
          place,
        ) {
          return { ...others.call(this, place), sendNews: false }
        })
      },
    ],
    [
      'a reduction that does not ask what is demanded',
      () => {
        const { others } = Foresight.prototype
        vi.spyOn(Foresight.prototype, 'others').mockImplementation(function (
          this: Foresight<never>,
          place,
        ) {
          return { ...others.call(this, place), demands: noDemands() }
        })
      },
    ],
  ] as [string, () => void][])('%s is caught', ([, plant]) => {
    const full = worlds.map(([, options]) => see(options))
    plant()
    const caught = worlds.filter(([, options], i) => {
      const { states: _, ...reduced } = see({ ...options, reduction: 'partial-order' })
      const { states: __, ...expected } = full[i] as Seen
      return JSON.stringify(reduced) !== JSON.stringify(expected)
    })
    expect(caught.length).toBeGreaterThan(2)
  })
})

describe('what goes round for ever', () => {
  /** Nodes 0 and 1 send each other one message for ever; node 2 may be asked. */
  class PingPong extends machine({
    state: {},
    message: union({ ping: {} }),
    record: union({}),
    command: union({ stand: {} }),
    timers: [],
    parameters: {},
  }) {
    start(): void {
      if (this.host.self === 0) this.host.send(1, { kind: 'ping' })
    }
    apply(_record: never): void {}
    timeout(): void {}
    receive(from: number): void {
      this.host.send(from, { kind: 'ping' })
    }
    propose(): void {
      this.host.output({ kind: 'decided', value: Uint8Array.of(1) })
      this.host.send(0, { kind: 'ping' })
    }
  }

  test('does not put off for ever what others can do', () => {
    const options = world({
      nodeClass: PingPong,
      invariants: [],
      nodes: 3,
      commands: asked(2),
      history: everythingSaid,
    })
    const { states: _, ...full } = see(options)
    const { states: __, ...reduced } = see({ ...options, reduction: 'partial-order' })
    expect(full.histories).toHaveLength(2)
    expect(reduced).toEqual(full)
  })
})

describe('what is broken is found', () => {
  const stable: Invariant<Vote> = { ...atMostOneElected, stable: true }
  const mutantOf = (protocol: Protocol, name: string): object => {
    const mutant = protocol.mutants.find((one) => one.name === name)
    if (!mutant) throw new Error(`no mutant ${name}`)
    return { protocol, nodeClass: mutant.node, invariants: [] }
  }
  const twoBallots = { nodes: 3, commands: [proposes(0), proposes(1)], history: decisions }
  test.for<[string, ExploreOptions]>([
    [
      'two elected',
      world({ nodeClass: VotesTwice, invariants: [stable], nodes: 3, bounds: { timeouts: 2 } }),
    ],
    [
      'an assertion',
      world({ nodeClass: Throws, invariants: [], nodes: 3, bounds: { timeouts: 2 } }),
    ],
    ['own value', world({ ...mutantOf(paxos as Protocol, 'own-value'), ...twoBallots })],
    [
      'half is enough',
      world({ ...mutantOf(paxos as Protocol, 'half-is-enough'), ...twoBallots, nodes: 2 }),
    ],
    [
      'one proposal decides',
      world({
        ...mutantOf(benOr as Protocol, 'one-proposal-decides'),
        nodes: 3,
        commands: bits('001'),
        history: decisions,
        draws: [0, 0.75],
        bounds: { states: 300_000 },
      }),
    ],
  ] as [string, ExploreOptions][])('%s', ([, options]) => {
    const full = explore(options).violation
    const { violation } = explore({ ...options, reduction: 'partial-order' })
    expect(violation?.property).toBe(full?.property)
    expect(violation).toBeDefined()
    const { steps } = replay({ ...options, reduction: 'partial-order' }, violation?.path ?? [])
    expect(steps).toHaveLength(violation?.path.length ?? -1)
  })
})

describe('what the reduction does not preserve is refused', () => {
  const nodes = 3
  test.for<[string, ExploreOptions, RegExp]>([
    [
      'an invariant',
      world({ ...vote, nodes, invariants: [atMostOneElected] }),
      /^partial-order reduction: 'election safety' is about single moments/,
    ],
    ["a protocol's own invariants", world({ protocol: paxos, nodes }), /is about single moments/],
    [
      'a stable invariant where nodes crash',
      world({
        ...vote,
        nodes,
        invariants: [{ ...atMostOneElected, stable: true }],
        bounds: { crashes: 1 },
      }),
      /a crash undoes 'election safety'/,
    ],
    [
      'what must hold in states that are settled',
      world({ ...vote, nodes, settled: [{ ...atMostOneElected, stable: true }] }),
      /is about single moments/,
    ],
    [
      'what should be possible',
      world({ ...vote, nodes, sometimes: [{ property: 'elected', holds: () => false }] }),
      /'elected' may hold only in a state that it leaves out/,
    ],
    [
      'a constraint',
      world({ ...vote, nodes, constraint: () => true }),
      /a constraint would cut off/,
    ],
    ['symmetry', world({ ...vote, nodes, symmetry: 'nodes' }), /not together with symmetry/],
    [
      'liars that hear at once',
      world({ ...vote, nodes, twins: [{ node: 0, second: [], hears: 'at once' }] }),
      /not together with liars/,
    ],
  ] as [string, ExploreOptions, RegExp][])('%s', ([, options, message]) => {
    expect(() => explore({ ...options, reduction: 'partial-order' })).toThrow(message)
  })

  test('liveness', () => {
    const exploration = new Exploration({
      ...vote,
      nodes,
      reduction: 'partial-order',
    } as ExploreOptions)
    exploration.advance(anyTime)
    const goal = { property: 'elected', reached: () => true }
    expect(() => checkLiveness(exploration, goal as never)).toThrow(/on the whole graph/)
  })
})

test('what nodes have said to be final is the same in every order, or broken in every order', () => {
  const outputs: fc.Arbitrary<Output> = fc.oneof(
    fc.record({
      kind: fc.constant('decided' as const),
      value: fc.constantFrom(Uint8Array.of(1), Uint8Array.of(2)),
    }),
    fc.record({
      kind: fc.constant('committed' as const),
      index: fc.integer({ min: 1, max: 2 }),
      term: fc.constant(1),
      command: fc.constantFrom(Uint8Array.of(1), Uint8Array.of(2)),
      request: fc.option(
        fc.record({ client: fc.constant(1), sequence: fc.integer({ min: 1, max: 2 }) }),
        { nil: undefined },
      ),
      applied: fc.boolean(),
    }),
  )
  const said = saidForEver({ shape: 'log', liars: new Set(), asked: new Set(['01']) })
  let same = 0
  let broken = 0
  fc.assert(
    fc.property(
      fc.array(fc.array(outputs, { maxLength: 2 }), { maxLength: 4 }),
      fc.nat(),
      (steps, by) => {
        const fold = (order: readonly number[]) =>
          order.reduce(
            (history, node) =>
              said.after(history, {
                node,
                received: undefined,
                sent: [],
                outputs: steps[node] ?? [],
                replies: [],
              }),
            said.initial,
          )
        const order = steps.map((_, node) => node)
        const other = order.map((node) => (node + by) % order.length).reverse()
        const isBroken = (history: ReturnType<typeof fold>) =>
          said.always.some((property) => property.broken(history) !== undefined)
        const one = fold(order)
        const two = fold(other)
        expect(isBroken(two)).toBe(isBroken(one))
        if (isBroken(one)) broken += 1
        else {
          expect(said.identity.equal(one, two)).toBe(true)
          same += 1
        }
      },
    ),
    { numRuns: 2_000 },
  )
  expect(Math.min(same, broken)).toBeGreaterThan(100)
})
