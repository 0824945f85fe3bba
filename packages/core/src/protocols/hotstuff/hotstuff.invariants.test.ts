import { describe, expect, test } from 'vitest'
import type { Checker, Invariant, NodeId } from '../../model/index.ts'
import { hotStuffCheckers, hotStuffInvariants } from './hotstuff.invariants.ts'
import { Certificate } from './hotstuff.messages.ts'
import type { HotStuff } from './hotstuff.ts'
import { ScriptedCluster } from './testing/scripted-cluster.ts'

const other = new Uint8Array(32).fill(9)

/** Everybody has committed two requests. */
function busyCluster(): ScriptedCluster {
  const cluster = new ScriptedCluster()
  for (const sequence of [1, 2]) {
    cluster.write('a', { client: 1, sequence })
    cluster.deliverAll()
  }
  return cluster
}

function invariant(property: string): Invariant<HotStuff> {
  return hotStuffInvariants.find((known) => known.property === property) as Invariant<HotStuff>
}

/** Shows the checkers all nodes, one after the other. */
function look(checkers: readonly Checker<HotStuff>[], nodes: ReadonlyMap<NodeId, HotStuff>): void {
  for (const checker of checkers) {
    for (const [id, node] of nodes) checker.stepped?.(id, node, { event: id, timeMicros: 0 })
  }
}

function violationOf(checkers: readonly Checker<HotStuff>[], property: string) {
  return checkers.find((checker) => checker.property === property)?.violation
}

function freshCheckers(): Checker<HotStuff>[] {
  return hotStuffCheckers({ nodes: [0, 1, 2, 3], parameters: {}, byzantine: new Set() })
}

test('nothing is broken in a run without faults', () => {
  const { living } = busyCluster()
  const checkers = freshCheckers()
  look(checkers, living)
  expect(checkers.map(({ violation }) => violation)).toEqual([undefined, undefined, undefined])
  expect(hotStuffInvariants.map(({ broken }) => broken(living))).toEqual(Array(3).fill(undefined))
})

describe('it is seen', () => {
  test('when two blocks of one view are certified', () => {
    const { living } = busyCluster()
    const node = living.get(2) as HotStuff
    const { view, votes } = node.genericQC
    node.genericQC = Certificate({ view, block: other, votes })
    expect(invariant('certificates of one view are for one block').broken(living)?.message).toBe(
      `two blocks of view ${view} are certified`,
    )
    const checkers = freshCheckers()
    look(checkers, living)
    expect(violationOf(checkers, 'certificate uniqueness')?.nodes).toContain(2)
  })

  test('when two nodes have committed different blocks at one height', () => {
    const { living } = busyCluster()
    const node = living.get(1) as HotStuff
    node.executed = { ...node.executed, block: other }
    const broken = invariant('committed branches do not conflict').broken(living)
    expect(broken?.nodes).toContain(1)
    const checkers = freshCheckers()
    look(checkers, living)
    expect(violationOf(checkers, 'committed branch')?.nodes).toContain(1)
  })

  test('when a lock is above the highest certificate', () => {
    const { living } = busyCluster()
    const node = living.get(3) as HotStuff
    node.lockedQC = Certificate({ view: 99, block: other, votes: [] })
    expect(invariant('no lock is above the highest certificate').broken(living)?.nodes).toEqual([3])
  })

  test('when a node forgets a vote that counted, or the lock that went with it', () => {
    for (const forget of [
      (node: HotStuff) => {
        node.votedView = 0
      },
      (node: HotStuff) => {
        node.lockedQC = Certificate({ view: 0, block: other, votes: [] })
      },
    ]) {
      const { living } = busyCluster()
      const checkers = freshCheckers()
      look(checkers, living)
      const voter = living.get(0)?.genericQC.votes.find(({ node }) => node !== 0)?.node as NodeId
      const node = living.get(voter) as HotStuff
      const moment = { event: 9, timeMicros: 0 }
      for (const checker of checkers) checker.restarted?.(voter, node, moment)
      expect(violationOf(checkers, 'vote durability')).toBeUndefined()
      forget(node)
      for (const checker of checkers) checker.restarted?.(voter, node, moment)
      expect(violationOf(checkers, 'vote durability')?.nodes).toEqual([voter])
    }
  })
})
