import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../model/index.ts'
import {
  NewView,
  nullBatch,
  nullDigest,
  PreparedCertificate,
  ViewChange,
  type Vote,
} from './pbft.messages.ts'
import { among, ofKind, ScriptedReplicas } from './testing/scripted-replicas.ts'

/** Replica 0, the primary of view 0, knows nothing of what clients asked of the others. */
function unserved(): ScriptedReplicas {
  const replicas = new ScriptedReplicas()
  for (const id of [1, 2, 3]) replicas.ask(id, 'a', 1, 1)
  return replicas
}

const views = (replicas: ScriptedReplicas) => [...replicas.living.values()].map(({ view }) => view)
const deadline = (replicas: ScriptedReplicas, id: NodeId) =>
  replicas.host(id).timers.get('viewChange')

describe('a backup', () => {
  test('leaves the view when a request it has waits too long', () => {
    const replicas = unserved()
    replicas.timeout(1, 'viewChange')
    expect(replicas.node(1).view).toBe(1)
    expect(replicas.node(1).changing).toBe(true)
    expect(replicas.inFlight.filter(ofKind('viewChange')).length).toBe(3)
  })

  test('has no timer while nothing waits', () => {
    const replicas = new ScriptedReplicas()
    expect(deadline(replicas, 1)).toBeUndefined()
    replicas.askAll('a', 1, 1)
    expect(deadline(replicas, 1)).toBeDefined()
    replicas.deliverAll()
    expect(deadline(replicas, 1)).toBeUndefined()
  })

  test('times one request until it is executed, whatever others are served meanwhile', () => {
    const replicas = unserved()
    const first = deadline(replicas, 1)
    replicas.now += 500_000
    replicas.askAll('served', 2, 1)
    replicas.deliverAll()
    expect(replicas.ran(1)).toEqual(['served'])
    expect(deadline(replicas, 1)).toBe(first)
  })

  test('joins f + 1 others that have left, in the smallest of their views, and not f', () => {
    const replicas = unserved()
    replicas.timeout(1, 'viewChange')
    replicas.deliverAll()
    expect(views(replicas)).toEqual([0, 1, 0, 0])
    replicas.timeout(2, 'viewChange')
    replicas.deliverAll(({ to, message }) => message.kind === 'viewChange' && to === 0)
    expect(views(replicas)).toEqual([1, 1, 1, 0])
  })

  test('waits for the new view only once a quorum wants it, and then twice as long each time', () => {
    const replicas = unserved()
    const wait = () => (deadline(replicas, 3) ?? replicas.now) - replicas.now
    expect(wait()).toBe(2_000_000)
    for (const id of [1, 2, 3]) replicas.timeout(id, 'viewChange')
    expect(wait()).toBe(0)
    replicas.deliverAll(ofKind('viewChange'))
    replicas.drop()
    expect(wait()).toBe(2_000_000)
    for (const id of [2, 3]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll(ofKind('viewChange'))
    expect(views(replicas)).toEqual([2, 2, 2, 2])
    expect(wait()).toBe(4_000_000)
  })

  test('waits no longer than usual again when the new view has served a client', () => {
    const replicas = unserved()
    for (const id of [1, 2, 3]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll()
    expect(replicas.ran(2)).toEqual(['a'])
    replicas.ask(2, 'b', 2, 1)
    expect((deadline(replicas, 2) ?? 0) - replicas.now).toBe(2_000_000)
  })

  test('also goes on where others of the quorum have left the view before it has heard of it', () => {
    const replicas = unserved()
    for (const id of [1, 2, 3]) replicas.timeout(id, 'viewChange')
    // Replica 3 alone hears a quorum, and gives up; what it said of view 1 is lost for good.
    replicas.deliverAll(({ to }) => to === 3)
    replicas.drop()
    replicas.timeout(3, 'viewChange')
    expect(views(replicas)).toEqual([0, 1, 1, 2])
    replicas.letTimePass(20_000, [1, 2, 3])
    for (const id of [1, 2, 3]) expect(replicas.ran(id)).toEqual(['a'])
  })
})

describe('a new view', () => {
  test('proposes again what was prepared, so that it is not lost', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    // Replica 1 alone gets to commit it, and executes it.
    replicas.deliverAll(ofKind('prePrepare', 'prepare'))
    replicas.deliverAll(({ to, message }) => to === 1 && message.kind === 'commit')
    expect(replicas.ran(1)).toEqual(['a'])
    replicas.drop()
    for (const id of [2, 3]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll()
    expect(views(replicas)).toEqual([1, 1, 1, 1])
    for (const id of replicas.nodes) {
      expect(replicas.ran(id)).toEqual(['a'])
      expect(replicas.node(id).log.get(1)?.prepared?.prePrepare.view).toBe(1)
    }
  })

  test('fills a gap with a null request, which makes no entry', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    replicas.drop()
    replicas.askAll('b', 2, 1)
    replicas.deliverAll(ofKind('prePrepare', 'prepare'))
    replicas.drop()
    for (const id of [1, 2, 3]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll()
    expect(replicas.node(2).newView?.prePrepares[0]?.digest).toEqual(nullDigest)
    expect(replicas.ran(2)).toEqual(['b', 'a'])
    const committed = replicas.outputs.flatMap(({ node, output }) =>
      node === 2 && output.kind === 'committed' ? [[output.index, output.applied]] : [],
    )
    // What waits is proposed again, though it may be on its way: the session runs it once.
    expect(committed).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ])
  })

  test('is refused where it is not what follows from its view changes', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    replicas.deliverAll(ofKind('prePrepare', 'prepare'))
    replicas.drop()
    for (const id of [2, 3]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll(ofKind('viewChange'))
    const [sent] = replicas.drop(ofKind('newView'))
    if (sent?.message.kind !== 'newView') throw new Error('there is no new view')
    const { view, viewChanges, prePrepares } = sent.message.newView
    const primary = replicas.node(1)
    const offer = (changed: Partial<NewView>) => {
      const parts = { view, viewChanges, prePrepares, ...changed }
      const signature = primary.sign({ kind: 'newView', ...parts })
      const newView = NewView({ ...parts, signature })
      replicas.hand({ from: 1, to: 2, message: { kind: 'newView', newView } })
      return replicas.node(2).changing
    }
    expect(offer({ prePrepares: [] })).toBe(true)
    expect(offer({ prePrepares: [primary.signPrePrepare(1, 1, nullDigest)] })).toBe(true)
    expect(offer({ viewChanges: viewChanges.slice(1) })).toBe(true)
    expect(offer({ viewChanges: viewChanges.map(() => viewChanges[0] as ViewChange) })).toBe(true)
    expect(offer({})).toBe(false)
  })

  test('is not begun with a view change that claims what it cannot prove', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    replicas.deliverAll(ofKind('prePrepare', 'prepare'))
    replicas.drop()
    const certificate = replicas.node(3).log.get(1)?.prepared
    if (certificate === undefined) throw new Error('it is not prepared')
    const { prePrepare, prepares } = certificate
    const [first, second] = prepares as [Vote, Vote]
    const offer = (shown: readonly Vote[], from: NodeId = 3) => {
      const prepared = [PreparedCertificate({ prePrepare, prepares: shown })]
      const parts = { view: 1, stable: undefined, prepared }
      const signature = replicas.node(3).sign({ kind: 'viewChange', ...parts })
      const viewChange = ViewChange({ ...parts, replica: 3, signature })
      replicas.hand({ from, to: 1, message: { kind: 'viewChange', viewChange } })
      return replicas.node(1).viewChanges[3] !== undefined
    }
    expect(offer([first])).toBe(false)
    expect(offer([first, first])).toBe(false)
    expect(offer([second, first])).toBe(false)
    expect(offer([first, { ...second, signature: first.signature }])).toBe(false)
    expect(offer([first, second], 2)).toBe(false)
    expect(offer([first, second])).toBe(true)
  })

  test('orders nothing below the checkpoint that it begins with', () => {
    const replicas = new ScriptedReplicas({ parameters: { checkpointInterval: 2, logWindow: 4 } })
    for (const sequence of [1, 2]) {
      replicas.askAll(`${sequence}`, 1, sequence)
      replicas.deliverAll(({ to }) => to !== 3)
      replicas.drop()
    }
    expect(replicas.node(0).lowWatermark).toBe(2)
    replicas.askAll('3', 1, 3)
    replicas.drop()
    for (const id of [1, 2]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll(among([0, 1, 2]))
    replicas.drop()
    const newView = replicas.node(1).newView
    if (newView === undefined) throw new Error('there is no new view')
    replicas.hand({ from: 1, to: 3, message: { kind: 'newView', newView } })
    expect(replicas.node(3).view).toBe(1)
    const prePrepare = replicas.node(1).signPrePrepare(1, 2, nullDigest)
    const message = { kind: 'prePrepare', prePrepare, batch: nullBatch } as const
    replicas.hand({ from: 1, to: 3, message })
    expect(replicas.node(3).log.get(2)?.prePrepare).toBeUndefined()
  })
})
