import { expect, test } from 'vitest'
import { raft } from './raft.protocol.ts'
import { among, ScriptedCluster } from './testing/scripted-cluster.ts'

const isPreVote = ({ message }: { message: { kind: string } }): boolean =>
  message.kind.startsWith('requestPreVote')

test('the story of a cluster is told in one sentence at a time', () => {
  const cluster = new ScriptedCluster({
    nodes: 4,
    parameters: { initialVoters: 3, snapshotEntries: 3, trailingEntries: 0 },
  })
  const story: string[] = []
  const tell = () => story.push(raft.narrate(cluster.living))
  tell()
  cluster.timeout(0, 'election')
  tell()
  cluster.deliverAll(isPreVote)
  tell()
  cluster.deliverAll(({ message }) => message.kind !== 'appendEntries')
  tell()
  cluster.deliverAll()
  tell()
  cluster.write(0, 'a', 1, 1)
  cluster.write(0, 'b', 1, 2)
  tell()
  cluster.deliverAll()
  cluster.read(0, 2, 1)
  tell()
  cluster.deliverAll()
  cluster.propose(
    0,
    { kind: 'configure', voters: [0, 1, 3], learners: [] },
    { client: 5, sequence: 1 },
  )
  cluster.deliverAll(among([0, 1, 2]))
  tell()
  cluster.drop()
  cluster.timeout(0, 'heartbeat')
  cluster.deliverUntil(() => cluster.node(0).flows[3]?.state === 'snapshot')
  cluster.deliverUntil(() => cluster.node(0).isJoint)
  tell()
  cluster.deliverAll()
  cluster.propose(0, { kind: 'transfer', to: 3 }, { client: 5, sequence: 2 })
  tell()
  for (const id of cluster.nodes) cluster.crash(id)
  tell()
  expect(story).toEqual([
    'Nobody leads yet: every server waits for its election timeout.',
    'Server 0 hears no leader and asks whether an election could be won.',
    'Server 0 asks to lead term 1 and has 1 of 3 votes.',
    'Server 0 leads term 1: 0 entries committed, 1 more on the way to a majority.',
    'Server 0 leads term 1: 1 entry committed, and nothing is waiting.',
    'Server 0 leads term 1: 1 entry committed, 2 more on the way to a majority.',
    'Server 0 leads term 1 and makes sure of it, by a round of heartbeats, before it answers reads.',
    'Server 0 leads term 1 and waits for new members to catch up, before they may vote.',
    'Server 0 leads term 1 through a change of members, from 0, 1, 2 to 0, 1, 3: both majorities must agree.',
    'Server 0 leads term 1 and hands over to server 3.',
    'Every server is down.',
  ])
})

test('elections that may fail, and leaders that do not know, are told as such', () => {
  const cluster = new ScriptedCluster({ nodes: 4 })
  cluster.timeout(0, 'election')
  cluster.timeout(3, 'election')
  expect(raft.narrate(cluster.living)).toBe(
    'Servers 0 and 3 hear no leader and ask whether an election could be won.',
  )
  cluster.deliverAll(isPreVote)
  expect(raft.narrate(cluster.living)).toBe(
    'Servers 0 and 3 compete for term 1: the votes may split.',
  )
  cluster.deliverAll()
  const leader = cluster.leader as number
  const others = cluster.nodes.filter((id) => id !== leader)
  cluster.elect(others[0] as number, others)
  cluster.crash(others[0] as number)
  expect(raft.narrate(cluster.living)).toBe(
    `Server ${leader} still leads term 1, and does not know of term 2.`,
  )
  cluster.crash(leader)
  expect(raft.narrate(cluster.living)).toBe(
    'Nobody leads in term 2: the servers wait for an election timeout.',
  )
})
