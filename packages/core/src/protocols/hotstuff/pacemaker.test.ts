import { describe, expect, test } from 'vitest'
import { among, ofKind, ScriptedCluster } from './testing/scripted-cluster.ts'

const first = { client: 1, sequence: 1 }

function timeoutAll(cluster: ScriptedCluster, nodes: readonly number[]): void {
  for (const id of nodes) cluster.timeout(id)
}

describe('nodes', () => {
  test('wait for nothing while no request waits', () => {
    const cluster = new ScriptedCluster()
    expect(cluster.hosts.map(({ timers }) => timers.size)).toEqual([0, 0, 0, 0])
    cluster.write('a', first, [3])
    expect(cluster.hosts.map(({ timers }) => timers.size)).toEqual([0, 0, 0, 1])
  })

  test('begin the next view once n − f of them have given up on a leader', () => {
    const cluster = new ScriptedCluster()
    cluster.crash(1)
    cluster.write('a', first)
    timeoutAll(cluster, [0, 2])
    cluster.deliverAll(among([0, 2]))
    expect(cluster.node(2).curView).toBe(1)
    cluster.timeout(3)
    cluster.deliverAll(ofKind('newView'))
    expect([0, 2, 3].map((id) => cluster.node(id).curView)).toEqual([2, 2, 2])
    expect(cluster.node(0).timeoutCertificate?.view).toBe(1)
    cluster.deliverAll()
    // The leader of view 2 proposes, and 3 and 0 after it; the votes of view 4 go to one that is down.
    timeoutAll(cluster, [0, 2, 3])
    cluster.deliverAll()
    expect([0, 2, 3].map((id) => cluster.journal(id))).toEqual(['a', 'a', 'a'])
  })

  test('give up with f + 1 others, before their own time has passed', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', first)
    cluster.drop()
    timeoutAll(cluster, [0, 2])
    expect(cluster.node(3).interrupted).toBe(false)
    cluster.deliverAll(({ message, to }) => message.kind === 'newView' && to === 3)
    expect(cluster.node(3).curView).toBe(2)
  })

  test('wait longer when more views were given up than silent leaders explain, until something is committed', () => {
    const cluster = new ScriptedCluster({ parameters: { viewTimeoutMs: 100 } })
    cluster.write('a', first)
    const waits: (number | undefined)[] = []
    for (let view = 1; view <= 5; view += 1) {
      cluster.drop()
      waits.push(cluster.host(0).timers.get('view'))
      timeoutAll(cluster, cluster.nodes)
      cluster.deliverAll(ofKind('newView'))
    }
    expect(waits).toEqual([100_000, 100_000, 200_000, 200_000, 300_000])
    cluster.deliverAll()
    expect(cluster.journal(0)).toBe('a')
    expect(cluster.node(0).timeouts).toBe(0)
  })

  test('vote no more in a view that they have given up', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', first)
    cluster.timeout(3)
    cluster.deliverAll(({ to, message }) => to === 3 && message.kind === 'generic')
    expect(cluster.node(3).tree.has(1)).toBe(true)
    expect(cluster.node(3).votedView).toBe(0)
  })

  test('reveal their votes when they give up, so that a leader cannot keep a certificate to itself', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', first)
    // All votes of view 1 are with node 2, which says nothing.
    cluster.deliverAll(({ message }) => message.kind !== 'generic' || message.block.view === 1)
    cluster.drop()
    cluster.crash(2)
    timeoutAll(cluster, [0, 1, 3])
    cluster.deliverAll(ofKind('newView'))
    expect([0, 1, 3].map((id) => cluster.node(id).genericQC.view)).toEqual([1, 1, 1])
  })

  test('commit though every fourth leader is silent, since three in a row are not', () => {
    const cluster = new ScriptedCluster()
    cluster.crash(0)
    for (let client = 1; client <= 5; client += 1) {
      cluster.write(`c${client}`, { client, sequence: 1 })
      for (let round = 0; round < 3; round += 1) {
        cluster.deliverAll()
        for (const id of [1, 2, 3]) if (cluster.host(id).timers.has('view')) cluster.timeout(id)
      }
      cluster.deliverAll()
    }
    expect(cluster.journal(1).split(' ')).toHaveLength(5)
  })
})

describe('a node that is behind', () => {
  test('is brought forward by those whom it bothers with an old view', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', first)
    cluster.deliverAll(among([0, 1, 2]))
    timeoutAll(cluster, [0, 1, 2])
    cluster.deliverAll(among([0, 1, 2]))
    cluster.drop()
    expect(cluster.node(3).curView).toBe(1)
    cluster.timeout(3)
    cluster.deliverAll()
    expect(cluster.node(3).curView).toBe(cluster.node(0).curView)
    expect(cluster.node(3).genericQC.view).toBe(cluster.node(0).genericQC.view)
  })

  test('gets a request to all by giving up, if it alone was asked', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', first, [3])
    cluster.timeout(3)
    cluster.deliverAll()
    expect(cluster.nodes.map((id) => cluster.journal(id))).toEqual(['a', 'a', 'a', 'a'])
  })

  test('does not believe that a view has begun without a certificate', () => {
    const cluster = new ScriptedCluster()
    const node = cluster.node(3)
    const signature = cluster.node(2).signed({ kind: 'newView', view: 9 })
    const bare = { timeout: undefined, vote: undefined, requests: [], signature }
    cluster.receive(2, 3, { kind: 'newView', view: 9, justify: node.genericQC, ...bare })
    expect(node.curView).toBe(1)
    expect(node.newViews.size).toBe(0)
  })
})
