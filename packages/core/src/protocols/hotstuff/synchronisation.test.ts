import { describe, expect, test } from 'vitest'
import { Checkpoint, type Message, type Signatures } from './hotstuff.messages.ts'
import { among, type InFlight, ofKind, ScriptedCluster } from './testing/scripted-cluster.ts'

/** Nodes 0 to 2 commit these lines while node 3 hears nothing. */
function without3(cluster: ScriptedCluster, lines: number, firstClient = 1): void {
  for (let i = 0; i < lines; i += 1) {
    const client = firstClient + i
    cluster.write(`c${client}`, { client, sequence: 1 }, [0, 1, 2])
    for (let round = 0; round < 6 && cluster.node(0).isBusy; round += 1) {
      cluster.deliverAll(among([0, 1, 2]))
      cluster.drop()
      for (const id of [0, 1, 2]) if (cluster.host(id).timers.has('view')) cluster.timeout(id)
    }
    cluster.deliverAll(among([0, 1, 2]))
    cluster.drop()
  }
}

describe('a node that missed blocks', () => {
  test.each([1, 2, 64])(
    'fetches them, %d at a time, when it hears of a certificate',
    (maxBlocksPerReply) => {
      const cluster = new ScriptedCluster({ parameters: { maxBlocksPerReply } })
      without3(cluster, 4)
      expect(cluster.journal(3)).toBe('')
      cluster.write('last', { client: 99, sequence: 1 })
      cluster.deliverAll()
      for (let round = 0; round < 3; round += 1) {
        for (const id of cluster.nodes) if (cluster.host(id).timers.has('view')) cluster.timeout(id)
        cluster.deliverAll()
      }
      expect(cluster.journal(3)).toBe('c1 c2 c3 c4 last')
      expect(cluster.node(3).wanted).toBeUndefined()
      expect(cluster.node(3).arriving).toEqual([])
      expect(cluster.node(3).waiting.size).toBe(0)
    },
  )

  test('asks another node when the first one does not answer', () => {
    const cluster = new ScriptedCluster()
    without3(cluster, 1)
    const { genericQC: justify } = cluster.node(0)
    cluster.receive(0, 3, { kind: 'sync', justify, timeout: undefined })
    const asked: number[] = []
    for (let attempt = 0; attempt < 3; attempt += 1) {
      asked.push(cluster.inFlight.find(ofKind('fetch'))?.to ?? -1)
      cluster.drop()
      cluster.timeout(3, 'fetch')
    }
    expect(new Set(asked)).toEqual(new Set([0, 1, 2]))
  })

  test('takes no block whose hash is not the one that was certified', () => {
    const cluster = new ScriptedCluster()
    without3(cluster, 1)
    cluster.receive(0, 3, { kind: 'sync', justify: cluster.node(0).genericQC, timeout: undefined })
    cluster.deliverAll(ofKind('fetch'))
    const answer = cluster.inFlight.find(ofKind('blocks')) as
      | { message: Message<'blocks'> }
      | undefined
    const blocks = answer?.message.blocks ?? []
    expect(blocks.length).toBeGreaterThan(1)
    cluster.receive(0, 3, { kind: 'blocks', blocks: blocks.slice(1) })
    expect(cluster.node(3).tree.size).toBe(0)
    cluster.receive(0, 3, { kind: 'blocks', blocks })
    for (const block of blocks) expect(cluster.node(3).tree.get(block.view)).toEqual(block)
  })
})

describe('a leader whose votes come before the blocks that they are for', () => {
  /** Node 3 has the votes for the block of view 2, which it leads after; the blocks are on their way. */
  function ahead(): { cluster: ScriptedCluster; late: InFlight[] } {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    const toThird = ({ to, message }: InFlight) => to === 3 && message.kind === 'generic'
    cluster.deliverAll((inFlight) => !toThird(inFlight) && inFlight.message.kind !== 'fetch')
    expect(cluster.node(3).wanted?.view).toBe(2)
    return { cluster, late: cluster.inFlight.filter(toThird) }
  }

  test.each([
    ['forwards', 0, 1],
    ['backwards', 1, 0],
  ] as const)(
    'takes them when they come at last, %s, and need not be answered',
    (_, first, second) => {
      const { cluster, late } = ahead()
      cluster.drop()
      for (const place of [first, second]) {
        expect(cluster.node(3).proposedView).toBe(0)
        const { from, message } = late[place] as InFlight
        cluster.receive(from, 3, message)
      }
      expect(cluster.node(3).genericQC.view).toBe(2)
      expect(cluster.node(3).wanted).toBeUndefined()
      expect(cluster.host(3).timers.has('fetch')).toBe(false)
      expect(cluster.node(3).proposedView).toBe(3)
    },
  )

  test('loses no certificate that it makes while it fetches what an older one is for', () => {
    const cluster = new ScriptedCluster()
    cluster.write('a', { client: 1, sequence: 1 })
    // Node 3 hears of view 1 by a certificate alone, and is not answered.
    const isFor3 = ({ to }: InFlight) => to === 3
    cluster.deliverAll(
      ({ to, message }) => to !== 3 && (message.kind !== 'generic' || message.block.view < 3),
    )
    const { genericQC } = cluster.node(2)
    expect(genericQC.view).toBe(1)
    cluster.receive(2, 3, { kind: 'sync', justify: genericQC, timeout: undefined })
    expect(cluster.node(3).wanted?.view).toBe(1)
    // The votes for view 2 make a certificate, which nobody else has.
    while (cluster.deliver((inFlight) => isFor3(inFlight) && inFlight.message.kind === 'vote'));
    expect(cluster.node(3).curView).toBe(3)
    cluster.drop(isFor3)
    for (let answers = 0; answers < 2; answers += 1) {
      cluster.deliverAll(ofKind('fetch', 'blocks'))
    }
    expect(cluster.node(3).genericQC.view).toBe(2)
    expect(cluster.node(3).proposedView).toBe(3)
  })
})

