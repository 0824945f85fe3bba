import type { NodeId } from '../../model/index.ts'
import type { MultiPaxos } from './multi-paxos.ts'

/** What is happening now, in one plain sentence. */
export function narrateMultiPaxos(nodes: ReadonlyMap<NodeId, MultiPaxos>): string {
  const living = [...nodes]
  if (living.length === 0) return 'Every node is down.'
  const foremost = living.reduce((best, one) => (ballotOf(one) > ballotOf(best) ? one : best))
  const [id, node] = foremost
  switch (node.role) {
    case 'leader':
      return narrateLeader(id, node)
    case 'candidate':
      return `Node ${id} asks for promises of ballot ${node.ballot} and has ${node.promisers.size} of ${node.majority}.`
    case 'replica':
      return 'Nobody leads: the nodes wait for a leader timeout.'
  }
}

function ballotOf([, { role, ballot }]: [NodeId, MultiPaxos]): number {
  return role === 'replica' ? 0 : ballot
}

function narrateLeader(id: NodeId, leader: MultiPaxos): string {
  const leads = `Node ${id} leads in ballot ${leader.ballot}`
  if (!leader.hasRecovered()) {
    const left = leader.recoveredThrough - leader.executedSlot
    return `${leads} and proposes ${slots(left)} again that earlier ballots may have chosen.`
  }
  const waiting = leader.lastSlot - leader.chosenThrough
  if (waiting > 0) {
    return `${leads}: ${slots(leader.chosenThrough)} chosen, ${waiting} more on the way to a majority.`
  }
  if (leader.confirmingReads.length > 0) {
    return `${leads} and makes sure of it, by a round of heartbeats, before it answers reads.`
  }
  return `${leads}: ${slots(leader.chosenThrough)} chosen, and nothing is waiting.`
}

function slots(count: number): string {
  return count === 1 ? '1 slot' : `${count} slots`
}
