import { describe, expect, test } from 'vitest'
import type { NodeId } from '../model/index.ts'
import { raft } from '../protocols/raft/raft.protocol.ts'
import type { Raft } from '../protocols/raft/raft.ts'
import { describeStep, type ExploreOptions, explore } from './index.ts'
import { naiveExplore } from './testing/naive-explorer.ts'

// Exact counts: whoever changes what Raft remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const three = { protocol: raft, nodes: 3 } as const
const write = [{ command: { kind: 'write', body: Uint8Array.of(1) } }]

function mutant(name: string): NonNullable<ExploreOptions<Raft>['nodeClass']> {
  const found = raft.mutants.find((one) => one.name === name)
  if (!found) throw new Error(`Raft has no mutant ${name}`)
  return found.node
}

const firstTerm = (nodes: ReadonlyMap<NodeId, Raft>): boolean =>
  [...nodes.values()].every(({ currentTerm }) => currentTerm <= 1)

const firstStandsAlone = (nodes: ReadonlyMap<NodeId, Raft>): boolean =>
  [...nodes].every(([id, { role }]) => id === 0 || role === 'follower')

describe('Raft with three servers, every order of events', () => {
  test.for([
    [
      'two election timeouts',
      { bounds: { timeouts: { election: 2 } } },
      { uniqueStates: 287_995, generatedStates: 667_804, depth: 21 },
    ],
    [
      'two election timeouts and a crash, in the first term',
      { bounds: { timeouts: { election: 2 }, crashes: 1 }, constraint: firstTerm },
      { uniqueStates: 368_573, generatedStates: 831_715, depth: 19 },
    ],
    [
      'an election in which one message is lost and one is duplicated',
      { bounds: { timeouts: { election: 1 }, losses: 1, duplications: 1 } },
      { uniqueStates: 23_368, generatedStates: 69_712, depth: 14 },
    ],
    [
      'an election in which the first server stands, a write, a heartbeat',
      {
        bounds: { timeouts: { election: 1, heartbeat: 1 } },
        commands: write,
        constraint: firstStandsAlone,
      },
      { uniqueStates: 537_267, generatedStates: 1_737_052, depth: 29 },
    ],
    [
      'an election, a write, a crash, disks that take their time',
      {
        bounds: { timeouts: { election: 1 }, crashes: 1 },
        commands: write,
        disk: 'asynchronous',
      },
      { uniqueStates: 316_487, generatedStates: 931_873, depth: 29 },
    ],
  ] satisfies [string, Partial<ExploreOptions<Raft>>, object][])('%s', ([, options, counts]) => {
    expect(explore({ ...three, ...options })).toMatchObject({
      verdict: 'held',
      complete: true,
      ...counts,
    })
  })

  test('the order of insertion into its sets and maps makes no difference', () => {
    const options = {
      ...three,
      bounds: { timeouts: { election: 1 }, crashes: 1 },
      commands: write,
    }
    const asTheyAre = explore(options)
    expect(asTheyAre).toMatchObject({ verdict: 'held', uniqueStates: 20_855 })
    expect(explore({ ...options, containers: 'reversed' })).toEqual(asTheyAre)
  })

  test('as many states as when counted naively', () => {
    const { uniqueStates, generatedStates, depth } = naiveExplore({
      nodeClass: raft.node,
      nodes: 3,
      commands: [],
      timeouts: 1,
      crashes: 0,
      losses: 0,
      duplications: 0,
      blocks: 0,
      draws: [0],
      ignored: 'kept',
      disk: 'instant',
      positions: 'renewed',
      broken: () => false,
    })
    expect(uniqueStates).toBe(667)
    const counted = explore({ ...three, bounds: { timeouts: 1 } })
    expect(counted).toMatchObject({ uniqueStates, generatedStates, depth })
  })
})

describe('a planted bug of Raft is found by a shortest way', () => {
  test('two votes in one term', () => {
    const { violation } = explore({
      ...three,
      nodeClass: mutant('two-votes-in-a-term'),
      bounds: { timeouts: { election: 2 } },
    })
    expect(violation).toMatchObject({ property: 'election safety', nodes: [0, 1] })
    // Each candidate: a timeout, a pre-vote asked and granted, a vote asked and granted.
    expect(violation?.path).toHaveLength(2 * 5)
  })

  test('a vote that is not on disk when a crash comes', () => {
    // The third server alone crashes, and it alone does not stand.
    const constraint = (nodes: ReadonlyMap<NodeId, Raft>): boolean =>
      firstTerm(nodes) &&
      nodes.has(0) &&
      nodes.has(1) &&
      (nodes.get(2)?.role ?? 'follower') === 'follower'
    const options = {
      ...three,
      bounds: { timeouts: { election: 3 }, crashes: 1, depth: 13 },
      constraint,
    }
    const { violation } = explore({ ...options, nodeClass: mutant('vote-not-persisted') })
    expect(violation).toMatchObject({ property: 'election safety', nodes: [0, 1] })
    // Beside the ten events of two elections: a crash, a restart, and the timeout that ends the
    // restarted server's loyalty to a leader that it may have heard.
    expect(violation?.path).toHaveLength(2 * 5 + 3)
    const lines = violation?.path.map(describeStep) ?? []
    expect(lines.slice(8, 11)).toEqual([
      'node 2 crashes',
      'node 2 restarts',
      "node 2's election timer fires",
    ])
    expect(explore(options).violation).toBeUndefined()
  })

  test('a server elected without what is committed', () => {
    const { violation } = explore({
      ...three,
      nodeClass: mutant('stale-log-elected'),
      bounds: { timeouts: { election: 2 } },
    })
    expect(violation?.property).toBe('assertion')
    expect(violation?.message).toContain('would remove entry 1 though it is committed')
    expect(violation?.path).toHaveLength(15)
  })
})
