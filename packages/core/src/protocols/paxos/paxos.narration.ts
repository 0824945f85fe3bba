import type { NodeId } from '../../model/index.ts'
import type { Paxos } from './paxos.ts'

/** What is happening now, in one plain sentence. */
export function narratePaxos(nodes: ReadonlyMap<NodeId, Paxos>): string {
  if (nodes.size === 0) return 'Every node is down.'
  const decided = [...nodes.values()].filter((node) => node.decision !== undefined).length
  if (decided > 0) {
    return decided === nodes.size
      ? 'Every node that is up has decided.'
      : `The decision is made: ${decided} of the ${nodes.size} nodes that are up know it.`
  }
  const proposing = [...nodes].filter(([, node]) => node.isProposing)
  const foremost = proposing.reduce<[NodeId, Paxos] | undefined>(
    (best, one) => (best === undefined || one[1].ballot > best[1].ballot ? one : best),
    undefined,
  )
  if (foremost !== undefined) return narrateBallot(...foremost, nodes, proposing.length)
  if ([...nodes.values()].some(({ phase }) => phase === 'waiting')) {
    return 'Ballots have outrun each other: their proposers wait for random times.'
  }
  return 'Nobody proposes anything.'
}

function narrateBallot(
  proposer: NodeId,
  { phase, ballot, promises, majority }: Paxos,
  nodes: ReadonlyMap<NodeId, Paxos>,
  proposing: number,
): string {
  const rivals =
    proposing === 1
      ? ''
      : `, and ${proposing - 1} more ${proposing === 2 ? 'tries' : 'try'} below it`
  if (phase === 'prepare') {
    return `Node ${proposer} asks for promises of ballot ${ballot} and has ${promises.size} of ${majority}${rivals}.`
  }
  let accepted = 0
  for (const node of nodes.values()) if (node.accepted?.ballot === ballot) accepted += 1
  return `Node ${proposer} asks all to accept its value in ballot ${ballot}: ${accepted} of ${majority} have${rivals}.`
}
