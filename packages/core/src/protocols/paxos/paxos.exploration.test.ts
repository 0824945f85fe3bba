import { describe, expect, test } from 'vitest'
import { type ExploreOptions, explore } from '../../explorer/index.ts'
import { paxosMutants } from './paxos.mutants.ts'
import { paxos } from './paxos.protocol.ts'
import type { Paxos } from './paxos.ts'

// Exact counts: whoever changes what Paxos remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

const proposes = (node: number) => ({
  node,
  command: { kind: 'propose', value: Uint8Array.of(node) },
})
const one = { protocol: paxos, nodes: 3, commands: [proposes(0)] } as const
const two = { ...one, commands: [proposes(0), proposes(1)] } as const

describe('Paxos with three nodes, every order of events', () => {
  test.for([
    ['one proposer', one, { uniqueStates: 503, generatedStates: 1_260, depth: 10 }],
    ['two proposers', two, { uniqueStates: 1_810_302, generatedStates: 5_742_747, depth: 21 }],
    [
      'one proposer, a crash, a message lost',
      { ...one, bounds: { crashes: 1, losses: 1 } },
      { uniqueStates: 20_613, generatedStates: 77_819, depth: 13 },
    ],
    [
      'one proposer, a crash, a message repeated',
      { ...one, bounds: { crashes: 1, duplications: 1 } },
      { uniqueStates: 72_416, generatedStates: 236_271, depth: 15 },
    ],
    [
      'one proposer that begins two ballots',
      { ...one, bounds: { timeouts: { ballot: 1 } } },
      { uniqueStates: 713_450, generatedStates: 2_344_022, depth: 20 },
    ],
    [
      'one proposer, a crash, disks that take their time',
      { ...one, bounds: { crashes: 1 }, disk: 'asynchronous' },
      { uniqueStates: 93_960, generatedStates: 299_975, depth: 22 },
    ],
  ] satisfies [string, ExploreOptions<Paxos>, object][])('%s', ([, options, counts]) => {
    expect(explore(options)).toMatchObject({ verdict: 'held', complete: true, ...counts })
  })

  test('two nodes, two proposers with two ballots, a crash', () => {
    const bounds = { timeouts: { ballot: 1 }, crashes: 1 }
    expect(explore({ ...two, nodes: 2, bounds })).toMatchObject({
      verdict: 'held',
      complete: true,
      uniqueStates: 82_328,
    })
  })

  test('the order of insertion into its maps makes no difference', () => {
    const options = { ...one, bounds: { crashes: 1, losses: 1 } }
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })
})

describe('a planted bug of Paxos is found by a shortest way', () => {
  const nodes = (name: string): number => (name === 'half-is-enough' ? 2 : 3)
  test.for([
    ['promise-not-persisted', 'chosen values stay', 9],
    ['accept-below-promise', 'promises kept', 5],
    ['own-value', 'chosen values stay', 7],
    ['lowest-ballot', 'chosen values stay', 10],
    ['half-is-enough', 'agreement', 2],
    ['ballots-shared', 'one value a ballot', 6],
    ['acceptances-across-ballots', 'chosen values stay', 8],
  ] as const)('%s', ([name, property, steps]) => {
    const mutant = paxosMutants.find((known) => known.name === name)
    if (mutant === undefined) throw new Error(`no planted bug ${name}`)
    const bounds = { timeouts: { ballot: 1 }, crashes: 1 }
    const { violation } = explore({
      ...two,
      nodes: nodes(name),
      bounds,
      nodeClass: mutant.node,
    })
    expect(violation?.property).toBe(property)
    expect(violation?.path).toHaveLength(steps)
  })
})
