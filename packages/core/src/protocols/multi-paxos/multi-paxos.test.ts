import { describe, expect, test } from 'vitest'
import { among } from '../paxos/testing/script.ts'
import { carries, MultiPaxosScript } from './testing/multi-paxos-script.ts'

describe('under a leader that lasts', () => {
  test('a write takes one message to each other node and one back, and no phase 1', () => {
    const world = new MultiPaxosScript({ nodes: 5 })
    world.elect(0, [0, 1, 2, 3, 4])
    world.drop()
    world.write(0, 'a', 1, 1)
    expect(world.inFlight.map(({ message }) => message.kind)).toEqual(Array(4).fill('accept'))
    world.deliver(({ message }) => message.kind === 'accept')
    expect(world.inFlight.map(({ message }) => message.kind)).toEqual(Array(4).fill('accepted'))
    world.deliver()
    expect(world.told(1, 1)).toBe('1')
    expect(world.journal(0)).toBe('a')
  })

  test('the others learn with the next message what is chosen', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.write(0, 'a', 1, 1)
    world.deliver()
    expect(world.journal(1)).toBe('')
    world.heartbeat(0)
    expect([world.journal(1), world.journal(2)]).toEqual(['a', 'a'])
  })

  test('writes are proposed without waiting, and gather into one message where many are on their way', () => {
    const world = new MultiPaxosScript({ parameters: { maxAcceptsInFlight: 1 } })
    world.elect(0)
    for (let i = 1; i <= 5; i += 1) world.write(0, `${i}`, i, 1)
    const sizes = () =>
      world.inFlight.flatMap(({ to, message }) =>
        to === 1 && message.kind === 'accept' ? [message.pvalues.length] : [],
      )
    expect(sizes()).toEqual([1])
    world.deliver(({ message }) => message.kind === 'accept')
    world.deliver(({ from }) => from === 1)
    expect(sizes()).toEqual([4])
    world.deliver()
    expect(world.journal(0)).toBe('1 2 3 4 5')
  })

  test('more than its window is refused', () => {
    const world = new MultiPaxosScript({ parameters: { window: 2 } })
    world.elect(0)
    for (let i = 1; i <= 3; i += 1) world.write(0, `${i}`, i, 1)
    expect(world.told(3, 1)).toBe('too many in flight')
    world.deliver()
    world.write(0, '3', 3, 2)
    expect(world.node(0).lastSlot).toBe(3)
  })

  test('a retry is answered from its session, and runs once', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.write(0, 'a', 1, 1)
    world.deliver()
    world.write(0, 'a', 1, 1)
    world.deliver()
    expect(world.told(1, 1)).toBe('1')
    expect(world.journal(0)).toBe('a')
  })

  test('it counts its own acceptance only when that is on disk', () => {
    const world = new MultiPaxosScript({ autoSync: false })
    world.timeout(0, 'leader')
    for (let i = 0; i < 4; i += 1) {
      for (const id of [0, 1, 2]) world.sync(id)
      world.deliver()
    }
    world.write(0, 'a', 1, 1)
    world.deliver(among([0, 1]))
    world.sync(1)
    world.deliver(among([0, 1]))
    expect(world.node(0).accepted).toEqual([0, 1, 0])
    expect(world.told(1, 1)).toBeUndefined()
    world.sync(0)
    expect(world.told(1, 1)).toBe('1')
  })
})

