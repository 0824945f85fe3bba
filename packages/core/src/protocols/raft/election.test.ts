import { describe, expect, test } from 'vitest'
import { among, ScriptedCluster } from './testing/scripted-cluster.ts'

describe('leader election (§3.4)', () => {
  test('a server that hears no leader asks for votes, and a majority makes it the leader', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    expect(cluster.node(0).currentTerm).toBe(1)
    expect(cluster.nodes.map((id) => cluster.node(id).leader)).toEqual([0, 0, 0])
  })

  test('a lone server elects itself once its own vote is on disk', () => {
    const cluster = new ScriptedCluster({ nodes: 1, autoSync: false })
    cluster.timeout(0, 'election')
    expect(cluster.node(0).role).toBe('candidate')
    cluster.sync(0)
    expect(cluster.node(0).role).toBe('leader')
    expect(cluster.node(0).commitIndex).toBe(0)
    cluster.sync(0)
    expect(cluster.node(0).commitIndex).toBe(1)
  })

  test('a candidate asks for no vote before its own is on disk (§3.8)', () => {
    const cluster = new ScriptedCluster({ nodes: 3, autoSync: false })
    cluster.timeout(0, 'election')
    cluster.deliverAll()
    expect(cluster.node(0).role).toBe('candidate')
    expect(cluster.inFlight).toEqual([])
    cluster.sync(0)
    expect(cluster.inFlight.map(({ message }) => message.kind)).toEqual([
      'requestVote',
      'requestVote',
    ])
  })

  test('a vote is on disk before the candidate hears of it, and outlives a crash (§3.8)', () => {
    const cluster = new ScriptedCluster({ nodes: 3, autoSync: false })
    cluster.timeout(0, 'election')
    cluster.deliverAll()
    cluster.sync(0)
    cluster.deliver(among([0, 1]))
    expect(cluster.inFlight.some(({ from }) => from === 1)).toBe(false)
    cluster.sync(1)
    expect(cluster.inFlight.some(({ from }) => from === 1)).toBe(true)
    cluster.crash(1)
    cluster.restart(1)
    expect(cluster.node(1).currentTerm).toBe(1)
    expect(cluster.node(1).votedFor).toBe(0)
  })

  test('a server votes once a term, first come first served', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.timeout(0, 'election')
    cluster.timeout(1, 'election')
    cluster.deliverAll(({ message }) => message.kind.startsWith('requestPreVote'))
    expect([0, 1].map((id) => cluster.node(id).role)).toEqual(['candidate', 'candidate'])
    cluster.deliverAll()
    expect(cluster.node(2).votedFor).toBe(0)
    expect(cluster.nodes.map((id) => cluster.node(id).leader)).toEqual([0, 0, 0])
  })

  test('a split vote is followed by another election, in a new term', () => {
    const cluster = new ScriptedCluster({ nodes: 4 })
    const preVotes = ({ message }: { message: { kind: string } }) =>
      message.kind.startsWith('requestPreVote')
    cluster.timeout(0, 'election')
    cluster.timeout(3, 'election')
    cluster.deliverAll(preVotes)
    cluster.deliverAll(among([0, 1]))
    cluster.deliverAll(among([2, 3]))
    cluster.deliverAll()
    expect(cluster.leader).toBeUndefined()
    cluster.elect(3)
    expect(cluster.node(3).currentTerm).toBe(2)
  })

  test('a higher term makes a leader and a candidate followers (figure 3.1)', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.drop()
    cluster.elect(1, [1, 2])
    cluster.heartbeat(0)
    expect(cluster.node(0).role).toBe('follower')
    expect(cluster.node(0).currentTerm).toBe(2)
  })

  test('a server does not vote for a log less complete than its own (§3.6.1)', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.write(0, 'a', 1, 1)
    cluster.deliverAll(among([0, 1]))
    cluster.drop()
    cluster.crash(0)
    cluster.endLoyalty(1)
    cluster.endLoyalty(2)
    cluster.timeout(2, 'election')
    cluster.deliverAll()
    expect(cluster.node(2).role).toBe('preCandidate')
    cluster.elect(1, [1, 2])
    cluster.heartbeat(1, [1, 2])
    expect(cluster.journal(2)).toBe('a')
  })
})

