import { describe, expect, test } from 'vitest'
import type { Invariant } from '../model/index.ts'
import { describeStep, Exploration, type ExploreOptions, explore, replay } from './index.ts'
import { GossipChain } from './testing/gossip-chain.ts'
import {
  atMostOneElected,
  ForgetsItsVote,
  GrantsTooEarly,
  ThanksTheFirst,
  Throws,
  Vote,
  VotesTwice,
} from './testing/vote.ts'

const anyTime = Number.POSITIVE_INFINITY
const election = {
  nodeClass: Vote,
  nodes: 3,
  invariants: [atMostOneElected],
  bounds: { timeouts: 2 },
} satisfies ExploreOptions<Vote>

describe('a counterexample', () => {
  const options = { ...election, nodeClass: VotesTwice }

  test('is a shortest one', () => {
    const { verdict, complete, depth, violation } = explore(options)
    expect({ verdict, complete, depth }).toEqual({ verdict: 'violated', complete: false, depth: 6 })
    expect(violation).toMatchObject({
      property: 'election safety',
      nodes: [0, 2],
      message: 'nodes 0 and 2 are both elected',
    })
    // Two stand, each is voted for, and each counts: none of the six can be left out.
    expect(violation?.path.map(describeStep)).toEqual([
      "node 0's stand timer fires",
      'node 1 receives from 0: ask',
      'node 0 receives from 1: grant',
      "node 2's stand timer fires",
      'node 0 receives from 2: ask',
      'node 2 receives from 0: grant',
    ])
    expect(explore({ ...options, bounds: { timeouts: 2, depth: 5 } })).toMatchObject({
      verdict: 'inconclusive',
      complete: false,
      depth: 5,
    })
  })

  test('is as short where ignored messages are consumed, but more is to be searched', () => {
    const kept = explore(options)
    const consumed = explore({ ...options, ignored: 'consumed' })
    expect(consumed.violation?.path).toHaveLength(kept.violation?.path.length ?? 0)
    expect(consumed.uniqueStates).toBeGreaterThan(kept.uniqueStates)
  })

  test('is the same every time', () => {
    expect(explore(options)).toEqual(explore(options))
  })

  test('can be replayed: what each step sent and said, and where it led', () => {
    const path = explore(options).violation?.path ?? []
    const { steps, nodes, applications } = replay(options, path)
    expect(steps.map(({ sent, outputs }) => [sent.length, outputs.length])).toEqual([
      [2, 0],
      [1, 0],
      [0, 1],
      [2, 0],
      [1, 0],
      [0, 1],
    ])
    expect(steps[1]?.sent).toEqual([{ from: 1, to: 0, message: { kind: 'grant' } }])
    expect(steps[5]?.outputs).toEqual([{ kind: 'decided', value: Uint8Array.of(2) }])
    expect([...nodes.values()].map(({ role }) => role)).toEqual(['elected', 'voter', 'elected'])
    expect(steps[4]?.nodes.get(2)?.role).toBe('candidate')
    expect([...applications.keys()]).toEqual([0, 1, 2])
  })

  test('a step that cannot happen is refused', () => {
    expect(() => replay(options, [{ kind: 'restart', node: 1 }])).toThrow(
      new RangeError('cannot happen: node 1 restarts'),
    )
  })
})

describe('a protocol that throws', () => {
  test('has broken an assertion of its own, and the path leads there', () => {
    const options = { ...election, nodeClass: Throws }
    const { verdict, violation } = explore(options)
    expect(verdict).toBe('violated')
    expect(violation).toMatchObject({ property: 'assertion', message: 'node 1: 0 asks too late' })
    expect(violation?.path.map(describeStep).at(-1)).toBe('node 1 receives from 0: ask')
    const { steps } = replay(options, violation?.path ?? [])
    expect(steps.at(-1)?.thrown).toBe('0 asks too late')
  })

  test('may do so at once', () => {
    class ThrowsAtOnce extends Vote {
      override start(): void {
        throw new RangeError('no')
      }
    }
    const { verdict, violation } = explore({ ...election, nodeClass: ThrowsAtOnce })
    expect(verdict).toBe('violated')
    expect(violation).toMatchObject({ property: 'assertion', message: 'node 0: no', path: [] })
  })
})

