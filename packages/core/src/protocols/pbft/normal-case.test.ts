import { describe, expect, test } from 'vitest'
import { Request } from '../../machines/signed-request.ts'
import type { NodeId } from '../../model/index.ts'
import { encode, text } from '../../model/index.ts'
import { Batch, type PbftMessage, ViewChange } from './pbft.messages.ts'
import { Pbft } from './pbft.ts'
import { among, ofKind, ScriptedReplicas } from './testing/scripted-replicas.ts'

/** The primary's first pre-prepare, which is in flight to each backup. */
function prePrepareFrom(replicas: ScriptedReplicas): Extract<PbftMessage, { kind: 'prePrepare' }> {
  const [sent] = replicas.inFlight.filter(ofKind('prePrepare'))
  if (sent?.message.kind !== 'prePrepare') throw new Error('there is no pre-prepare')
  return sent.message
}

const accepted = (replicas: ScriptedReplicas, id: NodeId) =>
  replicas.node(id).log.get(1)?.prePrepare !== undefined

describe('in the normal case', () => {
  test('a request goes through three phases, and every replica executes it and answers', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    replicas.deliverAll()
    for (const id of replicas.nodes) {
      expect(replicas.ran(id)).toEqual(['a'])
      expect(replicas.node(id).executed).toBe(1)
    }
    expect([...replicas.answers(1, 1)]).toEqual([0, 1, 2, 3].map((id) => [id, 'a']))
  })

  test('a decision takes n - 1 pre-prepares, (n - 1)² prepares and n(n - 1) commits', () => {
    for (const nodes of [4, 7, 10]) {
      const replicas = new ScriptedReplicas({ nodes })
      replicas.ask(0, 'a', 1, 1)
      const sent = new Map<string, number>()
      for (let next = replicas.deliver(); next !== undefined; next = replicas.deliver()) {
        sent.set(next.message.kind, (sent.get(next.message.kind) ?? 0) + 1)
      }
      expect(sent.get('prePrepare')).toBe(nodes - 1)
      expect(sent.get('prepare')).toBe((nodes - 1) ** 2)
      expect(sent.get('commit')).toBe(nodes * (nodes - 1))
    }
  })

  test('a replica is prepared with the pre-prepare and 2f prepares, its own among them', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'a', 1, 1)
    replicas.deliverAll(ofKind('prePrepare'))
    expect(replicas.node(1).prepared(1)).toBe(false)
    replicas.deliver(
      ({ from, to, message }) => from === 2 && to === 1 && message.kind === 'prepare',
    )
    expect(replicas.node(1).prepared(1)).toBe(true)
    expect(replicas.node(1).committedLocal(1)).toBe(false)
  })

  test('the primary counts 2f prepares of backups: its pre-prepare is no prepare', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'a', 1, 1)
    replicas.deliverAll(ofKind('prePrepare'))
    replicas.deliver(({ to, message }) => to === 0 && message.kind === 'prepare')
    expect(replicas.node(0).prepared(1)).toBe(false)
    replicas.deliver(({ to, message }) => to === 0 && message.kind === 'prepare')
    expect(replicas.node(0).prepared(1)).toBe(true)
  })

  test('votes that come before their pre-prepare count', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'a', 1, 1)
    const late = replicas.drop(({ to, message }) => to === 3 && message.kind === 'prePrepare')
    replicas.deliverAll()
    expect(replicas.node(3).executed).toBe(0)
    for (const sent of late) replicas.hand(sent)
    expect(replicas.node(3).executed).toBe(1)
  })

  test('a message that comes twice changes nothing', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'a', 1, 1)
    replicas.deliverAll(ofKind('prePrepare'))
    const [prepare] = replicas.inFlight.filter(({ from, to }) => from === 2 && to === 0)
    if (prepare === undefined) throw new Error('there is no prepare')
    replicas.hand(prepare)
    replicas.hand(prepare)
    expect(replicas.node(0).prepared(1)).toBe(false)
  })

  test('requests gather into a batch while as many batches as may be are in flight', () => {
    const replicas = new ScriptedReplicas({ parameters: { maxInFlight: 1, maxBatch: 3 } })
    for (let client = 1; client <= 5; client += 1) replicas.ask(0, `${client}`, client, 1)
    replicas.deliverAll()
    expect(replicas.ran(2)).toEqual(['1', '2', '3', '4', '5'])
    expect(replicas.node(2).executed).toBe(3)
    const indices = replicas.outputs.flatMap(({ node, output }) =>
      node === 2 && output.kind === 'committed' ? [output.index] : [],
    )
    expect(indices).toEqual([1, 2, 3, 4, 5])
  })

  test('a request that a client repeats is answered from its session, and not run again', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    replicas.deliverAll()
    replicas.replies.length = 0
    replicas.askAll('a', 1, 1)
    replicas.deliverAll()
    expect(replicas.ran(0)).toEqual(['a'])
    expect(replicas.answers(1, 1).size).toBe(4)
  })

  test('a client that never stops asking for something else takes the memory of one request', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'first', 1, 1)
    for (let sequence = 1; sequence <= 1_000; sequence += 1) {
      for (const id of [0, 1]) replicas.ask(id, `${sequence}`, 2, sequence)
    }
    for (const id of [0, 1]) {
      const { queue, proposals, requests } = replicas.node(id)
      expect(queue.length + proposals.length).toBeLessThan(200)
      expect(requests.get(2)?.sequence).toBe(1_000)
    }
  })

  test('one replica alone needs nobody', () => {
    const replicas = new ScriptedReplicas({ nodes: 1 })
    replicas.ask(0, 'a', 1, 1)
    expect(replicas.ran(0)).toEqual(['a'])
  })
})

