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
  const givenUp = living.filter(([, node]) => node.curView === view && node.interrupted)
  if (givenUp.length > 0) {
    return `${where}: ${givenUp.length} of ${first[1].quorum} nodes that it takes have given up on it.`
  }
  const fetching = living.find(([, node]) => node.wanted !== undefined)
  if (fetching !== undefined) {
    return `${where}: node ${fetching[0]} fetches blocks that it missed.`
  }
  if (!nodes.has(leader)) return `${where}, which is down: the others will give up on it.`
  const committed = Math.max(...living.map(([, node]) => node.lastIndex))
  const entries = committed === 1 ? '1 entry is' : `${committed} entries are`
  if (living.every(([, node]) => !node.isBusy)) {
    return `${where}: ${entries} committed, and nobody waits for anything.`
  }
  const proposed = living.filter(([, node]) => node.tree.has(view)).length
  if (proposed > 0) {
    const voted = living.filter(([, node]) => node.votedView === view).length
    return `${where}: ${proposed} nodes have its block and ${voted} voted for it, which goes to node ${first[1].leaderOf(view + 1)}.`
  }
  return `${where}: ${entries} committed, and its block is on the way.`
}
