import { describe, expect, test } from 'vitest'
import { Entry, type Message } from './raft.messages.ts'
import {
  figure37Parameters,
  partA,
  partB,
  partC,
  partD,
  S1,
  S2,
  S3,
  S5,
} from './testing/figure-3-7.ts'
import { among, type InFlight, ScriptedCluster } from './testing/scripted-cluster.ts'

const isAppend = ({ message }: InFlight): boolean => message.kind === 'appendEntries'
const appendsTo = (cluster: ScriptedCluster, to: number): Message<'appendEntries'>[] =>
  cluster.inFlight
    .filter((sent) => isAppend(sent) && sent.to === to)
    .map(({ message }) => message as Message<'appendEntries'>)

describe('log replication (§3.5)', () => {
  test('an entry is committed when a majority has it on disk, and followers learn so with the next message', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.write(0, 'a', 7, 1)
    expect(cluster.answer(7, 1)).toBeUndefined()
    cluster.deliverAll(among([0, 1]))
    expect(cluster.answer(7, 1)).toBe('1')
    expect(cluster.journal(1)).toBe('')
    cluster.drop()
    cluster.heartbeat(0)
    expect(cluster.nodes.map((id) => cluster.journal(id))).toEqual(['a', 'a', 'a'])
  })

  test('a follower acknowledges entries only when they are on its disk', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    const lazy = new ScriptedCluster({ nodes: 3, autoSync: false })
    lazy.timeout(0, 'election')
    lazy.deliverAll()
    for (const id of [0, 1, 0]) {
      lazy.sync(id)
      lazy.deliverAll(among([0, 1]))
    }
    expect(lazy.node(0).role).toBe('leader')
    lazy.sync(0)
    expect(lazy.node(1).lastIndex).toBe(1)
    expect(lazy.node(0).commitIndex).toBe(0)
    lazy.sync(1)
    lazy.deliverAll(among([0, 1]))
    expect(lazy.node(0).commitIndex).toBe(1)
  })

  test('a leader writes its own log while it replicates, and counts itself when the disk has it (§10.2.1)', () => {
    const cluster = new ScriptedCluster({ nodes: 3, autoSync: false })
    const syncAll = () => {
      for (const id of cluster.nodes) cluster.sync(id)
    }
    cluster.timeout(0, 'election')
    for (let rounds = 0; rounds < 6; rounds += 1) {
      cluster.deliverAll()
      syncAll()
    }
    expect(cluster.node(0).commitIndex).toBe(1)
    cluster.write(0, 'a', 7, 1)
    // The entry is on its way though no disk has it.
    expect(appendsTo(cluster, 1).length).toBe(1)
    cluster.deliver(isAppend)
    cluster.sync(1)
    cluster.deliver(({ from, to }) => from === 1 && to === 0)
    expect(cluster.node(0).commitIndex).toBe(1)
    cluster.sync(0)
    expect(cluster.node(0).commitIndex).toBe(2)
    expect(cluster.answer(7, 1)).toBe('1')
  })

  test('two followers can commit what the leader has not yet on its own disk (§10.2.1)', () => {
    const cluster = new ScriptedCluster({ nodes: 3, autoSync: false })
    cluster.timeout(0, 'election')
    for (let rounds = 0; rounds < 6; rounds += 1) {
      cluster.deliverAll()
      for (const id of cluster.nodes) cluster.sync(id)
    }
    cluster.write(0, 'a', 7, 1)
    cluster.deliverAll(isAppend)
    cluster.sync(1)
    cluster.sync(2)
    cluster.deliverAll()
    expect(cluster.answer(7, 1)).toBe('1')
    expect(cluster.host(0).durable).toBeLessThan(cluster.host(0).records.length)
  })

  // Figure 3.6: a new leader, and logs that lack entries, have extra ones, or both.
  test.each([
    ['(a) lacks an entry', [1, 1, 1, 4, 4, 5, 5, 6, 6]],
    ['(b) lacks entries', [1, 1, 1, 4]],
    ['(c) has an extra entry', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6]],
    ['(d) has extra entries of a later term', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]],
    ['(e) has other entries of one term', [1, 1, 1, 4, 4, 4, 4]],
    ['(f) has other entries of two terms', [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]],
  ])('a leader brings a follower to its own log that %s (figure 3.6)', (_name, terms) => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    const give = (id: number, log: readonly number[]) => {
      const entries = log.map((term) => Entry({ term, content: { kind: 'noOp' } }))
      cluster.replaceDisk(id, [
        { kind: 'append', index: 1, entries },
        { kind: 'vote', term: 7, votedFor: undefined },
      ])
    }
    const leaders = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
    give(0, leaders)
    give(1, leaders)
    give(2, terms)
    cluster.elect(0, [0, 1])
    cluster.drop()
    cluster.heartbeat(0)
    expect(cluster.terms(2)).toEqual([...leaders, 8])
    expect(cluster.node(0).commitIndex).toBe(11)
  })

  test('to find where logs agree takes one message a term, not one an entry (§3.5)', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.drop()
    // The leader is cut off and piles up entries that nobody gets.
    for (let i = 1; i <= 50; i += 1) cluster.write(0, 'lost', 1, i)
    cluster.drop()
    cluster.timeout(0, 'quorum')
    cluster.timeout(0, 'quorum')
    cluster.elect(1, [1, 2])
    for (let i = 1; i <= 50; i += 1) cluster.write(1, 'kept', 2, i)
    cluster.deliverAll(among([1, 2]))
    cluster.drop()
    cluster.timeout(1, 'heartbeat')
    let rejections = 0
    for (;;) {
      const sent = cluster.deliver(among([0, 1]))
      if (sent === undefined) break
      if (sent.message.kind === 'appendEntriesRejected') rejections += 1
    }
    expect(cluster.terms(0)).toEqual(cluster.terms(1))
    expect(rejections).toBeLessThanOrEqual(2)
  })

  test('an old AppendEntries does not remove entries that came after it', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.write(0, 'a', 1, 1)
    const old = cluster.inFlight.find(({ to }) => to === 1) as InFlight
    cluster.deliverAll()
    cluster.write(0, 'b', 1, 2)
    cluster.deliverAll()
    cluster.hand(old)
    expect(cluster.node(1).lastIndex).toBe(3)
    cluster.hand({ ...old, message: { ...old.message, leaderCommit: 99 } as InFlight['message'] })
    expect(cluster.node(1).commitIndex).toBe(2)
  })

  test('a follower commits no further than the entries it knows to match', () => {
    const cluster = new ScriptedCluster({ nodes: 3, parameters: { maxEntriesPerAppend: 1 } })
    cluster.elect(0)
    for (let i = 1; i <= 3; i += 1) cluster.write(0, `lost ${i}`, 1, i)
    cluster.drop()
    cluster.elect(1, [1, 2])
    for (let i = 1; i <= 3; i += 1) cluster.write(1, `kept ${i}`, 2, i)
    cluster.deliverAll(among([1, 2]))
    cluster.drop()
    expect(cluster.node(1).commitIndex).toBe(5)
    // The old leader gets the first of them, with a commit index beyond it.
    cluster.timeout(1, 'heartbeat')
    cluster.deliverUntil(() => cluster.node(0).termAt(2) === 2, among([0, 1]))
    expect(cluster.node(0).commitIndex).toBeLessThanOrEqual(cluster.node(0).lastIndex)
    cluster.deliverAll()
    expect(cluster.journal(0)).toBe('kept 1 kept 2 kept 3')
  })
})

