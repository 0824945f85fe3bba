import { describe, expect, test } from 'vitest'
import { Request } from '../../machines/signed-request.ts'
import type { NodeId } from '../../model/index.ts'
import { Block, Certificate, type HotStuffMessage, type Message } from './hotstuff.messages.ts'
import type { HotStuff } from './hotstuff.ts'
import { among, ofKind, ScriptedCluster } from './testing/scripted-cluster.ts'

/** A block without requests, in any view, by whoever leads it. */
function leaf(node: HotStuff, view: number, justify: Certificate): Block {
  const content = { view, height: node.heightOf(justify) + 1, justify, requests: [] }
  return Block({ id: node.idOf(content), ...content })
}

/** A certificate as n − f votes make it. */
function certificateOf(cluster: ScriptedCluster, { view, id }: Block): Certificate {
  const voters = cluster.nodes.slice(0, cluster.node(0).quorum)
  const votes = voters.map((node) => ({
    node,
    signature: cluster.node(node).signed({ kind: 'vote', view, block: id }),
  }))
  return Certificate({ view, block: id, votes })
}

function votesOf(cluster: ScriptedCluster, from: NodeId): number[] {
  const views: number[] = []
  for (const { from: sender, message } of cluster.inFlight) {
    if (sender === from && message.kind === 'vote') views.push(message.view)
  }
  return views
}

const generic = (block: Block): HotStuffMessage => ({ kind: 'generic', block, timeout: undefined })

describe('in the normal case', () => {
  test('a request is executed by everybody once three blocks in a row are certified', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    cluster.deliverAll(({ message }) => message.kind !== 'generic' || message.block.view <= 3)
    // Views 1 to 3 are certified: who collected the votes of view 3 knows it.
    expect(cluster.nodes.map((id) => cluster.journal(id))).toEqual(['a', '', '', ''])
    cluster.deliverAll()
    expect(cluster.nodes.map((id) => cluster.journal(id))).toEqual(['a', 'a', 'a', 'a'])
    expect(cluster.replies.map(({ node }) => node)).toEqual([0, 1, 2, 3])
  })

  test('four blocks are sent for one request, and then nobody sends or waits any more', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    // Each block goes to three others, and as many vote for it by message.
    expect(cluster.deliverAll()).toBe(4 * (3 + 3))
    expect(cluster.hosts.flatMap(({ timers }) => [...timers.keys()])).toEqual([])
    expect(cluster.nodes.map((id) => cluster.node(id).curView)).toEqual([4, 5, 4, 4])
  })

  test('messages grow with the number of nodes, and no faster', () => {
    const messages = [4, 16, 64].map((nodes) => {
      const cluster = new ScriptedCluster({ nodes })
      cluster.write('a', { client: 1, sequence: 1 })
      return cluster.deliverAll() / (nodes - 1)
    })
    expect(messages).toEqual([8, 8, 8])
  })

  test('requests that come while blocks are under way ride on those', () => {
    const cluster = new ScriptedCluster()
    for (let client = 1; client <= 9; client += 1) {
      cluster.write(`c${client}`, { client, sequence: 1 })
      for (let i = 0; i < 5; i += 1) cluster.deliver()
    }
    cluster.deliverAll()
    expect(cluster.journal(0).split(' ')).toHaveLength(9)
    expect(new Set(cluster.nodes.map((id) => cluster.journal(id))).size).toBe(1)
    expect(cluster.node(0).executed.height).toBeLessThan(4 * 9)
  })

  test('the committed entries carry the view of their block and count up', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    cluster.deliverAll()
    cluster.write('b', { client: 1, sequence: 2 })
    cluster.deliverAll()
    const seen = cluster.outputs
      .filter(({ node }) => node === 2)
      .map(({ output }) => (output.kind === 'committed' ? [output.index, output.term] : []))
    expect(seen).toEqual([
      [1, 1],
      [2, 5],
    ])
  })
})

