import { describe, expect, test } from 'vitest'
import { ScriptedCluster } from './testing/scripted-cluster.ts'

function cluster(parameters: { readonly [name: string]: number } = {}): ScriptedCluster {
  const made = new ScriptedCluster({ nodes: 3, parameters })
  made.elect(0)
  return made
}

function write(on: ScriptedCluster, client: number, sequence: number): string | undefined {
  on.write(0, `${client}.${sequence}`, client, sequence)
  on.deliverAll()
  return on.answer(client, sequence)
}

describe('client sessions (§6.3)', () => {
  test('a retry is answered as the first time, and runs once', () => {
    const on = cluster()
    expect(write(on, 7, 1)).toBe('1')
    expect(write(on, 8, 1)).toBe('2')
    expect(write(on, 7, 1)).toBe('1')
    expect(on.journal(0)).toBe('7.1 8.1')
  })

  test('a retry that waits in the log behind the first attempt runs once', () => {
    const on = cluster()
    on.write(0, 'a', 7, 1)
    on.write(0, 'a', 7, 1)
    on.deliverAll()
    expect(on.journal(0)).toBe('a')
    expect(on.replies.map(({ outcome }) => outcome.kind)).toEqual(['done', 'done'])
    const applied = on.outputs.filter(
      ({ node, output }) => node === 0 && output.kind === 'committed' && output.applied,
    )
    expect(applied.length).toBe(1)
  })

  test('a retry at another leader runs once', () => {
    const on = cluster()
    write(on, 7, 1)
    on.elect(1)
    on.write(1, 'again', 7, 1)
    on.deliverAll()
    expect(on.answer(7, 1)).toBe('1')
    expect(on.journal(1)).toBe('7.1')
  })

  test('a request before the latest of its session is neither run nor answered', () => {
    const on = cluster()
    write(on, 7, 1)
    write(on, 7, 2)
    const replies = on.replies.length
    write(on, 7, 1)
    expect(on.replies.length).toBe(replies)
    expect(on.journal(0)).toBe('7.1 7.2')
  })

  test('sessions are part of the snapshot', () => {
    const on = cluster({ snapshotEntries: 2, trailingEntries: 0 })
    write(on, 7, 1)
    write(on, 7, 2)
    for (const id of on.nodes) {
      on.crash(id)
      on.restart(id)
    }
    on.elect(0)
    expect(write(on, 7, 2)).toBe('2')
    expect(on.journal(0)).toBe('7.1 7.2')
  })

  test('the session unused for longest expires, at the same place of the log on every server', () => {
    const on = cluster({ maxSessions: 2 })
    write(on, 1, 1)
    write(on, 2, 1)
    write(on, 1, 2)
    write(on, 3, 1)
    on.heartbeat(0)
    for (const id of on.nodes) expect(new Set(on.node(id).sessions.keys())).toEqual(new Set([1, 3]))
  })

  test('a request of an expired session is refused, for it may be a retry', () => {
    const on = cluster({ maxSessions: 2 })
    for (const client of [1, 2, 3]) write(on, client, 1)
    expect(write(on, 1, 2)).toBe('session expired')
    expect(on.journal(0)).toBe('1.1 2.1 3.1')
  })

  test('a first request opens its session anew when that has expired: no retry may be so late', () => {
    const on = cluster({ maxSessions: 2 })
    for (const client of [1, 2, 3]) write(on, client, 1)
    expect(write(on, 1, 1)).toBe('4')
    expect(on.journal(0)).toBe('1.1 2.1 3.1 1.1')
  })

  test('many sessions expire in portions', () => {
    const on = cluster({ maxSessions: 80 })
    for (let client = 0; client <= 80; client += 1) write(on, client, 1)
    expect(on.node(0).sessions.size).toBe(71)
    expect(on.node(0).sessions.has(9)).toBe(false)
    expect(on.node(0).sessions.has(10)).toBe(true)
  })
})
