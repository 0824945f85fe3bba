import { expect, test } from 'vitest'
import { parameterValues } from '../../model/index.ts'
import { raftParameters } from './raft.parameters.ts'
import { raft } from './raft.protocol.ts'
import { ScriptedCluster } from './testing/scripted-cluster.ts'

test('every initial value of a parameter is within its own limits', () => {
  const initial = parameterValues(raftParameters)
  expect(parameterValues(raftParameters, initial)).toEqual(initial)
})

test('a majority of correct servers is what it takes', () => {
  expect([1, 2, 3, 4, 5].map((nodes) => raft.resilience.maximumFaulty(nodes))).toEqual([
    0, 0, 1, 1, 2,
  ])
})

test('roles are told by what a server does, and learners by the configuration', () => {
  const cluster = new ScriptedCluster({
    nodes: 4,
    parameters: { initialVoters: 2, initialLearners: 1 },
  })
  const roles = () => cluster.nodes.map((id) => raft.roleOf(cluster.node(id)))
  cluster.timeout(0, 'election')
  expect(roles()).toEqual(['candidate', 'follower', 'learner', 'follower'])
  cluster.deliverAll()
  expect(roles()).toEqual(['leader', 'follower', 'learner', 'follower'])
})

test('the wishes of a workload are commands of Raft', () => {
  const { command } = raft.node.schema
  const body = Uint8Array.of(1)
  for (const wish of [
    raft.requests.write?.(body),
    raft.requests.read?.(body, true),
    raft.requests.read?.(body, false),
    raft.requests.configure?.([0, 1], [2]),
    raft.requests.transfer?.(undefined),
  ]) {
    expect(command.size(wish as never)).toBeGreaterThan(0)
  }
})
