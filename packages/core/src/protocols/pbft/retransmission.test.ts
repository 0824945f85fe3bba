import { describe, expect, test } from 'vitest'
import type { PbftMessage } from './pbft.messages.ts'
import { among, ofKind, ScriptedReplicas } from './testing/scripted-replicas.ts'

/** Asks for what is missing, two ticks of each replica: one to see that nothing moves, one to say so. */
function ticks(replicas: ScriptedReplicas): void {
  for (let tick = 0; tick < 2; tick += 1) {
    for (const id of replicas.living.keys()) replicas.timeout(id, 'status')
  }
}

describe('what was lost is sent again:', () => {
  const kinds: PbftMessage['kind'][] = ['prePrepare', 'prepare', 'commit', 'checkpoint']
  test.each(kinds)('every %s', (kind) => {
    const replicas = new ScriptedReplicas({ parameters: { checkpointInterval: 1, logWindow: 2 } })
    replicas.askAll('a', 1, 1)
    replicas.deliverAll(({ message }) => message.kind !== kind)
    expect(replicas.drop().length).toBeGreaterThan(0)
    ticks(replicas)
    replicas.deliverAll()
    for (const id of replicas.nodes) {
      expect(replicas.ran(id)).toEqual(['a'])
      expect(replicas.node(id).lowWatermark).toBe(1)
    }
  })

  test('a request that reached backups alone, passed on by them before they lose patience', () => {
    const replicas = new ScriptedReplicas()
    for (const id of [1, 2, 3]) replicas.ask(id, 'a', 1, 1)
    replicas.letTimePass(1_000)
    expect(replicas.ran(0)).toEqual(['a'])
    expect(replicas.node(0).view).toBe(0)
  })

  test('a view change and a new view', () => {
    const replicas = new ScriptedReplicas()
    for (const id of [1, 2, 3]) replicas.ask(id, 'a', 1, 1)
    for (const id of [1, 2, 3]) replicas.timeout(id, 'viewChange')
    replicas.drop()
    ticks(replicas)
    replicas.deliverAll(ofKind('status', 'viewChange'))
    replicas.drop()
    expect(replicas.node(1).changing).toBe(false)
    expect(replicas.node(2).changing).toBe(true)
    replicas.letTimePass(2_000)
    for (const id of replicas.nodes) {
      expect(replicas.node(id).view).toBe(1)
      expect(replicas.ran(id)).toEqual(['a'])
    }
  })

  test('what is committed, with its proof, to one that heard nothing of it', () => {
    const replicas = new ScriptedReplicas()
    for (let sequence = 1; sequence <= 100; sequence += 1) {
      for (const id of [0, 1, 2]) replicas.ask(id, `${sequence}`, 1, sequence)
      replicas.deliverAll(among([0, 1, 2]))
      replicas.drop()
    }
    replicas.speak(3)
    replicas.deliverAll()
    expect(replicas.node(3).executed).toBe(100)
  })

  test('the batch of a new view that its primary never had', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    replicas.deliverAll(({ to, message }) => message.kind === 'prePrepare' && to !== 1)
    replicas.deliverAll(({ to, message }) => message.kind === 'prepare' && to !== 1)
    replicas.drop()
    replicas.crash(0)
    for (const id of [1, 2, 3]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll()
    expect(replicas.node(1).view).toBe(1)
    expect(replicas.ran(1)).toEqual([])
    replicas.letTimePass(1_000)
    expect(replicas.ran(1)).toEqual(['a'])
  })
})

test('a certificate that proves nothing is not taken', () => {
  const replicas = new ScriptedReplicas()
  for (const id of [0, 1, 2]) replicas.ask(id, 'a', 1, 1)
  replicas.deliverAll(among([0, 1, 2]))
  replicas.drop()
  const certificate = replicas.node(0).log.get(1)?.committed
  const batch = replicas.node(0).log.get(1)?.batches[0]?.batch
  if (certificate === undefined || batch === undefined) throw new Error('it is not committed')
  const hand = (changed: object): number => {
    const message = { kind: 'committed', certificate, batch, more: false, ...changed } as const
    replicas.hand({ from: 0, to: 3, message: message as never })
    return replicas.node(3).executed
  }
  const { commits } = certificate
  expect(hand({ certificate: { ...certificate, commits: commits.slice(1) } })).toBe(0)
  expect(hand({ certificate: { ...certificate, digest: new Uint8Array(32) } })).toBe(0)
  expect(hand({ certificate: { ...certificate, sequence: 2 } })).toBe(0)
  expect(hand({ batch: { requests: [] } })).toBe(0)
  expect(hand({})).toBe(1)
})

test('a replica asks all others in turn, and is not left to those that are silent', () => {
  const replicas = new ScriptedReplicas({ nodes: 11 })
  const behind = 10
  const up = replicas.nodes.filter((id) => id !== behind)
  for (const id of up) replicas.ask(id, 'a', 1, 1)
  replicas.deliverAll(among(up))
  replicas.drop()
  for (const silent of [0, 1, 2]) replicas.crash(silent)
  replicas.letTimePass(20_000)
  expect(replicas.ran(behind)).toEqual(['a'])
})

test('nobody talks where nothing waits, but now and then, so that who missed all is found', () => {
  const replicas = new ScriptedReplicas()
  replicas.askAll('a', 1, 1)
  replicas.deliverAll()
  const sent: number[] = []
  for (let tick = 0; tick < 20; tick += 1) {
    for (const id of replicas.nodes) replicas.timeout(id, 'status')
    sent.push(replicas.drop().length)
  }
  expect(sent.filter((count) => count > 0).length).toBe(2)
})