describe('pre-vote (§9.6)', () => {
  test('a server that was cut off comes back without disturbing the leader', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.endLoyalty(2)
    for (let times = 0; times < 5; times += 1) {
      cluster.timeout(2, 'election')
      cluster.drop()
    }
    expect(cluster.node(2).currentTerm).toBe(1)
    cluster.timeout(2, 'election')
    cluster.deliverAll()
    cluster.heartbeat(0)
    expect(cluster.leader).toBe(0)
    expect(cluster.nodes.map((id) => cluster.node(id).currentTerm)).toEqual([1, 1, 1])
  })

  test('a pre-vote changes no state of the voter', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.timeout(0, 'election')
    cluster.deliver()
    expect(cluster.node(1).currentTerm).toBe(0)
    expect(cluster.node(1).votedFor).toBeUndefined()
    expect(cluster.host(1).records).toEqual([])
  })

  test('one who lags behind in terms learns the term from the refusal', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0, [0, 1])
    cluster.drop()
    cluster.endLoyalty(1)
    cluster.timeout(2, 'election')
    cluster.deliverAll(among([1, 2]))
    expect(cluster.node(2).currentTerm).toBe(1)
    expect(cluster.node(2).role).toBe('follower')
  })

  test('one who has asked for pre-votes may still vote for a candidate of its term', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.timeout(0, 'election')
    cluster.deliverAll(({ message }) => message.kind.startsWith('requestPreVote'))
    cluster.timeout(1, 'election')
    expect(cluster.node(1).role).toBe('preCandidate')
    cluster.deliverAll(({ message }) => message.kind.startsWith('requestVote'))
    expect(cluster.node(1).votedFor).toBe(0)
    expect(cluster.node(1).role).toBe('follower')
  })
})

describe('loyalty to a live leader (§4.2.3)', () => {
  test('a server that heard its leader within the minimum election timeout ignores candidates of any term', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    const request = {
      kind: 'requestVote',
      term: 9,
      lastLogIndex: 9,
      lastLogTerm: 9,
      transfer: false,
    } as const
    cluster.hand({ from: 2, to: 1, message: request })
    cluster.hand({ from: 2, to: 0, message: request })
    expect([0, 1].map((id) => cluster.node(id).currentTerm)).toEqual([1, 1])
    cluster.endLoyalty(1)
    cluster.hand({ from: 2, to: 1, message: request })
    expect(cluster.node(1).votedFor).toBe(2)
  })

  test('a server stays loyal through a restart, for it may have heard a leader just before', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.crash(1)
    cluster.restart(1)
    cluster.endLoyalty(2)
    cluster.timeout(2, 'election')
    cluster.deliverAll(among([1, 2]))
    expect(cluster.node(2).role).toBe('preCandidate')
  })
})

describe('the quorum of a leader (§6.2)', () => {
  test('a leader that hears no majority for an election timeout steps down', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.timeout(0, 'quorum')
    expect(cluster.node(0).role).toBe('leader')
    cluster.timeout(0, 'quorum')
    expect(cluster.node(0).role).toBe('follower')
    expect(cluster.node(0).currentTerm).toBe(1)
  })

  test('a leader that hears a majority goes on', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    for (let times = 0; times < 5; times += 1) {
      cluster.heartbeat(0, [0, 1])
      cluster.drop()
      cluster.timeout(0, 'quorum')
    }
    expect(cluster.node(0).role).toBe('leader')
  })
})

test('with nothing in the way a leader is elected in time, and stays', () => {
  const cluster = new ScriptedCluster({ nodes: 5 })
  cluster.letTimePass(5_000)
  const { leader } = cluster
  expect(leader).toBeDefined()
  const term = cluster.node(leader as number).currentTerm
  cluster.letTimePass(60_000)
  expect(cluster.leader).toBe(leader)
  expect(cluster.node(leader as number).currentTerm).toBe(term)
})

test('times that cannot work together are refused in one line', () => {
  expect(
    () =>
      new ScriptedCluster({ nodes: 1, parameters: { heartbeatMs: 500, electionTimeoutMs: 400 } }),
  ).toThrow('heartbeatMs is 500: it must be less than electionTimeoutMs, 400 ms')
})
