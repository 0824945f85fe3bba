import { expect, test } from 'vitest'
import { ScriptedCluster } from './testing/scripted-cluster.ts'

test('a server that hears no leader asks for votes, and a majority makes it the leader (§3.4)', () => {
  const cluster = new ScriptedCluster({ nodes: 3 })
  cluster.elect(0)
  expect(cluster.node(0).currentTerm).toBe(1)
  expect(cluster.nodes.map((id) => cluster.node(id).leader)).toEqual([0, 0, 0])
  cluster.write(0, 'a', 7, 1)
  cluster.deliverAll()
  expect(cluster.answer(7, 1)).toBe('1')
  cluster.heartbeat(0)
  expect(cluster.nodes.map((id) => cluster.journal(id))).toEqual(['a', 'a', 'a'])
})
