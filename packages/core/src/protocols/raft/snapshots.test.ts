import { describe, expect, test } from 'vitest'
import type { Message } from './raft.messages.ts'
import { among, type InFlight, ScriptedCluster } from './testing/scripted-cluster.ts'

const isPiece = ({ message }: InFlight): boolean => message.kind === 'installSnapshot'
const pieceOf = ({ message }: InFlight) => message as Message<'installSnapshot'>

/** Server 2 is cut off while the others write so much that what it lacks is gone from their logs. */
function leftBehind(parameters: { readonly [name: string]: number } = {}): ScriptedCluster {
  const cluster = new ScriptedCluster({
    nodes: 3,
    parameters: { snapshotEntries: 5, trailingEntries: 0, snapshotChunkBytes: 16, ...parameters },
  })
  cluster.elect(0)
  for (let i = 1; i <= 20; i += 1) {
    cluster.write(0, `${i}`, 1, i)
    cluster.deliverAll(among([0, 1]))
    cluster.drop()
  }
  return cluster
}

const journal = Array.from({ length: 20 }, (_, i) => `${i + 1}`).join(' ')

describe('log compaction (§5.1)', () => {
  test('a server discards what its snapshot holds', () => {
    const cluster = leftBehind()
    expect(cluster.node(0).snapshotIndex).toBe(20)
    expect(cluster.node(0).discardedIndex).toBe(20)
    expect(cluster.node(0).log.length).toBe(1)
    expect(cluster.journal(0)).toBe(journal)
  })

  test('a part of the log before the snapshot stays, for followers that are a little behind', () => {
    const cluster = leftBehind({ trailingEntries: 3 })
    expect(cluster.node(0).snapshotIndex).toBe(20)
    expect(cluster.node(0).discardedIndex).toBe(17)
  })

  test('a server that restarts begins with its snapshot, and commits the rest again', () => {
    const cluster = leftBehind()
    cluster.crash(1)
    cluster.restart(1)
    expect(cluster.node(1).commitIndex).toBe(cluster.node(1).snapshotIndex)
    cluster.crash(0)
    cluster.restart(0)
    expect(cluster.node(0).commitIndex).toBe(20)
    cluster.elect(0, [0, 1])
    expect(cluster.journal(0)).toBe(journal)
  })
})

