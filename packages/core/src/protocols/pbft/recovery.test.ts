import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StateMachineSafety } from '../../checkers/state-machine-safety.ts'
import { Random } from '../../model/random.ts'
import { pbftCheckers } from './pbft.invariants.ts'
import { ofKind, ScriptedReplicas } from './testing/scripted-replicas.ts'

describe('kill -9 of all replicas', () => {
  test('leaves a view change as it was: who has left a view does not come back to it', () => {
    const replicas = new ScriptedReplicas()
    for (const id of [1, 2, 3]) replicas.ask(id, 'a', 1, 1)
    replicas.timeout(1, 'viewChange')
    replicas.crash(1)
    replicas.restart(1)
    expect(replicas.node(1).view).toBe(1)
    expect(replicas.node(1).changing).toBe(true)
    expect(replicas.inFlight.filter(ofKind('viewChange')).length).toBeGreaterThan(0)
  })

  test('lets the primary go on where it was, and never use a sequence number twice', () => {
    const replicas = new ScriptedReplicas()
    replicas.askAll('a', 1, 1)
    replicas.drop()
    for (const id of replicas.nodes) replicas.crash(id)
    for (const id of replicas.nodes) replicas.restart(id)
    replicas.askAll('b', 2, 1)
    replicas.letTimePass(3_000)
    for (const id of replicas.nodes) expect(replicas.ran(id)).toEqual(['a', 'b'])
  })

  test('at any moment, with disks that lag, undoes nothing that anybody has executed', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), (seed) => {
        const random = new Random(seed)
        const checkers = [
          ...pbftCheckers({ nodes: [], parameters: {}, byzantine: new Set() }),
          new StateMachineSafety(),
        ]
        const replicas = new ScriptedReplicas({
          autoSync: false,
          checkers,
          parameters: { checkpointInterval: 2, logWindow: 4, maxBatch: 2 },
        })
        for (let round = 1; round <= 6; round += 1) {
          for (const id of replicas.living.keys()) {
            for (const client of [1, 2, 3]) replicas.ask(id, `${client}.${round}`, client, round)
          }
          for (let step = random.below(150); step > 0; step -= 1) shake(replicas, random)
          for (const id of replicas.nodes) replicas.crash(id)
          replicas.drop()
          for (const id of replicas.nodes) replicas.restart(id)
        }
        expect(replicas.violation).toBeUndefined()
        replicas.askAll('last', 9, 1)
        replicas.letTimePass(60_000)
        expect(replicas.violation).toBeUndefined()
        for (const id of replicas.nodes) expect(replicas.ran(id)).toContain('last')
      }),
      { numRuns: 60 },
    )
  })
})

/** Something happens somewhere: a message arrives or is lost, a disk syncs, a timer goes off. */
function shake(replicas: ScriptedReplicas, random: Random): void {
  const id = random.below(replicas.nodes.length)
  const kind = random.weighted([20, 2, 8, 0.5, 0.5])
  if (kind === 0) replicas.deliver(({ to }) => to === id)
  else if (kind === 1) replicas.drop(({ to }) => to === id && random.bernoulli(0.2))
  else if (kind === 2) replicas.sync(id)
  else {
    const timer = kind === 3 ? 'viewChange' : 'status'
    if (replicas.host(id).timers.has(timer)) replicas.timeout(id, timer)
  }
}
