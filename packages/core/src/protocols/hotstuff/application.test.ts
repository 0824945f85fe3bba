import { describe, expect, test } from 'vitest'
import { decode, encode, text } from '../../model/index.ts'
import { ScriptedCluster } from './testing/scripted-cluster.ts'

describe('a request', () => {
  test('that is repeated is answered from the session, and not run again', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    cluster.deliverAll()
    cluster.replies.length = 0
    cluster.write('a', { client: 1, sequence: 1 }, [2])
    expect(cluster.deliverAll()).toBe(0)
    const [reply] = cluster.replies
    expect(reply?.outcome.kind === 'done' && decode(text, reply.outcome.result)).toBe('1')
    expect(cluster.journal(2)).toBe('a')
  })

  test('that its client did not sign is refused', () => {
    const cluster = new ScriptedCluster()
    const body = encode(text, 'a')
    cluster.ask(2, { client: 1, sequence: 1 }, body, new Uint8Array(12))
    expect(cluster.replies[0]?.outcome).toMatchObject({
      kind: 'refused',
      reason: 'not signed by the client',
    })
    expect(cluster.node(2).isBusy).toBe(false)
  })

  test('of a session that is not known any more is refused by everybody alike', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 2 })
    cluster.deliverAll()
    expect(cluster.replies).toHaveLength(4)
    for (const { outcome } of cluster.replies) {
      expect(outcome).toMatchObject({ kind: 'refused', reason: 'session expired' })
    }
    expect(cluster.node(0).isBusy).toBe(false)
  })

  test('waits its turn where blocks are small', () => {
    const cluster = new ScriptedCluster({ parameters: { maxRequestsPerBlock: 1 } })
    for (const client of [7, 3, 5]) cluster.write(`c${client}`, { client, sequence: 1 })
    cluster.deliverAll()
    expect(cluster.nodes.map((id) => cluster.journal(id))).toEqual(Array(4).fill('c7 c3 c5'))
  })

  test('is ignored by a node that knows of too many', () => {
    const cluster = new ScriptedCluster({ parameters: { maxPendingRequests: 2 } })
    for (const client of [1, 2, 3]) cluster.write(`c${client}`, { client, sequence: 1 }, [3])
    expect(cluster.node(3).pending.size).toBe(2)
  })
})
