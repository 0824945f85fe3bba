import type { NodeId } from '../../model/index.ts'
import type { Raft } from './raft.ts'

/** What is happening now, in one plain sentence. */
export function narrateRaft(nodes: ReadonlyMap<NodeId, Raft>): string {
  const living = [...nodes]
  if (living.length === 0) return 'Every server is down.'
  const term = Math.max(...living.map(([, node]) => node.currentTerm))
  const leader = living.find(([, node]) => node.role === 'leader' && node.currentTerm === term)
  return leader === undefined ? narrateElection(living, term) : narrateLeader(leader[0], leader[1])
}

function narrateElection(living: readonly [NodeId, Raft][], term: number): string {
  const candidates = living.filter(
    ([, node]) => node.role === 'candidate' && node.currentTerm === term,
  )
  if (candidates.length > 1) {
    return `${listed(candidates)} compete for term ${term}: the votes may split.`
  }
  for (const [id, node] of candidates) {
    const votes = `${node.votes.size} of ${node.configuration.voters.length} votes`
    return `Server ${id} asks to lead term ${term} and has ${votes}.`
  }
  const asking = living.filter(([, node]) => node.role === 'preCandidate')
  if (asking.length > 0) {
    return `${listed(asking)} ${asking.length > 1 ? 'hear' : 'hears'} no leader and ${asking.length > 1 ? 'ask' : 'asks'} whether an election could be won.`
  }
  const old = living.find(([, node]) => node.role === 'leader')
  if (old !== undefined) {
    return `Server ${old[0]} still leads term ${old[1].currentTerm}, and does not know of term ${term}.`
  }
  return term === 0
    ? 'Nobody leads yet: every server waits for its election timeout.'
    : `Nobody leads in term ${term}: the servers wait for an election timeout.`
}

function narrateLeader(id: NodeId, leader: Raft): string {
  const leads = `Server ${id} leads term ${leader.currentTerm}`
  if (leader.transfer !== undefined) {
    return `${leads} and hands over to server ${leader.transfer.to}.`
  }
  if (leader.isJoint) {
    const { oldVoters, voters } = leader.configuration
    return `${leads} through a change of members, from ${oldVoters.join(', ')} to ${voters.join(', ')}: both majorities must agree.`
  }
  if (leader.change !== undefined) {
    return `${leads} and waits for new members to catch up, before they may vote.`
  }
  const receiving = leader.members.find((member) => leader.flows[member]?.state === 'snapshot')
  if (receiving !== undefined) {
    return `${leads} and sends server ${receiving} a snapshot, for its log is too far behind.`
  }
  const waiting = leader.lastIndex - leader.commitIndex
  if (waiting > 0) {
    return `${leads}: ${entries(leader.commitIndex)} committed, ${waiting} more on the way to a majority.`
  }
  if (leader.confirmingAsks.length > 0) {
    return `${leads} and makes sure of it, by a round of heartbeats, before it answers reads.`
  }
  return `${leads}: ${entries(leader.commitIndex)} committed, and nothing is waiting.`
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`
}

function listed(nodes: readonly [NodeId, Raft][]): string {
  const ids = nodes.map(([id]) => String(id))
  const last = ids.pop() as string
  return ids.length === 0 ? `Server ${last}` : `Servers ${ids.join(', ')} and ${last}`
}