describe('a crash', () => {
  const bounds = { timeouts: 2, crashes: 1 }

  test('spares what was recorded', () => {
    expect(explore({ ...election, bounds })).toMatchObject({ verdict: 'held', complete: true })
  })

  test('takes a vote that was only remembered, though its field is declared durable', () => {
    const options = { ...election, nodeClass: ForgetsItsVote }
    expect(explore(options).verdict).toBe('held')
    const { violation } = explore({ ...options, bounds })
    expect(violation?.property).toBe('election safety')
    expect(violation?.path.map(({ kind }) => kind).filter((kind) => kind !== 'deliver')).toEqual([
      'timeout',
      'crash',
      'restart',
      'timeout',
    ])
    expect(violation?.path).toHaveLength(8)
  })

  test('before the disk has a record takes what waits for it too, so that a vote is never given twice', () => {
    const held = explore({ ...election, bounds, disk: 'asynchronous' })
    expect(held).toMatchObject({ verdict: 'held', complete: true })
    // Whatever is sent while the disk is idle leaves at once: at most one more state a record and crash.
    expect(held.uniqueStates).toBeGreaterThan(explore({ ...election, bounds }).uniqueStates)
  })

  test('finds out who sends eagerly what needed the disk', () => {
    const options = { ...election, bounds, nodeClass: GrantsTooEarly }
    expect(explore(options).verdict).toBe('held')
    const { violation } = explore({ ...options, disk: 'asynchronous' })
    expect(violation?.property).toBe('election safety')
    const lines = violation?.path.map(describeStep) ?? []
    expect(lines).toHaveLength(10)
    expect(lines).toContain('node 1 crashes')
    expect(lines.filter((line) => line.endsWith('oldest write reaches the disk'))).toHaveLength(2)
  })
})

describe('bounds', () => {
  test('end the search, which is then inconclusive', () => {
    const few = explore({ ...election, bounds: { timeouts: 2, states: 10 } })
    expect(few).toMatchObject({ verdict: 'inconclusive', complete: false })
    expect(few.uniqueStates).toBeGreaterThanOrEqual(10)
    expect(explore({ ...election, bounds: { timeouts: 2, depth: 0 } })).toMatchObject({
      verdict: 'inconclusive',
      uniqueStates: 1,
      depth: 0,
    })
  })

  test('by the name of a timer are the same as for all where there is one', () => {
    const named = explore({ ...election, bounds: { timeouts: { stand: 2 } } })
    expect({ ...named, bounds: election.bounds }).toEqual(explore(election))
  })

  test('leave out what is not named', () => {
    expect(explore({ ...election, bounds: {} })).toMatchObject({ verdict: 'held', uniqueStates: 1 })
  })

  test('that make no sense are refused, saying why', () => {
    expect(() => explore({ ...election, bounds: { timeouts: { rise: 1 } } })).toThrow(
      new RangeError("bounds: 'rise' is no timer: the timers are stand"),
    )
    expect(() => explore({ ...election, bounds: { crashes: -1 } })).toThrow(
      new RangeError('bounds: crashes is -1: must be a natural number or Infinity'),
    )
    expect(() => explore({ ...election, bounds: { blocks: anyTime } })).toThrow(
      new RangeError('bounds: blocks must be a finite number'),
    )
    expect(() => explore({ ...election, nodes: 0 })).toThrow(
      new RangeError('explore: 0 nodes: must be a natural number from 1'),
    )
    expect(() => explore({ ...election, commands: [{ command: {}, node: 3 }] })).toThrow(
      new RangeError('explore: a command for node 3: must be 0 to 2'),
    )
  })
})

test('what lies outside the constraint is looked at, but not what follows', () => {
  const constraint = (nodes: ReadonlyMap<number, Vote>): boolean =>
    ![...nodes.values()].some(({ role }) => role === 'candidate')
  // Each of the three may stand, and that is as far as it goes.
  const { verdict, complete, uniqueStates } = explore({ ...election, constraint })
  expect({ verdict, complete, uniqueStates }).toEqual({
    verdict: 'held',
    complete: true,
    uniqueStates: 4,
  })
  const nobodyStands: Invariant<Vote> = {
    property: 'nobody stands',
    broken: (nodes) => (constraint(nodes) ? undefined : { nodes: [], message: 'somebody does' }),
  }
  expect(explore({ ...election, constraint, invariants: [nobodyStands] }).verdict).toBe('violated')
})

test('what must hold where all is settled is looked at there alone', () => {
  const allHaveVoted: Invariant<Vote> = {
    property: 'all have voted',
    broken: (nodes) => {
      const idle = [...nodes].filter(([, { votedFor }]) => votedFor === undefined)
      return idle.length > 0 ? { nodes: idle.map(([id]) => id), message: 'no vote' } : undefined
    },
  }
  const started = { ...election, commands: [{ command: { kind: 'stand' }, node: 0 }], bounds: {} }
  // Before anybody stands nothing is in flight: the first state is settled.
  expect(explore({ ...started, settled: [allHaveVoted] }).violation?.path).toEqual([])
  const onceOneStands: Invariant<Vote> = {
    ...allHaveVoted,
    broken: (nodes) => (nodes.get(0)?.role === 'voter' ? undefined : allHaveVoted.broken(nodes)),
  }
  expect(explore({ ...started, settled: [onceOneStands] })).toMatchObject({
    verdict: 'held',
    complete: true,
  })
  // A message that is lost leaves its addressee without a vote.
  const losing = { ...started, bounds: { losses: 1 }, settled: [onceOneStands] }
  expect(explore(losing).violation?.path.map(({ kind }) => kind)).toEqual([
    'propose',
    'deliver',
    'deliver',
    'lose',
  ])
})