describe('slots that are missing', () => {
  test('are accepted in any order; the first gap is asked for, and nothing is executed beyond it', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    for (let i = 1; i <= 3; i += 1) world.write(0, `${i}`, i, 1)
    world.drop((sent) => sent.to === 1 && carries(2)(sent))
    world.deliver(({ to, message }) => to === 1 && message.kind === 'accept')
    expect(world.log(1)).toEqual(['1', '-', '3'])
    expect(world.node(1).acceptedThrough).toBe(1)
    const asked = world.inFlight.find(({ message }) => message.kind === 'lacking')?.message
    expect(asked).toMatchObject({ slot: 2, through: 2 })
    world.deliver()
    world.heartbeat(0)
    expect(world.log(1)).toEqual(['1', '2', '3'])
    expect(world.journal(1)).toBe('1 2 3')
  })

  test('are noticed at the end of the log by a heartbeat', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.write(0, 'a', 1, 1)
    world.drop(({ to }) => to === 2)
    world.deliver()
    world.heartbeat(0)
    expect(world.journal(2)).toBe('a')
  })

  test('that the log no longer has come as a snapshot, in pieces, with the sessions', () => {
    const parameters = {
      snapshotSlots: 4,
      trailingSlots: 0,
      snapshotPieceBytes: 8,
      maxSnapshotBytesAsked: 16,
    }
    const world = new MultiPaxosScript({ parameters })
    world.elect(0)
    world.crash(2)
    for (let i = 1; i <= 9; i += 1) {
      world.write(0, `${i}`, 1, i)
      world.deliver()
    }
    expect(world.node(0).discardedSlot).toBe(8)
    world.restart(2)
    world.heartbeat(0)
    world.heartbeat(0)
    expect(world.journal(2)).toBe('1 2 3 4 5 6 7 8 9')
    expect(world.outputs.filter(({ output }) => output.kind === 'restored')).toEqual([
      { node: 2, output: { kind: 'restored', index: 8, term: 0 } },
    ])
    world.crash(0)
    world.elect(2, [1, 2])
    world.write(2, '9', 1, 9)
    world.deliver()
    expect(world.journal(2)).toBe('1 2 3 4 5 6 7 8 9')
  })

  test('pieces that are lost are asked for again, and a source that is silent is given up', () => {
    const parameters = { snapshotSlots: 2, trailingSlots: 0, snapshotPieceBytes: 8 }
    const world = new MultiPaxosScript({ parameters })
    world.elect(0)
    world.crash(2)
    for (let i = 1; i <= 4; i += 1) {
      world.write(0, `${i}`, 1, i)
      world.deliver()
    }
    world.restart(2)
    world.heartbeat(0, ({ message }) => message.kind !== 'snapshot' || message.offset < 16)
    world.drop()
    expect(world.node(2).arriving?.received).toBe(16)
    world.timeout(2, 'catchUp')
    expect(world.drop()).toHaveLength(1)
    world.timeout(2, 'catchUp')
    expect(world.node(2).arriving).toBeUndefined()
    world.heartbeat(0)
    expect(world.journal(2)).toBe('1 2 3 4')
  })
})

describe('a new leader', () => {
  test('takes over what may have been chosen, and fills the gaps with no-ops', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    for (let i = 1; i <= 3; i += 1) world.write(0, `${i}`, i, 1)
    world.drop((sent) => carries(2)(sent) || sent.to === 2)
    world.deliver(({ message }) => message.kind === 'accept')
    world.drop()
    world.crash(0)
    expect(world.log(1)).toEqual(['1', '-', '3'])
    world.elect(2, [1, 2])
    expect(world.log(2)).toEqual(['1', 'no-op', '3'])
    expect(world.journal(2)).toBe('1 3')
    world.heartbeat(2)
    expect(world.journal(1)).toBe('1 3')
  })

  test('takes the pvalue of the highest ballot for each slot', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.write(0, 'old', 1, 1)
    world.drop()
    world.crash(0)
    world.elect(1, [1, 2])
    world.write(1, 'new', 2, 1)
    world.deliver(({ to }) => to === 2)
    world.drop()
    world.crash(1)
    world.restart(0)
    world.timeout(2, 'leader')
    world.timeout(0, 'leader')
    world.deliver(among([0, 2]))
    expect(world.node(0).highestSeen).toBe(world.node(2).promised)
    world.elect(0, [0, 2])
    expect(world.log(0)).toEqual(['new'])
    expect(world.journal(0)).toBe('new')
  })

  test('proposes in its own ballot before anything counts, though a majority holds it', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.write(0, 'a', 1, 1)
    world.deliver(({ to }) => to === 1)
    world.drop()
    world.crash(0)
    for (const id of [1, 2]) if (world.node(id).leaderAlive) world.timeout(id, 'leader')
    world.timeout(1, 'leader')
    world.deliver(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
    expect(world.node(1).role).toBe('leader')
    expect(world.node(1).executedSlot).toBe(0)
    world.deliver()
    expect(world.journal(1)).toBe('a')
  })

  test('answers reads only when it has executed what it took over', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.write(0, 'a', 1, 1)
    world.deliver()
    world.crash(0)
    for (const id of [1, 2]) if (world.node(id).leaderAlive) world.timeout(id, 'leader')
    world.timeout(1, 'leader')
    world.deliver(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
    world.read(1, 9, 1)
    world.deliver(({ message }) => message.kind === 'accept' && message.pvalues.length === 0)
    world.deliver(({ message }) => message.kind === 'accepted')
    expect(world.told(9, 1)).toBeUndefined()
    world.deliver()
    expect(world.told(9, 1)).toBe('a')
  })

  test('is told nothing by an acceptor that has discarded what it lacks, but sent a snapshot first', () => {
    const world = new MultiPaxosScript({ parameters: { snapshotSlots: 2, trailingSlots: 0 } })
    world.elect(0)
    world.crash(2)
    for (let i = 1; i <= 4; i += 1) {
      world.write(0, `${i}`, 1, i)
      world.deliver()
    }
    world.heartbeat(0)
    world.crash(0)
    world.restart(2)
    if (world.node(1).leaderAlive) world.timeout(1, 'leader')
    world.timeout(2, 'leader')
    const first = world.node(2).ballot
    world.deliver()
    expect(world.node(2).ballot).toBeGreaterThan(first)
    expect(world.node(2).role).toBe('leader')
    expect(world.journal(2)).toBe('1 2 3 4')
  })
})

