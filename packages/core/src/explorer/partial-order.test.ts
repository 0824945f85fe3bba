import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Invariant, machine, type Protocol, union } from '../model/index.ts'
import { benOr } from '../protocols/ben-or/ben-or.protocol.ts'
import { paxos } from '../protocols/paxos/paxos.protocol.ts'
import { Exploration } from './exploration.ts'
import { Foresight, noDemands } from './foresight.ts'
import { type ExploreOptions, explore, replay } from './index.ts'
import { checkLiveness } from './liveness.ts'
import { PartialOrder } from './partial-order.ts'
import { everythingSaid } from './testing/everything-said.ts'
import {
  asked,
  bits,
  decisions,
  proposes,
  reducibleWorlds,
  vote,
  world,
} from './testing/reducible-worlds.ts'
import { stateTexts } from './testing/state-text.ts'
import { atMostOneElected, Throws, type Vote, VotesTwice } from './testing/vote.ts'

const anyTime = Number.POSITIVE_INFINITY
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
  test.for(reducibleWorlds)('%s', ([, options]) => {
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
    const full = reducibleWorlds.map(([, options]) => see(options))
    plant()
    const caught = reducibleWorlds.filter(([, options], i) => {
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
