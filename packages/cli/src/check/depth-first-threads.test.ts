import { type ExploredSubject, explore, optionsOfSubject } from '@quorate/core/explorer'
import { describe, expect, test } from 'vitest'
import { exploreInThreads } from './depth-first-threads.ts'

const election = { name: 'elections', nodes: 3, bounds: { timeouts: { election: 1 }, losses: 1 } }
const proposers = {
  name: 'two proposers',
  nodes: 2,
  commands: [
    { propose: 'a', node: 0 },
    { propose: 'b', node: 1 },
  ],
  bounds: { timeouts: 1, crashes: 1 },
}

const subjects: [string, ExploredSubject][] = [
  ['Raft: an election, a loss', { protocol: 'raft', world: election }],
  [
    'Raft: within 9 events',
    { protocol: 'raft', world: { ...election, bounds: { ...election.bounds, depth: 9 } } },
  ],
  ['Paxos: two proposers, a crash', { protocol: 'paxos', world: proposers }],
  ['a reference model, with its history', { protocol: 'paxos-register', world: { clients: 2 } }],
]

describe('a search in threads', () => {
  test.for(subjects)('%s: as many states as in one', async ([, subject]) => {
    const { verdict, complete, uniqueStates, generatedStates } = explore(optionsOfSubject(subject))
    // So small a table that it has to grow again and again.
    const found = await exploreInThreads(subject, { threads: 2, initialSlots: 512 })
    expect(found).toMatchObject({ verdict, complete, uniqueStates, generatedStates })
    expect(found.certainty.kind).toBe('hashed')
  })

  test('of which there is one', async () => {
    const subject = { protocol: 'raft', world: election }
    const { uniqueStates, generatedStates } = explore(optionsOfSubject(subject))
    const found = await exploreInThreads(subject, { threads: 1 })
    expect(found).toMatchObject({ verdict: 'held', uniqueStates, generatedStates })
  })

  test('finds a planted bug', async () => {
    const subject = {
      protocol: 'raft+two-votes-in-a-term',
      world: { name: 'elections', nodes: 3, bounds: { timeouts: { election: 2 } } },
    }
    const { verdict, violation } = await exploreInThreads(subject, { threads: 2 })
    expect(verdict).toBe('violated')
    expect(violation?.property).toBe('election safety')
    expect(violation?.path.length).toBeGreaterThanOrEqual(10)
  })

  test('ends inconclusive where the table may not grow, or the states are bounded', async () => {
    const subject = { protocol: 'raft', world: election }
    const full = await exploreInThreads(subject, {
      threads: 2,
      initialSlots: 512,
      maximumBytes: 8_192,
    })
    expect(full).toMatchObject({ verdict: 'inconclusive', complete: false, endedBy: 'memory' })
    const bounded = {
      ...subject,
      world: { ...election, bounds: { ...election.bounds, states: 300 } },
    }
    const { verdict, uniqueStates } = await exploreInThreads(bounded, { threads: 2 })
    expect(verdict).toBe('inconclusive')
    expect(uniqueStates).toBeGreaterThanOrEqual(300)
  })

  test('can be ended early, with what was seen so far', async () => {
    const stop = new AbortController()
    const endless = { name: 'elections', nodes: 5, bounds: { timeouts: { election: 4 } } }
    const found = await exploreInThreads(
      { protocol: 'raft', world: endless },
      { threads: 2, signal: stop.signal, onProgress: () => stop.abort() },
    )
    expect(found).toMatchObject({ verdict: 'inconclusive', complete: false })
  })

  test('that throws says what', async () => {
    const subject = { protocol: 'raft', world: { ...election, twins: [{ node: 7, second: [0] }] } }
    await expect(exploreInThreads(subject, { threads: 2 })).rejects.toThrow(
      'a twin of node 7: must be 0 to 2',
    )
  })
})
