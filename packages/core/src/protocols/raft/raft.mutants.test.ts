import { describe, expect, test } from 'vitest'
import { StateMachineSafety } from '../../checkers/state-machine-safety.ts'
import type { Checker, Mutant, Violation } from '../../model/index.ts'
import { raftCheckers } from './raft.invariants.ts'
import { raftMutants } from './raft.mutants.ts'
import { Raft } from './raft.ts'
import { figure37Parameters, partA, partB, partC, partD } from './testing/figure-3-7.ts'
import { RandomSchedule } from './testing/random-schedule.ts'
import { ReadYourPast } from './testing/read-your-past.ts'
import { among, type ClusterOptions, ScriptedCluster } from './testing/scripted-cluster.ts'

function mutantNamed(name: string): Mutant<Raft> {
  const mutant = raftMutants.find((known) => known.name === name)
  if (mutant === undefined) throw new Error(`no planted bug ${name}`)
  return mutant
}

/** What the checkers say of a script, run by the planted bug, and by Raft itself. */
function verdicts(
  name: string,
  options: ClusterOptions,
  script: (cluster: ScriptedCluster, past: ReadYourPast) => void,
): (Violation | undefined)[] {
  const bug = mutantNamed(name).node as unknown as typeof Raft
  return [bug, undefined].map((node) => {
    const past = new ReadYourPast()
    const checkers: Checker<Raft>[] = [
      ...raftCheckers({ nodes: [], parameters: {}, byzantine: new Set() }),
      new StateMachineSafety(),
      past,
    ]
    const cluster = new ScriptedCluster({ ...options, checkers, ...(node && { node }) })
    script(cluster, past)
    return cluster.violation
  })
}

describe('a planted bug is seen where it hurts, and Raft itself passes', () => {
  test('commit-earlier-term: figure 3.7', () => {
    const [bug, raft] = verdicts(
      'commit-earlier-term',
      { nodes: 5, parameters: figure37Parameters },
      (cluster) => {
        partA(cluster)
        partB(cluster)
        partC(cluster)
        partD(cluster)
      },
    )
    expect(bug?.property).toBe('leader completeness')
    expect(raft).toBeUndefined()
  })

  test('commit-beyond-append: a heartbeat that matches nothing, and a tail that nobody else has', () => {
    const [bug, raft] = verdicts(
      'commit-beyond-append',
      { nodes: 3, parameters: { snapshotEntries: 4, trailingEntries: 0, snapshotChunkBytes: 8 } },
      (cluster) => {
        cluster.elect(0)
        for (let i = 1; i <= 8; i += 1) cluster.write(0, 'lost', 1, i)
        cluster.drop()
        cluster.elect(1, [1, 2])
        for (let i = 1; i <= 8; i += 1) cluster.write(1, 'kept', 2, i)
        cluster.deliverAll(among([1, 2]))
        cluster.drop()
        cluster.timeout(1, 'heartbeat')
        cluster.deliverUntil(() => cluster.node(1).flows[0]?.state === 'snapshot')
        cluster.drop()
        cluster.timeout(1, 'heartbeat')
        cluster.deliver(({ to, message }) => to === 0 && message.kind === 'appendEntries')
      },
    )
    expect(bug?.property).toBe('state-machine safety')
    expect(raft).toBeUndefined()
  })

  test('unwritten-entries-counted: the leader crashes with what only one other disk has', () => {
    const [bug, raft] = verdicts(
      'unwritten-entries-counted',
      { nodes: 3, autoSync: false },
      (cluster) => {
        cluster.timeout(0, 'election')
        for (let rounds = 0; rounds < 6; rounds += 1) {
          cluster.deliverAll()
          for (const id of cluster.nodes) cluster.sync(id)
        }
        cluster.write(0, 'a', 1, 1)
        cluster.deliver(({ to }) => to === 1)
        cluster.drop()
        cluster.sync(1)
        cluster.deliverAll(among([0, 1]))
        cluster.crash(0)
        cluster.restart(0)
        cluster.endLoyalty(0)
        cluster.endLoyalty(2)
        cluster.timeout(2, 'election')
        for (let rounds = 0; rounds < 6; rounds += 1) {
          cluster.deliverAll(among([0, 2]))
          cluster.sync(0)
          cluster.sync(2)
        }
        expect(cluster.node(2).role).toBe('leader')
      },
    )
    expect(bug?.property).toBe('leader completeness')
    expect(raft).toBeUndefined()
  })

  test('lease-too-long: another leader is elected while the old one answers by its lease', () => {
    const [bug, raft] = verdicts('lease-too-long', { nodes: 3 }, (cluster, past) => {
      cluster.elect(0)
      cluster.heartbeat(0)
      cluster.now += 1_100_000
      cluster.elect(1, [1, 2])
      past.asked({ client: 1, sequence: 1 })
      cluster.write(1, 'a', 1, 1)
      cluster.deliverAll(among([1, 2]))
      expect(cluster.answer(1, 1)).toBe('1')
      past.asked({ client: 9, sequence: 1 })
      cluster.read(0, 9, 1, 'lease')
    })
    expect(bug?.property).toBe('linearizability')
    expect(raft).toBeUndefined()
  })
})

describe('random schedules find', () => {
  const scripted = ['commit-earlier-term', 'commit-beyond-append', 'lease-too-long']
  // Nothing is ever wrong where one only waits for ever: the exploration finds it.
  const harmless = ['never-steps-back']
  const rare = [...scripted, ...harmless, 'unwritten-entries-counted']
  test.each(
    raftMutants.filter(({ name }) => !rare.includes(name)).map((mutant) => [mutant.name, mutant]),
  )('%s', (_name, mutant) => {
    let found: Violation | undefined
    for (let seed = 1; found === undefined && seed <= 300; seed += 1) {
      found = new RandomSchedule({
        seed,
        steps: 3_000,
        node: mutant.node as unknown as typeof Raft,
        membership: mutant.scenario?.membershipChanges === true,
        ...(mutant.name === 'snapshot-loses-sessions' && { parameters: mutant.parameters ?? {} }),
      }).run().violation
    }
    expect(mutant.breaks).toContain(found?.property)
  })
})

test('every planted bug has a name of its own, and a class of its own', () => {
  expect(new Set(raftMutants.map(({ name }) => name)).size).toBe(raftMutants.length)
  expect(new Set(raftMutants.map(({ node }) => node)).size).toBe(raftMutants.length)
  for (const { node } of raftMutants) expect(Object.getPrototypeOf(node)).toBe(Raft)
})