describe('what a replica says itself', () => {
  test('leaves, and counts here too, when what it rests on is on its disk', () => {
    const replicas = new ScriptedReplicas({ autoSync: false })
    replicas.ask(0, 'a', 1, 1)
    expect(replicas.inFlight).toEqual([])
    replicas.sync(0)
    replicas.deliverAll(({ to }) => to !== 3)
    expect(replicas.inFlight.filter(({ to }) => to !== 3)).toEqual([])
    for (const id of [1, 2]) replicas.sync(id)
    replicas.deliverAll(({ to, message }) => to === 1 && message.kind === 'prepare')
    expect(replicas.node(1).log.get(1)?.prepared).toBeDefined()
    // Two others' commits are on their way; with its own it would have a quorum.
    replicas.deliverAll(({ to, message }) => to !== 3 && message.kind === 'prepare')
    for (const id of [0, 2]) replicas.sync(id)
    replicas.deliverAll(({ to, message }) => to === 1 && message.kind === 'commit')
    expect(replicas.node(1).executed).toBe(0)
    replicas.sync(1)
    expect(replicas.node(1).executed).toBe(1)
  })
})

describe('a backup refuses', () => {
  test('a second pre-prepare for the same view and sequence number', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'a', 1, 1)
    const first = prePrepareFrom(replicas)
    replicas.drop()
    const other = replicas
      .node(0)
      .signPrePrepare(0, 1, replicas.node(0).digestOf(Batch, Batch({ requests: [] })))
    replicas.hand({ from: 0, to: 1, message: first })
    replicas.hand({
      from: 0,
      to: 1,
      message: { kind: 'prePrepare', prePrepare: other, batch: Batch({ requests: [] }) },
    })
    expect(replicas.node(1).log.get(1)?.prePrepare?.digest).toEqual(first.prePrepare.digest)
  })

  test('a batch that does not have the digest', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'a', 1, 1)
    const message = prePrepareFrom(replicas)
    replicas.hand({ from: 0, to: 1, message: { ...message, batch: Batch({ requests: [] }) } })
    expect(accepted(replicas, 1)).toBe(false)
  })

  test('a pre-prepare that somebody else has signed', () => {
    const replicas = new ScriptedReplicas()
    replicas.ask(0, 'a', 1, 1)
    const { batch, prePrepare } = prePrepareFrom(replicas)
    const forged = replicas.node(2).signPrePrepare(0, 1, prePrepare.digest)
    replicas.hand({ from: 2, to: 1, message: { kind: 'prePrepare', prePrepare: forged, batch } })
    expect(accepted(replicas, 1)).toBe(false)
  })

  test('a request that its client has not signed', () => {
    const replicas = new ScriptedReplicas()
    const body = encode(text, 'forged')
    const request = Request({ client: 1, sequence: 1, body, signature: new Uint8Array(12) })
    const batch = Batch({ requests: [request] })
    const primary = replicas.node(0)
    const prePrepare = primary.signPrePrepare(0, 1, primary.digestOf(Batch, batch))
    replicas.hand({ from: 0, to: 1, message: { kind: 'prePrepare', prePrepare, batch } })
    expect(accepted(replicas, 1)).toBe(false)
  })

  test('sequence numbers above H', () => {
    const replicas = new ScriptedReplicas({ parameters: { checkpointInterval: 2, logWindow: 4 } })
    const batch = Batch({ requests: [] })
    const primary = replicas.node(0)
    for (const sequence of [4, 5]) {
      const prePrepare = primary.signPrePrepare(0, sequence, primary.digestOf(Batch, batch))
      replicas.hand({ from: 0, to: 1, message: { kind: 'prePrepare', prePrepare, batch } })
    }
    expect([...replicas.node(1).log.keys()]).toEqual([4])
  })
})