describe('InstallSnapshot (§5.1, figure 5.3)', () => {
  test('a follower for which the log is too short gets a snapshot, in pieces, and then the log', () => {
    const cluster = leftBehind()
    cluster.timeout(0, 'heartbeat')
    let pieces = 0
    for (let sent = cluster.deliver(); sent !== undefined; sent = cluster.deliver()) {
      if (isPiece(sent)) pieces += 1
    }
    expect(pieces).toBeGreaterThan(3)
    expect(cluster.node(2).snapshotIndex).toBe(20)
    cluster.heartbeat(0)
    expect(cluster.journal(2)).toBe(journal)
    expect(
      cluster.outputs.some(({ node, output }) => node === 2 && output.kind === 'restored'),
    ).toBe(true)
  })

  test('pieces may be lost, repeated and reordered', () => {
    const cluster = leftBehind()
    let turn = 0
    for (let beats = 0; beats < 40 && cluster.journal(2) !== journal; beats += 1) {
      cluster.timeout(0, 'heartbeat')
      while (cluster.inFlight.length > 0) {
        turn += 1
        const place = (turn * 7) % cluster.inFlight.length
        const sent = cluster.inFlight[place] as InFlight
        if (isPiece(sent) && turn % 3 === 0) cluster.hand(sent)
        if (isPiece(sent) && turn % 4 === 0) cluster.inFlight.splice(place, 1)
        else cluster.deliverAt(place)
      }
    }
    expect(cluster.journal(2)).toBe(journal)
  })

  test('pieces leave a window ahead of the answers', () => {
    const cluster = leftBehind({ maxBytesInFlight: 40 })
    cluster.timeout(0, 'heartbeat')
    cluster.deliver(({ to }) => to === 2)
    cluster.deliver(({ from }) => from === 2)
    expect(cluster.inFlight.filter(isPiece).map((sent) => pieceOf(sent).offset)).toEqual([
      0, 16, 32,
    ])
  })

  test('answers that arrive late or twice cause no piece to be sent again', () => {
    const cluster = leftBehind({ maxBytesInFlight: 64 })
    cluster.timeout(0, 'heartbeat')
    const late: InFlight[] = []
    let pieces = 0
    for (let sent = cluster.deliver(); sent !== undefined; sent = cluster.deliver()) {
      if (isPiece(sent)) pieces += 1
      if (sent.message.kind !== 'installSnapshotReply') continue
      late.push(sent)
      for (const answer of late) cluster.hand(answer)
    }
    expect(cluster.node(2).snapshotIndex).toBe(20)
    const { length } = cluster.node(2).snapshot?.content ?? []
    expect(pieces).toBe(Math.ceil((length as number) / 16))
  })

  test('a follower that restarts half way begins again, and gets it all', () => {
    const cluster = leftBehind({ maxBytesInFlight: 16 })
    cluster.timeout(0, 'heartbeat')
    cluster.deliverUntil(() => (cluster.node(2).arrivingSnapshot?.received ?? 0) >= 48)
    cluster.crash(2)
    cluster.restart(2)
    for (let beats = 0; beats < 5; beats += 1) cluster.heartbeat(0)
    expect(cluster.journal(2)).toBe(journal)
  })

  test('a snapshot taken meanwhile does not interrupt the one being sent, and the log after it stays', () => {
    const cluster = leftBehind({ maxBytesInFlight: 16 })
    cluster.timeout(0, 'heartbeat')
    cluster.deliverUntil(() => (cluster.node(2).arrivingSnapshot?.received ?? 0) >= 16)
    for (let i = 21; i <= 40; i += 1) {
      cluster.write(0, `${i}`, 1, i)
      cluster.deliverAll(among([0, 1]))
    }
    expect(cluster.node(0).snapshotIndex).toBeGreaterThan(20)
    expect(cluster.node(0).discardedIndex).toBe(20)
    cluster.deliverAll()
    expect(cluster.node(2).snapshotIndex).toBeGreaterThanOrEqual(20)
    cluster.heartbeat(0)
    expect(cluster.journal(2)).toBe(cluster.journal(0))
    const restored = cluster.outputs.filter(({ output }) => output.kind === 'restored')
    expect(restored.length).toBe(1)
  })

  test('a follower that falls silent is given up, and does not hold back the log', () => {
    const cluster = leftBehind({ maxBytesInFlight: 16 })
    cluster.timeout(0, 'heartbeat')
    cluster.deliverUntil(() => (cluster.node(2).arrivingSnapshot?.received ?? 0) >= 16)
    cluster.deliverAll(among([0, 1]))
    cluster.drop()
    for (let checks = 0; checks < 2; checks += 1) {
      cluster.heartbeat(0, [0, 1])
      cluster.timeout(0, 'quorum')
    }
    expect(cluster.node(0).flows[2]?.state).toBe('probe')
    for (let i = 21; i <= 40; i += 1) {
      cluster.write(0, `${i}`, 1, i)
      cluster.deliverAll(among([0, 1]))
      cluster.drop()
    }
    expect(cluster.node(0).discardedIndex).toBe(cluster.node(0).snapshotIndex)
    for (let beats = 0; beats < 3; beats += 1) cluster.heartbeat(0)
    expect(cluster.journal(2)).toBe(cluster.journal(0))
  })

  test('a snapshot of what a follower has committed already changes nothing', () => {
    const cluster = leftBehind()
    cluster.timeout(0, 'heartbeat')
    cluster.deliverUntil(() => cluster.inFlight.some(isPiece))
    const pieces = cluster.inFlight.filter(isPiece)
    cluster.deliverAll()
    cluster.write(0, 'more', 1, 21)
    cluster.deliverAll()
    cluster.heartbeat(0)
    const before = cluster.host(2).records.length
    for (const piece of pieces) cluster.hand(piece)
    cluster.deliverAll()
    expect(cluster.host(2).records.length).toBe(before)
    expect(cluster.journal(2)).toBe(`${journal} more`)
  })
})