describe('a node', () => {
  /** Blocks of views 1 to 3 are everywhere: all are locked on view 1, and know the certificate of view 2. */
  function locked(): ScriptedCluster {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    cluster.deliverAll(({ message }) => message.kind !== 'generic' || message.block.view <= 3)
    cluster.drop()
    return cluster
  }

  test('locks on the grandparent of the block that it votes for', () => {
    const cluster = locked()
    expect(cluster.node(2).lockedQC.view).toBe(1)
    expect(cluster.node(2).genericQC.view).toBe(2)
    expect(cluster.node(2).votedView).toBe(3)
  })

  test('votes for one block in a view', () => {
    const cluster = new ScriptedCluster()
    const node = cluster.node(3)
    cluster.receive(1, 3, generic(leaf(node, 1, node.genericQC)))
    const content = { view: 1, height: 9, justify: node.genericQC, requests: [] }
    cluster.receive(1, 3, generic(Block({ id: node.idOf(content), ...content })))
    expect(votesOf(cluster, 3)).toEqual([1])
  })

  test('votes for nobody but the leader of the view', () => {
    const cluster = new ScriptedCluster()
    const node = cluster.node(3)
    cluster.receive(2, 3, generic(leaf(node, 1, node.genericQC)))
    expect(votesOf(cluster, 3)).toEqual([])
  })

  test('refuses a block that conflicts with its lock, if nothing newer justifies it', () => {
    const cluster = locked()
    const node = cluster.node(3)
    const root = Certificate({ view: 0, block: new Uint8Array(32), votes: [] })
    node.enterView(5)
    cluster.receive(1, 3, generic(leaf(node, 5, root)))
    expect(node.tree.has(5)).toBe(true)
    expect(votesOf(cluster, 3)).toEqual([])
  })

  test('votes against its lock where a certificate is newer than that: the liveness rule', () => {
    const cluster = locked()
    const node = cluster.node(3)
    const root = Certificate({ view: 0, block: new Uint8Array(32), votes: [] })
    // View 4 was certified on another branch, which this node has missed.
    const other = leaf(node, 4, root)
    node.accept(other)
    cluster.receive(1, 3, generic(leaf(node, 5, certificateOf(cluster, other))))
    expect(node.extends(node.tree.get(5) as Block, node.lockedQC)).toBe(false)
    expect(votesOf(cluster, 3)).toEqual([5])
  })

  test('does not commit where a view without a block lies between', () => {
    const cluster = new ScriptedCluster()
    const node = cluster.node(0)
    let justify = node.genericQC
    for (const view of [1, 2, 4, 5]) {
      const block = leaf(node, view, justify)
      node.accept(block)
      justify = certificateOf(cluster, block)
    }
    node.onCertificate(justify)
    expect(node.executed.height).toBe(0)
    const sixth = leaf(node, 6, justify)
    node.accept(sixth)
    node.onCertificate(certificateOf(cluster, sixth))
    // Views 4, 5 and 6 decide, and with them all that is below.
    expect(node.executed).toMatchObject({ view: 4, height: 3 })
  })

  test('stops itself rather than commit what conflicts with what it has committed', () => {
    const cluster = locked()
    cluster.deliverAll()
    const node = cluster.node(0)
    expect(node.executed.view).toBe(1)
    const root = Certificate({ view: 0, block: new Uint8Array(32), votes: [] })
    let justify = root
    expect(() => {
      for (const view of [10, 11, 12, 13]) {
        const block = leaf(node, view, justify)
        node.accept(block)
        justify = certificateOf(cluster, block)
      }
    }).toThrow('the block of view 10 is final and does not descend from that of view 1')
  })
})

describe('what is on disk', () => {
  test('keeps a node that comes back from voting twice in a view', () => {
    const cluster = new ScriptedCluster({ autoSync: false })
    const block = leaf(cluster.node(3), 1, cluster.node(3).genericQC)
    cluster.receive(1, 3, generic(block))
    expect(votesOf(cluster, 3)).toEqual([])
    cluster.sync(3)
    expect(votesOf(cluster, 3)).toEqual([1])
    cluster.crash(3)
    cluster.start(3)
    expect(cluster.node(3).votedView).toBe(1)
    cluster.node(3).tree.delete(1)
    cluster.receive(1, 3, generic(block))
    expect(votesOf(cluster, 3)).toEqual([1])
  })

  test('keeps it from voting for another block, though that one was certified and took the place of its own', () => {
    const cluster = new ScriptedCluster()
    const node = cluster.node(3)
    const block = leaf(node, 1, node.genericQC)
    cluster.receive(1, 3, generic(block))
    const request = Request({ client: 7, sequence: 1, body: block.id, signature: block.id })
    const content = { view: 1, height: 1, justify: block.justify, requests: [request] }
    const other = Block({ id: node.idOf(content), ...content })
    const justify = certificateOf(cluster, other)
    cluster.receive(2, 3, { kind: 'sync', justify, timeout: undefined })
    cluster.receive(2, 3, { kind: 'blocks', blocks: [other] })
    expect(node.tree.get(1)).toEqual(other)
    cluster.crash(3)
    cluster.start(3)
    cluster.drop()
    cluster.write('a', { client: 1, sequence: 1 }, [3])
    cluster.timeout(3)
    const said = cluster.inFlight.find(ofKind('newView'))?.message as Message<'newView'>
    expect(said.view).toBe(1)
    expect(said.vote?.block).toEqual(block.id)
  })

  test('is all that a cluster needs whose nodes die at once', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    cluster.deliverAll(({ message }) => message.kind !== 'generic' || message.block.view <= 3)
    expect(cluster.journal(0)).toBe('a')
    for (const id of cluster.nodes) cluster.crash(id)
    for (const id of cluster.nodes) cluster.start(id)
    expect(cluster.node(2).lockedQC.view).toBe(1)
    expect(cluster.node(2).genericQC.view).toBe(2)
    cluster.write('b', { client: 2, sequence: 1 })
    for (let round = 0; round < 4; round += 1) {
      for (const id of cluster.nodes) if (cluster.host(id).timers.has('view')) cluster.timeout(id)
      cluster.deliverAll()
    }
    expect(cluster.nodes.map((id) => cluster.journal(id))).toEqual(['a b', 'a b', 'a b', 'a b'])
  })

  test('counts before a leader counts its own vote', () => {
    const cluster = new ScriptedCluster({ autoSync: false })
    cluster.write('a', { client: 1, sequence: 1 })
    for (const id of [0, 1, 3]) cluster.sync(id)
    cluster.deliverAll(ofKind('generic'))
    for (const id of [0, 1]) cluster.sync(id)
    cluster.deliverAll(among([0, 1, 2]))
    // Two votes are here, and its own, which is not written yet.
    expect(cluster.node(2).genericQC.view).toBe(0)
    cluster.sync(2)
    expect(cluster.node(2).genericQC.view).toBe(1)
  })
})
