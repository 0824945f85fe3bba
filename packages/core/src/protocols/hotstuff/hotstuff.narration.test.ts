import { expect, test } from 'vitest'
import { hotstuff } from './hotstuff.protocol.ts'
import { among, ofKind, ScriptedCluster } from './testing/scripted-cluster.ts'

test('the story of a cluster is told in one sentence at a time', () => {
  const cluster = new ScriptedCluster()
  const story: string[] = []
  const tell = () => story.push(hotstuff.narrate(cluster.living))
  tell()
  cluster.write('a', { client: 1, sequence: 1 }, [0, 2, 3])
  tell()
  cluster.write('a', { client: 1, sequence: 1 }, [1])
  cluster.deliver()
  tell()
  cluster.drop()
  cluster.timeout(0)
  tell()
  cluster.timeout(3)
  cluster.deliverAll(ofKind('newView'))
  cluster.deliverAll()
  tell()
  cluster.write('b', { client: 1, sequence: 2 }, [1, 2, 3])
  cluster.deliverAll(among([1, 2, 3]))
  tell()
  const { genericQC: justify } = cluster.node(1)
  cluster.receive(1, 0, { kind: 'sync', justify, timeout: undefined })
  tell()
  cluster.crash(0)
  cluster.drop()
  for (const id of [1, 2, 3]) cluster.timeout(id)
  cluster.deliverAll(among([1, 2, 3]))
  tell()
  for (const id of cluster.nodes) cluster.crash(id)
  tell()
  expect(story).toEqual([
    'View 1, led by node 1: 0 entries are committed, and nobody waits for anything.',
    'View 1, led by node 1: 0 entries are committed, and a block must come.',
    'View 1, led by node 1: of the 3 votes for its block 2 were given, which node 2 collects to lead view 2.',
    'View 1, led by node 1: 1 of the 3 that it takes have given up on it.',
    'View 6, led by node 2: 1 entry is committed, and nobody waits for anything.',
    'View 7, led by node 3: of the 3 votes for its block 3 were given, which node 0 collects to lead view 8.',
    'View 7, led by node 3: node 0 fetches blocks that it missed.',
    'View 8, led by node 0, which is down: the others will give up on it.',
    'Every node is down.',
  ])
})
