import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../model/index.ts'
import { pbftAttacks } from './pbft.attacks.ts'
import type { PbftMessage } from './pbft.messages.ts'
import type { Pbft } from './pbft.ts'
import { among, type ReplicasOptions, ScriptedReplicas } from './testing/scripted-replicas.ts'

const parameters = { checkpointInterval: 4, logWindow: 8, statePartBytes: 16 }

/** Replica 3 misses ten requests, and with them two checkpoints. */
function leftBehind(options: ReplicasOptions = {}): ScriptedReplicas {
  const replicas = new ScriptedReplicas({ parameters, ...options })
  for (let sequence = 1; sequence <= 10; sequence += 1) {
    for (const id of [0, 1, 2]) replicas.ask(id, `${sequence}`, 1, sequence)
    replicas.deliverAll(among([0, 1, 2]))
    replicas.drop()
  }
  expect(replicas.node(0).lowWatermark).toBe(8)
  return replicas
}

function expectCaughtUp(replicas: ScriptedReplicas): void {
  expect(replicas.node(3).executed).toBe(10)
  expect(replicas.node(3).sessions).toEqual(replicas.node(0).sessions)
  const machines = [0, 3].map((id) => replicas.host(id).application.snapshot())
  expect(machines[1]).toEqual(machines[0])
}

const attack = (name: string) =>
  pbftAttacks.find((known) => known.name === name)?.node as unknown as typeof Pbft

describe('a replica that was left behind', () => {
  test('fetches the state of the stable checkpoint in parts, and what is committed after it', () => {
    const replicas = leftBehind()
    const parts = new Set<number>()
    replicas.speak(3)
    for (let sent = replicas.deliver(); sent !== undefined; sent = replicas.deliver()) {
      if (sent.message.kind === 'statePart') parts.add(sent.message.part)
    }
    expect(parts.size).toBeGreaterThan(2)
    expectCaughtUp(replicas)
    const said = replicas.outputs.filter(({ node }) => node === 3).map(({ output }) => output)
    expect(said.map(({ kind }) => kind)).toEqual(['restored', 'committed', 'committed'])
    expect(said[0]).toEqual({ kind: 'restored', index: 8, term: 0 })
  })

  test('keeps what it fetched over a crash', () => {
    const replicas = leftBehind()
    replicas.speak(3)
    replicas.deliverAll()
    replicas.crash(3)
    replicas.restart(3)
    expectCaughtUp(replicas)
  })

  test('takes wrong states from nobody, and asks another', () => {
    const replicas = leftBehind({
      classes: { 1: attack('sends-wrong-state'), 2: attack('forges-checkpoints') },
      accomplices: [1, 2],
    })
    replicas.letTimePass(5_000)
    expectCaughtUp(replicas)
  })

  test('asks another where the one asked is silent', () => {
    const replicas = leftBehind()
    replicas.speak(3)
    const source = (): NodeId | undefined => replicas.node(3).transfer?.source
    replicas.deliverAll(({ message }) => message.kind === 'status' || message.kind === 'stable')
    const first = source()
    expect(first).toBeDefined()
    replicas.drop()
    replicas.now += 1_000_000
    for (let tick = 0; tick < 2; tick += 1) replicas.timeout(3, 'status')
    expect(source()).not.toBe(first)
    replicas.deliverAll()
    expectCaughtUp(replicas)
  })

  test('goes on from a later checkpoint where the one it fetches was discarded meanwhile', () => {
    const replicas = leftBehind()
    replicas.speak(3)
    replicas.deliverAll(({ message }) => message.kind === 'status' || message.kind === 'stable')
    const asked = replicas.drop()
    for (let sequence = 11; sequence <= 12; sequence += 1) {
      for (const id of [0, 1, 2]) replicas.ask(id, `${sequence}`, 1, sequence)
      replicas.deliverAll(among([0, 1, 2]))
      replicas.drop()
    }
    for (const sent of asked) replicas.hand(sent)
    replicas.deliverAll()
    expect(replicas.node(3).executed).toBe(12)
  })

  test('takes part in the view that it leads, when it has fetched the state on which that rests', () => {
    const replicas = new ScriptedReplicas({ parameters })
    const up = [0, 2, 3]
    for (let sequence = 1; sequence <= 10; sequence += 1) {
      for (const id of up) replicas.ask(id, `${sequence}`, 1, sequence)
      replicas.deliverAll(among(up))
      replicas.drop()
    }
    // 11 is prepared everywhere but at replica 1, and committed nowhere.
    for (const id of up) replicas.ask(id, '11', 1, 11)
    replicas.deliverAll((sent) => among(up)(sent) && sent.message.kind !== 'commit')
    replicas.drop()
    replicas.crash(0)
    for (const id of [2, 3]) replicas.timeout(id, 'viewChange')
    replicas.letTimePass(1_000)
    expect(replicas.node(1).view).toBe(1)
    expect(replicas.node(1).lowWatermark).toBe(8)
    for (const id of [1, 2, 3]) expect(replicas.ran(id)).toContain('11')
    replicas.crash(1)
    replicas.restart(1)
    expect(replicas.node(1).view).toBe(1)
    expect(replicas.ran(1)).toContain('11')
  })

  test('takes what O says beyond its window into its log when the window has moved there, for good', () => {
    const replicas = new ScriptedReplicas({ parameters })
    const up = [0, 1, 2]
    for (let sequence = 1; sequence <= 10; sequence += 1) {
      for (const id of up) replicas.ask(id, `${sequence}`, 1, sequence)
      replicas.deliverAll(among(up))
      replicas.drop()
    }
    for (const id of [1, 2]) replicas.ask(id, '11', 1, 11)
    for (const id of [1, 2]) replicas.timeout(id, 'viewChange')
    replicas.deliverAll(({ message }) => message.kind !== 'prepare' && message.kind !== 'commit')
    expect(replicas.node(3).lowWatermark).toBe(8)
    const ordered = () => replicas.node(3).log.get(9)?.prePrepare
    expect(ordered()?.view).toBe(1)
    replicas.crash(3)
    replicas.restart(3)
    expect(ordered()?.view).toBe(1)
  })

  test('stops fetching what it has executed by itself', () => {
    const replicas = new ScriptedReplicas({ parameters })
    const lost: { from: NodeId; to: NodeId; message: PbftMessage }[] = []
    for (let sequence = 1; sequence <= 4; sequence += 1) {
      for (const id of [0, 1, 2]) replicas.ask(id, `${sequence}`, 1, sequence)
      replicas.deliverAll(among([0, 1, 2]))
      lost.push(...replicas.drop(({ to }) => to === 3))
    }
    replicas.speak(3)
    replicas.deliverAll(({ message }) => message.kind === 'status' || message.kind === 'stable')
    expect(replicas.node(3).transfer).toBeDefined()
    for (const sent of lost) replicas.hand(sent)
    replicas.deliverAll()
    expect(replicas.node(3).transfer).toBeUndefined()
    expect(replicas.outputs.some(({ output }) => output.kind === 'restored')).toBe(false)
    expect(replicas.node(3).lowWatermark).toBe(4)
  })
})
