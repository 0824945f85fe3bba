import { describe, expect, test } from 'vitest'
import { among, type InFlight, ScriptedCluster } from './testing/scripted-cluster.ts'

function cluster(): ScriptedCluster {
  const made = new ScriptedCluster({ nodes: 3 })
  made.elect(0)
  made.write(0, 'a', 1, 1)
  made.deliverAll()
  return made
}

const kinds = (sent: readonly InFlight[]): string[] => sent.map(({ message }) => message.kind)

describe('reads by read index (§6.4)', () => {
  test('a leader answers after a round of heartbeats, and writes nothing', () => {
    const on = cluster()
    const records = on.host(0).records.length
    on.read(0, 9, 1)
    expect(on.answer(9, 1)).toBeUndefined()
    on.deliverAll(among([0, 1]))
    expect(on.answer(9, 1)).toBe('a')
    expect(on.host(0).records.length).toBe(records)
  })

  test('answers to a round that began before the read do not count', () => {
    const on = cluster()
    on.timeout(0, 'heartbeat')
    on.deliver(({ to }) => to === 1)
    on.drop(({ from }) => from === 0)
    on.read(0, 9, 1)
    on.deliver(({ from }) => from === 1)
    expect(on.answer(9, 1)).toBeUndefined()
  })

  test('a leader that was deposed without knowing it does not answer', () => {
    const on = cluster()
    on.elect(1, [1, 2])
    on.write(1, 'b', 2, 1)
    on.deliverAll(among([1, 2]))
    on.drop()
    on.read(0, 9, 1)
    on.deliverAll()
    expect(on.answer(9, 1)).toBe('not the leader')
  })

  test('reads that arrive during a round share the next one', () => {
    const on = cluster()
    on.read(0, 9, 1)
    for (let i = 2; i <= 10; i += 1) on.read(0, 9, i)
    expect(kinds(on.inFlight)).toEqual(['appendEntries', 'appendEntries'])
    on.deliver(({ to }) => to === 1)
    on.deliver(({ from }) => from === 1)
    expect(on.answer(9, 1)).toBe('a')
    expect(on.answer(9, 2)).toBeUndefined()
    on.deliverAll()
    expect(on.answer(9, 10)).toBe('a')
  })

  test('a new leader answers no read before it has committed in its own term', () => {
    const on = cluster()
    on.write(0, 'b', 1, 2)
    // Both followers have it, and the leader tells its client, but not the followers.
    on.deliverAll()
    expect(on.answer(1, 2)).toBe('2')
    on.endLoyalty(1)
    on.endLoyalty(2)
    on.timeout(1, 'election')
    on.deliverAll((sent) => among([1, 2])(sent) && sent.message.kind !== 'appendEntries')
    expect(on.node(1).role).toBe('leader')
    expect(on.node(1).commitIndex).toBeLessThan(3)
    on.read(1, 9, 1)
    expect(on.answer(9, 1)).toBeUndefined()
    on.deliverAll()
    expect(on.answer(9, 1)).toBe('a b')
  })

  test('a follower asks the leader for the read index, waits until it is applied, and answers itself', () => {
    const on = cluster()
    expect(on.journal(2)).toBe('')
    on.read(2, 9, 1)
    expect(kinds(on.inFlight)).toEqual(['readIndex'])
    on.deliverAll()
    expect(on.answer(9, 1)).toBe('a')
    expect(on.replies.at(-1)?.node).toBe(2)
  })

  test('a follower that gets the index before the entries waits for them', () => {
    const on = cluster()
    on.read(2, 9, 1)
    on.deliverAll((sent) => sent.message.kind !== 'appendEntries' || sent.to !== 2)
    expect(on.node(2).reads[0]?.index).toBe(2)
    expect(on.answer(9, 1)).toBeUndefined()
    on.deliverAll()
    expect(on.answer(9, 1)).toBe('a')
  })

  test('a question that was lost is asked again', () => {
    const on = cluster()
    on.read(2, 9, 1)
    on.drop()
    on.timeout(2, 'reads')
    on.deliverAll()
    expect(on.answer(9, 1)).toBe('a')
  })

  test('a follower asks the next leader, if the first one is gone', () => {
    const on = cluster()
    on.read(2, 9, 1)
    on.drop()
    on.crash(0)
    on.elect(1, [1, 2])
    on.heartbeat(1, [1, 2])
    expect(on.answer(9, 1)).toBe('a')
  })

  test('an answer to a question of an earlier life is not taken for one of this', () => {
    const on = cluster()
    on.read(2, 9, 1)
    on.deliverUntil(() => on.inFlight.some(({ message }) => message.kind === 'readIndexReply'))
    const [late] = on.drop(({ message }) => message.kind === 'readIndexReply')
    on.drop()
    on.crash(2)
    on.restart(2)
    on.write(0, 'b', 1, 2)
    on.deliverAll()
    on.heartbeat(0)
    on.read(2, 9, 2)
    on.drop()
    on.hand(late as InFlight)
    expect(on.node(2).reads[0]?.index).toBeUndefined()
  })

  test('without a leader a read is refused, and so are those that wait when the leader is gone', () => {
    const on = new ScriptedCluster({ nodes: 3 })
    on.read(1, 9, 1)
    expect(on.answer(9, 1)).toBe('no leader')
    on.elect(0)
    on.read(1, 9, 2)
    on.drop()
    on.endLoyalty(1)
    on.timeout(1, 'election')
    expect(on.answer(9, 2)).toBe('no leader')
  })
})

describe('reads by lease (§6.4.1)', () => {
  test('while its lease lasts, a leader answers at once', () => {
    const on = cluster()
    on.heartbeat(0)
    on.read(0, 9, 1, 'lease')
    expect(on.answer(9, 1)).toBe('a')
    expect(on.inFlight).toEqual([])
  })

  test('the lease is shorter than the loyalty of the voters, by the drift of both clocks', () => {
    const on = cluster()
    on.heartbeat(0)
    on.drop()
    on.now += 997_000
    on.read(0, 9, 1, 'lease')
    expect(on.answer(9, 1)).toBe('a')
    on.now += 2_000
    on.read(0, 9, 2, 'lease')
    expect(on.answer(9, 2)).toBeUndefined()
    on.deliverAll()
    expect(on.answer(9, 2)).toBe('a')
  })

  test('the lease counts from the beginning of the round, not from its answers', () => {
    const on = cluster()
    on.now += 2_000_000
    on.timeout(0, 'heartbeat')
    on.now += 990_000
    on.deliverAll()
    on.now += 10_000
    on.read(0, 9, 1, 'lease')
    expect(on.answer(9, 1)).toBeUndefined()
  })

  test('a follower’s lease read is answered without a round of heartbeats', () => {
    const on = cluster()
    on.heartbeat(0)
    on.read(2, 9, 1, 'lease')
    on.deliver()
    on.deliver()
    expect(on.answer(9, 1)).toBe('a')
    expect(on.inFlight).toEqual([])
  })

  test('a leader that has asked another to take over has no lease any more (§3.10)', () => {
    const on = cluster()
    on.heartbeat(0)
    on.propose(0, { kind: 'transfer', to: 1 }, { client: 5, sequence: 1 })
    on.drop()
    on.timeout(0, 'transfer')
    on.read(0, 9, 1, 'lease')
    expect(on.answer(9, 1)).toBeUndefined()
  })
})