describe('leaders that meet', () => {
  test('while a leader is heard, nobody promises anything to another', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    const { promised } = world.node(1)
    world.timeout(2, 'leader')
    world.timeout(2, 'leader')
    world.deliver()
    expect(world.node(1).promised).not.toBe(world.node(2).ballot)
    // What node 2 has promised to itself keeps it from accepting: so the leader goes above it.
    world.write(0, 'a', 1, 1)
    world.deliver()
    expect(world.node(0).role).toBe('leader')
    expect(world.node(0).ballot).toBeGreaterThan(promised)
    expect([0, 1, 2].map((id) => world.node(id).promised)).toEqual(
      Array(3).fill(world.node(0).ballot),
    )
    expect(world.told(1, 1)).toBe('1')
  })

  test('a leader that was replaced steps down when it hears of it, and answers no reads meanwhile', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.elect(1, [1, 2])
    world.write(1, 'a', 1, 1)
    world.deliver(among([1, 2]))
    world.drop()
    world.read(0, 9, 1)
    expect(world.told(9, 1)).toBeUndefined()
    world.deliver()
    expect(world.node(0).role).toBe('replica')
    expect(world.told(9, 1)).toBe('not the leader')
  })

  test('a leader that hears no majority makes way', () => {
    const world = new MultiPaxosScript()
    world.elect(0)
    world.timeout(0, 'quorum')
    expect(world.node(0).role).toBe('leader')
    world.timeout(0, 'quorum')
    expect(world.node(0).role).toBe('replica')
    world.write(0, 'a', 1, 1)
    expect(world.told(1, 1)).toBe('no leader')
  })
})

describe('when all nodes have crashed', () => {
  test('each runs again what it knew to be chosen, and the next leader recovers the rest', () => {
    const world = new MultiPaxosScript({ parameters: { snapshotSlots: 3, trailingSlots: 0 } })
    world.elect(0)
    for (let i = 1; i <= 5; i += 1) {
      world.write(0, `${i}`, 1, i)
      world.deliver()
    }
    for (const id of [0, 1, 2]) world.crash(id)
    for (const id of [0, 1, 2]) world.restart(id)
    expect(world.journal(0)).toBe('1 2 3 4')
    world.elect(1)
    expect(world.journal(1)).toBe('1 2 3 4 5')
    world.write(1, '5', 1, 5)
    world.write(1, '6', 1, 6)
    world.deliver()
    expect(world.journal(1)).toBe('1 2 3 4 5 6')
  })

  test('a node alone chooses by itself', () => {
    const world = new MultiPaxosScript({ nodes: 1, parameters: { maxAcceptsInFlight: 1 } })
    world.timeout(0, 'leader')
    for (let i = 1; i <= 3; i += 1) world.write(0, `${i}`, i, 1)
    world.read(0, 9, 1)
    expect(world.told(9, 1)).toBe('1 2 3')
  })
})
