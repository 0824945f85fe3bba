import type { NodeId } from '../../model/index.ts'
import { type BlockEntry, forkPoint } from './block-index.ts'
import type { Nakamoto } from './nakamoto.ts'

/** What is happening now, in one plain sentence. */
export function narrateNakamoto(nodes: ReadonlyMap<NodeId, Nakamoto>): string {
  if (nodes.size === 0) return 'Every node is down.'
  const holders = new Map<BlockEntry, NodeId[]>()
  for (const [id, node] of nodes) {
    const at = holders.get(node.tip)
    if (at === undefined) holders.set(node.tip, [id])
    else at.push(id)
  }
  const tips = [...holders.keys()].sort(byWork)
  const best = tips[0] as BlockEntry
  const leaders = holders.get(best) as NodeId[]
  // Behind are those whose tip lies on the best branch; the others are on a fork.
  const forked = tips.filter((tip) => !best.descendsFrom(tip))
  if (forked.length > 0) return narrateFork(best, leaders, forked, holders)
  if (tips.length > 1) {
    return `Block ${best.height} is on its way: ${leaders.length} of ${nodes.size} nodes have it.`
  }
  if (best.height === 0) return 'The chain has only its first block yet: the miners search.'
  return `${nodes.size === 1 ? 'The node agrees' : `All ${nodes.size} nodes agree`} on the chain up to block ${best.height}; the miners search for the next.`
}

function narrateFork(
  best: BlockEntry,
  leaders: readonly NodeId[],
  forked: readonly BlockEntry[],
  holders: ReadonlyMap<BlockEntry, readonly NodeId[]>,
): string {
  const rival = forked[0] as BlockEntry
  const followers = holders.get(rival) as readonly NodeId[]
  const common = forkPoint(best, rival)
  const fork = `The chain forks after block ${common.height}`
  const sides = `${counted(leaders)} on a branch of ${blocks(best.height - common.height)}, ${counted(followers)} on one of ${blocks(rival.height - common.height)}`
  if (rival.chainWork === best.chainWork) {
    return `${fork}, ${sides}: equal work, so the next block decides.`
  }
  return `${fork}, ${sides}: the first has more work, and the others will join it.`
}

function byWork(one: BlockEntry, other: BlockEntry): number {
  if (one.chainWork !== other.chainWork) return one.chainWork > other.chainWork ? -1 : 1
  return one.id < other.id ? -1 : 1
}

function counted(nodes: readonly NodeId[]): string {
  if (nodes.length > 3) return `${nodes.length} nodes are`
  const [first, ...rest] = nodes
  if (rest.length === 0) return `node ${first} is`
  return `nodes ${[first, ...rest.slice(0, -1)].join(', ')} and ${rest[rest.length - 1]} are`
}

function blocks(count: number): string {
  return count === 1 ? 'one block' : `${count} blocks`
}