describe('checkpoints', () => {
  const parameters = { checkpointBlocks: 4 }

  test('are told again to a node that got there after the others, and heard of it too early', () => {
    const cluster = new ScriptedCluster({ parameters })
    const lastVote = ({ from, message }: InFlight) =>
      from === 0 && message.kind === 'checkpointVote'
    for (let sequence = 1; sequence <= 3; sequence += 1) {
      cluster.write('a', { client: 1, sequence })
      cluster.deliverAll(
        (inFlight) => !lastVote(inFlight) && !(inFlight.to === 0 && ofKind('stable')(inFlight)),
      )
    }
    // What came to node 0 before it could use it is gone.
    cluster.drop(ofKind('stable'))
    const { height } = cluster.node(1).checkpoint
    expect(height).toBeGreaterThan(0)
    expect(cluster.node(0).checkpoint.height).toBe(0)
    cluster.deliverAll()
    expect(cluster.node(0).checkpoint.height).toBe(height)
  })

  test('keep trees and disks from growing', () => {
    const cluster = new ScriptedCluster({ parameters })
    const sizes: number[] = []
    for (let sequence = 1; sequence <= 40; sequence += 1) {
      cluster.write('a', { client: 1, sequence })
      cluster.deliverAll()
      sizes.push(Math.max(...cluster.nodes.map((id) => cluster.node(id).tree.size)))
    }
    expect(cluster.node(0).executed.height).toBeGreaterThan(100)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(12)
    expect(cluster.node(2).checkpoint.votes.length).toBeGreaterThanOrEqual(3)
  })

  test('are handed to a node that is so far behind that its blocks are not kept any more', () => {
    const cluster = new ScriptedCluster({ parameters })
    without3(cluster, 8)
    expect(cluster.node(0).checkpoint.height).toBeGreaterThan(4)
    cluster.write('last', { client: 99, sequence: 1 })
    for (let round = 0; round < 4; round += 1) {
      cluster.deliverAll()
      for (const id of cluster.nodes) if (cluster.host(id).timers.has('view')) cluster.timeout(id)
    }
    expect(cluster.journal(3)).toBe(cluster.journal(0))
    expect(cluster.journal(3)).toContain('c8 last')
    const restored = cluster.outputs.filter(
      ({ node, output }) => node === 3 && output.kind === 'restored',
    )
    expect(restored).toHaveLength(1)
  })

  test('are not believed without the signatures of n − f nodes', () => {
    const cluster = new ScriptedCluster({ parameters })
    without3(cluster, 8)
    const node = cluster.node(3)
    cluster.receive(0, 3, { kind: 'sync', justify: cluster.node(0).genericQC, timeout: undefined })
    const { checkpoint } = cluster.node(0)
    const { view, height, block, content } = checkpoint
    const [first, second] = checkpoint.votes
    for (const votes of [checkpoint.votes.slice(1), [first, first, second]]) {
      const forged = Checkpoint({ view, height, block, content, votes: votes as Signatures })
      cluster.receive(0, 3, { kind: 'snapshot', checkpoint: forged })
      expect(node.executed.height).toBe(0)
    }
    cluster.receive(0, 3, { kind: 'snapshot', checkpoint })
    expect(node.executed.height).toBe(height)
  })

  test('are what a node begins with when it comes back', () => {
    const cluster = new ScriptedCluster({ parameters })
    for (let sequence = 1; sequence <= 9; sequence += 1) {
      cluster.write(`${sequence}`, { client: 1, sequence })
      cluster.deliverAll()
    }
    const before = cluster.journal(0)
    const replies = cluster.replies.length
    cluster.crash(0)
    cluster.start(0)
    expect(cluster.node(0).checkpoint.height).toBeGreaterThan(0)
    expect(before.startsWith(cluster.journal(0))).toBe(true)
    expect(cluster.replies).toHaveLength(replies)
  })
})
