import { describe, expect, test } from 'vitest'
import { ofKind, ScriptedReplicas } from './testing/scripted-replicas.ts'

const parameters = { checkpointInterval: 2, logWindow: 4 }

/** So many requests, one after the other, each in a batch of its own. */
function run(replicas: ScriptedReplicas, from: number, to: number): void {
  for (let sequence = from; sequence <= to; sequence += 1) {
    replicas.askAll(`${sequence}`, 1, sequence)
    replicas.deliverAll()
  }
}

describe('a checkpoint', () => {
  test('is stable when a quorum has said the same, and moves the watermarks', () => {
    const replicas = new ScriptedReplicas({ parameters })
    run(replicas, 1, 1)
    replicas.askAll('2', 1, 2)
    replicas.deliverAll(({ message }) => message.kind !== 'checkpoint')
    expect(replicas.node(0).lowWatermark).toBe(0)
    replicas.deliver(({ to }) => to === 0)
    expect(replicas.node(0).lowWatermark).toBe(0)
    replicas.deliver(({ to }) => to === 0)
    expect(replicas.node(0).lowWatermark).toBe(2)
    expect(replicas.node(0).highWatermark).toBe(6)
    expect(replicas.node(0).stable?.checkpoints.map(({ replica }) => replica)).toEqual([0, 1, 2])
  })

  test('makes the log before it superfluous', () => {
    const replicas = new ScriptedReplicas({ parameters })
    run(replicas, 1, 5)
    for (const id of replicas.nodes) {
      const { log, ballots, checkpointVotes, ownCheckpoints } = replicas.node(id)
      expect([...log.keys()]).toEqual([5])
      expect([...ballots.keys()]).toEqual([5])
      expect(checkpointVotes).toEqual([])
      expect(ownCheckpoints).toEqual([])
    }
  })

  test('that is not stable holds the primary back at H', () => {
    const replicas = new ScriptedReplicas({ parameters })
    for (let sequence = 1; sequence <= 6; sequence += 1) {
      replicas.askAll(`${sequence}`, 1, sequence)
      replicas.deliverAll(({ message }) => message.kind !== 'checkpoint')
    }
    expect(replicas.node(1).executed).toBe(4)
    replicas.deliverAll()
    expect(replicas.node(1).executed).toBe(5)
    expect(replicas.node(0).lowWatermark).toBe(4)
  })

  test('needs votes for one digest, each signed by its replica', () => {
    const replicas = new ScriptedReplicas({ parameters })
    run(replicas, 1, 1)
    replicas.askAll('2', 1, 2)
    replicas.deliverAll(({ message }) => message.kind !== 'checkpoint')
    for (const { from, message } of replicas.drop(ofKind('checkpoint'))) {
      if (message.kind !== 'checkpoint') continue
      replicas.hand({ from, to: 0, message: { ...message, digest: new Uint8Array(32) } })
    }
    expect(replicas.node(0).checkpointVotes.length).toBe(1)
    for (const id of [1, 2, 3]) {
      const digest = new Uint8Array(32)
      const signature = replicas.node(id).sign({ kind: 'checkpoint', sequence: 2, digest })
      if (id === 3) continue
      const message = { kind: 'checkpoint', sequence: 2, digest, signature } as const
      replicas.hand({ from: id, to: 0, message })
    }
    expect(replicas.node(0).checkpointVotes.length).toBe(3)
    expect(replicas.node(0).lowWatermark).toBe(0)
  })

  test('of one replica takes no more memory than a window has room for', () => {
    const replicas = new ScriptedReplicas({ parameters })
    for (let sequence = 2; sequence <= 200; sequence += 2) {
      const digest = new Uint8Array(32)
      const signature = replicas.node(3).sign({ kind: 'checkpoint', sequence, digest })
      const message = { kind: 'checkpoint', sequence, digest, signature } as const
      replicas.hand({ from: 3, to: 0, message })
    }
    expect(replicas.node(0).checkpointVotes.length).toBeLessThanOrEqual(3)
    expect(replicas.node(0).checkpointVotes.at(-1)?.sequence).toBe(200)
  })

  test('brings a replica back to where it was after a crash, and the log after it the rest of the way', () => {
    const replicas = new ScriptedReplicas({ parameters })
    run(replicas, 1, 5)
    replicas.crash(2)
    replicas.restart(2)
    const { executed, index, lowWatermark, sessions } = replicas.node(2)
    expect({ executed, index, lowWatermark }).toEqual({ executed: 5, index: 5, lowWatermark: 4 })
    expect(sessions).toEqual(replicas.node(1).sessions)
    const machines = [1, 2].map((id) => replicas.host(id).application.snapshot())
    expect(machines[1]).toEqual(machines[0])
  })
})
