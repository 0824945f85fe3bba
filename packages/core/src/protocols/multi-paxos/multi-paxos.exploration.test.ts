import { describe, expect, test } from 'vitest'
import { type ExploreOptions, explore } from '../../explorer/index.ts'
import type { NodeId } from '../../model/index.ts'
import { multiPaxosMutants } from './multi-paxos.mutants.ts'
import { multiPaxos } from './multi-paxos.protocol.ts'
import type { MultiPaxos } from './multi-paxos.ts'

// Exact counts: whoever changes what Multi-Paxos remembers or sends will see how the number of its
// states changes, and writes down the new one once sure that the change was meant.

const write = (body: number, node?: NodeId) => ({
  ...(node === undefined ? {} : { node }),
  command: { kind: 'write', body: Uint8Array.of(body) },
})
const one = { protocol: multiPaxos, nodes: 3, commands: [write(1)] } as const

/** Only these nodes stand for leader. */
const stand =
  (...candidates: NodeId[]) =>
  (nodes: ReadonlyMap<NodeId, MultiPaxos>): boolean =>
    [...nodes].every(([id, { role }]) => candidates.includes(id) || role === 'replica')

describe('Multi-Paxos, every order of events', () => {
  test.for([
    [
      'a leader, two writes',
      {
        ...one,
        commands: [write(1, 0), write(2, 0)],
        bounds: { timeouts: { leader: 1 } },
        constraint: stand(0),
      },
      { uniqueStates: 245_651, generatedStates: 830_334, depth: 20 },
    ],
    [
      'a leader, a write, a message lost and one repeated',
      {
        ...one,
        bounds: { timeouts: { leader: 1 }, losses: 1, duplications: 1 },
        constraint: stand(0),
      },
      { uniqueStates: 19_915, generatedStates: 87_338, depth: 15 },
    ],
    [
      'a leader, a write, a heartbeat',
      {
        ...one,
        bounds: { timeouts: { leader: 1, heartbeat: 1 } },
        constraint: stand(0),
      },
      { uniqueStates: 176_551, generatedStates: 676_100, depth: 22 },
    ],
    [
      'a leader, a write, a crash, disks that take their time',
      {
        ...one,
        bounds: { timeouts: { leader: 1 }, crashes: 1 },
        disk: 'asynchronous',
      },
      { uniqueStates: 109_740, generatedStates: 384_523, depth: 21 },
    ],
    [
      'two leaders, one after the other or at once, and a write',
      {
        ...one,
        bounds: { timeouts: { leader: 2 } },
        constraint: (nodes) =>
          stand(0, 1)(nodes) && [...nodes.values()].every(({ promised }) => promised <= 4),
      },
      { uniqueStates: 25_062, generatedStates: 70_141, depth: 20 },
    ],
    [
      'two nodes, two leaders, a write, a crash',
      { ...one, nodes: 2, bounds: { timeouts: { leader: 2 }, crashes: 1 } },
      { uniqueStates: 13_416, generatedStates: 26_882, depth: 21 },
    ],
  ] satisfies [string, ExploreOptions<MultiPaxos>, object][])('%s', ([, options, counts]) => {
    expect(explore(options)).toMatchObject({ verdict: 'held', complete: true, ...counts })
  })

  test('the order of insertion into its sets and maps makes no difference', () => {
    const options = { ...one, bounds: { timeouts: { leader: 1 }, crashes: 1 } }
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })
})

describe('a planted bug of Multi-Paxos is found by a shortest way', () => {
  test.for([
    ['promise-not-persisted', 3, 'chosen values stay', 11],
    ['accept-below-promise', 3, 'chosen values stay', 9],
    ['promises-ignored', 3, 'chosen values stay', 10],
    ['half-is-enough', 2, 'executed prefixes agree', 4],
    ['ballots-shared', 3, 'assertion', 5],
  ] as const)('%s', ([name, nodes, property, steps]) => {
    const mutant = multiPaxosMutants.find((known) => known.name === name)
    if (mutant === undefined) throw new Error(`no planted bug ${name}`)
    const { violation } = explore({
      protocol: multiPaxos,
      nodeClass: mutant.node,
      nodes,
      commands: [write(1, 0), write(2, 1)],
      bounds: { timeouts: { leader: 3 }, crashes: 1 },
      constraint: stand(0, 1),
    })
    expect(violation?.property).toBe(property)
    expect(violation?.path).toHaveLength(steps)
  })
})