describe('commitment of earlier terms (§3.6.2)', () => {
  test('a leader does not commit an earlier term’s entry by counting replicas (figure 3.7)', () => {
    const cluster = new ScriptedCluster({ nodes: 5, parameters: figure37Parameters })
    partA(cluster)
    expect([S1, S2, S3].map((id) => cluster.terms(id))).toEqual([[1, 1], [1, 1], [1]])
    partB(cluster)
    expect(cluster.terms(S5)).toEqual([1, 2])
    partC(cluster)
    expect(cluster.node(S1).currentTerm).toBe(3)
    expect([S1, S2, S3].map((id) => cluster.node(id).termAt(2))).toEqual([1, 1, 1])
    expect(cluster.node(S1).commitIndex).toBe(0)
    partD(cluster)
    expect(cluster.node(S3).termAt(2)).toBe(2)
    cluster.restart(S1)
    cluster.heartbeat(S5)
    expect(cluster.journal(S1)).toBe(cluster.journal(S5))
    expect(cluster.answer(1, 1)).toBeUndefined()
  })
})

describe('flow to a follower (§10.2)', () => {
  test('AppendEntries are pipelined: more leave before the first is answered', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    for (let i = 1; i <= 3; i += 1) cluster.write(0, `${i}`, 1, i)
    expect(appendsTo(cluster, 1).map(({ prevLogIndex }) => prevLogIndex)).toEqual([1, 2, 3])
  })

  test('beyond the window entries gather, and leave as one batch', () => {
    const cluster = new ScriptedCluster({
      nodes: 3,
      parameters: { maxAppendsInFlight: 2, maxEntriesPerAppend: 5 },
    })
    cluster.elect(0)
    for (let i = 1; i <= 9; i += 1) cluster.write(0, `${i}`, 1, i)
    expect(appendsTo(cluster, 1).map(({ entries }) => entries.length)).toEqual([1, 1])
    cluster.deliver(({ to }) => to === 1)
    cluster.deliver(({ from }) => from === 1)
    expect(appendsTo(cluster, 1).map(({ entries }) => entries.length)).toEqual([1, 5])
    cluster.deliverAll()
    expect(cluster.node(1).lastIndex).toBe(10)
  })

  test('the window also counts bytes', () => {
    const cluster = new ScriptedCluster({ nodes: 3, parameters: { maxBytesInFlight: 2_000 } })
    cluster.elect(0)
    for (let i = 1; i <= 9; i += 1) cluster.write(0, 'x'.repeat(900), 1, i)
    expect(appendsTo(cluster, 1).length).toBe(3)
    cluster.deliverAll()
    expect(cluster.node(1).lastIndex).toBe(10)
    expect(cluster.node(0).flows[1]?.bytesInFlight).toBe(0)
  })

  test('followers that are equally far share one message', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    const sent: unknown[] = []
    cluster.host(0).sendEagerly = (_to, message) => sent.push(message)
    cluster.write(0, 'a', 1, 1)
    expect(sent.length).toBe(2)
    expect(sent[0]).toBe(sent[1])
  })

  test('a lost AppendEntries is noticed by the next, and repeated', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.elect(0)
    cluster.write(0, 'a', 1, 1)
    cluster.drop()
    cluster.write(0, 'b', 1, 2)
    cluster.deliverAll()
    expect(cluster.journal(0)).toBe('a b')
  })

  test('a lost AppendEntries with nothing after it is noticed by a heartbeat', () => {
    const cluster = new ScriptedCluster({ nodes: 3, parameters: { maxAppendsInFlight: 1 } })
    cluster.elect(0)
    cluster.write(0, 'a', 1, 1)
    cluster.drop()
    cluster.heartbeat(0)
    cluster.heartbeat(0)
    expect(cluster.journal(1)).toBe('a')
  })

  test('a follower that never answers is sent its entries once, and then heartbeats alone', () => {
    const cluster = new ScriptedCluster({ nodes: 3 })
    cluster.crash(2)
    cluster.elect(0, [0, 1])
    cluster.drop()
    for (let i = 1; i <= 5; i += 1) {
      cluster.write(0, 'x', 1, i)
      cluster.read(0, 2, i)
      cluster.timeout(0, 'heartbeat')
      expect(appendsTo(cluster, 2).every(({ entries }) => entries.length === 0)).toBe(true)
      cluster.deliverAll(among([0, 1]))
      cluster.drop()
    }
    cluster.restart(2)
    for (let beats = 0; beats < 2; beats += 1) cluster.heartbeat(0)
    expect(cluster.journal(2)).toBe('x x x x x')
  })

  test('a leader with too many uncommitted entries refuses more', () => {
    const cluster = new ScriptedCluster({ nodes: 3, parameters: { maxUncommittedEntries: 2 } })
    cluster.elect(0)
    for (let i = 1; i <= 3; i += 1) cluster.write(0, 'x', i, 1)
    expect(cluster.answer(3, 1)).toBe('too many in flight')
    cluster.deliverAll()
    cluster.write(0, 'x', 3, 1)
    cluster.deliverAll()
    expect(cluster.answer(3, 1)).toBe('3')
  })
})

