import type { NodeId } from '../../model/index.ts'
import type { HotStuff } from './hotstuff.ts'

/** What is happening now, in one plain sentence. */
export function narrateHotStuff(nodes: ReadonlyMap<NodeId, HotStuff>): string {
  const living = [...nodes]
  const [first] = living
  if (first === undefined) return 'Every node is down.'
  const view = Math.max(...living.map(([, node]) => node.curView))
  const leader = first[1].leaderOf(view)
  const where = `View ${view}, led by node ${leader}`
  const { quorum } = first[1]
  const givenUp = living.filter(([, node]) => node.curView === view && node.interrupted).length
  if (givenUp > 0) return `${where}: ${givenUp} of the ${quorum} that it takes have given up on it.`
  const fetching = living.find(([, node]) => node.wanted !== undefined)
  if (fetching !== undefined) {
    return `${where}: node ${fetching[0]} fetches blocks that it missed.`
  }
  const committed = Math.max(...living.map(([, node]) => node.lastIndex))
  const entries = committed === 1 ? '1 entry is committed' : `${committed} entries are committed`
  if (living.every(([, node]) => !node.isBusy)) {
    return `${where}: ${entries}, and nobody waits for anything.`
  }
  const votes = living.filter(([, node]) => node.votedView === view).length
  if (votes > 0) {
    const collector = first[1].leaderOf(view + 1)
    return `${where}: of the ${quorum} votes for its block ${votes} were given, which node ${collector} collects to lead view ${view + 1}.`
  }
  if (!nodes.has(leader)) return `${where}, which is down: the others will give up on it.`
  return `${where}: ${entries}, and a block must come.`
}