describe('the order of insertion into sets and maps', () => {
  const bounds = { timeouts: 3, duplications: 1 }

  test('makes no difference to a protocol that does not look at it', () => {
    const asTheyAre = explore({ ...election, bounds })
    expect(explore({ ...election, bounds, containers: 'reversed' })).toEqual(asTheyAre)
  })

  test('shows in the counts where a protocol does', () => {
    const options = { ...election, nodeClass: ThanksTheFirst, bounds }
    const asTheyAre = explore(options)
    const reversed = explore({ ...options, containers: 'reversed' })
    expect(reversed.generatedStates).not.toBe(asTheyAre.generatedStates)
  })
})

test('a protocol that keeps positions of durable records is told to have them counted', () => {
  const options = { nodeClass: GossipChain, nodes: 2, bounds: { blocks: 1 }, invariants: [] }
  expect(() => explore(options)).toThrow(
    "explore: the protocol's state keeps the position of a durable record: set positions to 'counted'",
  )
  expect(explore({ ...options, positions: 'counted' }).verdict).toBe('held')
})

describe('a settled opening', () => {
  /** Asks for votes at once. */
  class StandsAtOnce extends Vote {
    override start(): void {
      if (this.host.self === 0) this.stand()
    }
  }

  test('has delivered what the start sent, and what came of it', () => {
    const { nodes } = replay({ ...election, nodeClass: StandsAtOnce, opening: 'settled' }, [])
    expect([...nodes.values()].map(({ role, votedFor }) => [role, votedFor])).toEqual([
      ['elected', 0],
      ['voter', 0],
      ['voter', 0],
    ])
    const options = { ...election, nodeClass: StandsAtOnce, bounds: {} }
    expect(explore({ ...options, opening: 'settled' }).uniqueStates).toBe(1)
    // Each of the two is asked, has granted, or was counted; but once one was, the other need not be.
    expect(explore(options).uniqueStates).toBe(3 * 3 - 1)
  })

  test('is refused where it never comes', () => {
    class Echoes extends Vote {
      override start(): void {
        if (this.host.self === 0) this.broadcast({ kind: 'ask' })
      }
      override receive(from: number): void {
        this.host.send(from, { kind: 'ask' })
      }
    }
    expect(() => explore({ ...election, nodeClass: Echoes, opening: 'settled' })).toThrow(
      new RangeError('explore: not settled after 100000 messages'),
    )
  })

  test('in which a node throws is a violation', () => {
    class ThrowsWhenAsked extends StandsAtOnce {
      override mayVoteFor(_candidate: number): boolean {
        throw new RangeError('never')
      }
    }
    const options = { ...election, nodeClass: ThrowsWhenAsked, opening: 'settled' } as const
    expect(explore(options).violation).toMatchObject({ message: 'node 1: never', path: [] })
    expect(() => replay(options, [])).toThrow(
      new RangeError('there is no first state: node 1 throws: never'),
    )
  })
})

test('an exploration goes on in pieces as it would in one', () => {
  const exploration = new Exploration(election)
  let pieces = 1
  while (exploration.advance(7)) pieces += 1
  expect(exploration.result()).toEqual(explore(election))
  expect(pieces).toBe(Math.ceil(exploration.result().uniqueStates / 7))
})

test('random draws are explored one and all', () => {
  const options = {
    nodeClass: GossipChain,
    nodes: 1,
    commands: [{ command: { kind: 'toss' } }],
    positions: 'counted',
  } satisfies Partial<ExploreOptions>
  const neverHeads: Invariant<GossipChain> = {
    property: 'never heads',
    broken: (nodes) => (nodes.get(0)?.heads ? { nodes: [0], message: 'heads' } : undefined),
  }
  const high = { ...options, invariants: [neverHeads], draws: [0.75] }
  expect(explore(high).verdict).toBe('held')
  const both = { ...options, invariants: [neverHeads], draws: [0.75, 0.25] }
  expect(explore(both).violation?.path).toEqual([
    { kind: 'propose', node: 0, place: 0, command: { kind: 'toss' }, drawn: [0.25] },
  ])
})