test('who does not lead refuses, and names the leader it knows', () => {
  const cluster = new ScriptedCluster({ nodes: 3 })
  cluster.write(1, 'a', 1, 1)
  expect(cluster.replies.at(-1)?.outcome).toEqual({
    kind: 'refused',
    reason: 'no leader',
    leader: undefined,
  })
  cluster.elect(0)
  cluster.write(1, 'a', 1, 1)
  expect(cluster.replies.at(-1)?.outcome).toEqual({
    kind: 'refused',
    reason: 'not the leader',
    leader: 0,
  })
})

test('a deposed leader answers a request once it learns that the entry was committed, and never refuses it', () => {
  const cluster = new ScriptedCluster({ nodes: 3 })
  cluster.elect(0)
  cluster.write(0, 'a', 1, 1)
  cluster.deliver(({ to }) => to === 1)
  cluster.drop()
  cluster.elect(1, [1, 2])
  expect(cluster.answer(1, 1)).toBeUndefined()
  cluster.heartbeat(1)
  cluster.heartbeat(1)
  expect(cluster.node(0).role).toBe('follower')
  expect(cluster.answer(1, 1)).toBe('1')
})

test('a request whose entry was overwritten stays unanswered', () => {
  const cluster = new ScriptedCluster({ nodes: 3 })
  cluster.elect(0)
  cluster.write(0, 'a', 1, 1)
  cluster.drop()
  cluster.elect(1, [1, 2])
  cluster.heartbeat(1)
  cluster.heartbeat(1)
  expect(cluster.journal(0)).toBe('')
  expect(cluster.answer(1, 1)).toBeUndefined()
})