test('a flood of votes, view changes and parts of states from one replica takes no more memory than a window has room for', () => {
  const replicas = new ScriptedReplicas({ parameters: { checkpointInterval: 2, logWindow: 4 } })
  const liar = replicas.node(3)
  const digest = new Uint8Array(32)
  const hand = (message: PbftMessage) => replicas.hand({ from: 3, to: 1, message })
  for (let i = 1; i <= 300; i += 1) {
    for (const view of [0, i]) {
      for (const kind of ['prepare', 'commit'] as const) {
        const signature = liar.sign({ kind, view, sequence: i, digest })
        hand({ kind, view, sequence: i, digest, signature })
      }
    }
    const parts = { view: i, stable: undefined, prepared: [] }
    const signature = liar.sign({ kind: 'viewChange', ...parts })
    const viewChange = ViewChange({ ...parts, replica: 3, signature })
    hand({ kind: 'viewChange', viewChange })
    hand({ kind: 'stateParts', sequence: i, digests: [digest] })
    hand({ kind: 'statePart', sequence: i, part: 1, data: digest })
    hand({ kind: 'batch', sequence: i, batch: Batch({ requests: [] }) })
  }
  const { view, log, ballots, viewChanges, transfer } = replicas.node(1)
  expect({ view, log: log.size, transfer }).toEqual({ view: 0, log: 0, transfer: undefined })
  expect([...ballots.keys()]).toEqual([1, 2, 3, 4])
  expect(viewChanges.map((known) => known?.view)).toEqual([undefined, undefined, undefined, 300])
})

test('whoever equivocates alone gets one of two batches through at most', () => {
  class TwoBatches extends Pbft {
    override prePrepareBatch(batch: Batch): void {
      this.assigned += 1
      const none = Batch({ requests: [] })
      for (const [to, value] of [
        [1, batch],
        [2, none],
        [3, none],
      ] as const) {
        const prePrepare = this.signPrePrepare(0, this.assigned, this.digestOf(Batch, value))
        this.host.send(to, { kind: 'prePrepare', prePrepare, batch: value })
      }
    }
  }
  const replicas = new ScriptedReplicas({ classes: { 0: TwoBatches }, accomplices: [0] })
  replicas.ask(0, 'a', 1, 1)
  replicas.deliverAll(among([1, 2, 3]))
  replicas.deliverAll()
  expect(replicas.node(1).prepared(1)).toBe(false)
  expect(replicas.node(2).prepared(1)).toBe(true)
})
