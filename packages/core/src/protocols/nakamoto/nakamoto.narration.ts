import type { NodeId } from '../../model/index.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Identifier } from './rules/identifier.ts'

/** The nodes whose chain ends in the same block, and one of them. */
interface Side {
  readonly nodes: NodeId[]
  readonly example: Nakamoto
}

/** What is happening now, in one plain sentence. */
export function narrateNakamoto(nodes: ReadonlyMap<NodeId, Nakamoto>): string {
  const byTip = new Map<Identifier, Side>()
  for (const [id, node] of nodes) {
    const side = byTip.get(node.tip.id)
    if (side === undefined) byTip.set(node.tip.id, { nodes: [id], example: node })
    else side.nodes.push(id)
  }
  const [best, ...others] = [...byTip.values()].sort(byWork)
  if (best === undefined) return 'Every node is down.'
  const { height } = best.example.tip
  // Behind are those whose chain is the beginning of the best; the others are on a fork.
  const rival = others.find((side) => !isBehind(side, best))
  if (rival !== undefined) return narrateFork(best, rival)
  if (others.length > 0) {
    return `Block ${height} is on its way: ${best.nodes.length} of ${nodes.size} nodes have it.`
  }
  if (height === 0) return 'The chain has only its first block yet: the miners search.'
  const all =
    nodes.size === 1 ? 'The node is at' : `All ${nodes.size} nodes agree on the chain up to`
  return `${all} block ${height}; the miners search for the next.`
}

function narrateFork(best: Side, rival: Side): string {
  const chain = best.example.activeChain
  const other = rival.example.activeChain
  let common = 0
  while (chain[common + 1] === other[common + 1]) common += 1
  const fork = `The chain forks after block ${common}`
  const sides = `${counted(best.nodes)} on a branch of ${blocks(chain.length - 1 - common)}, ${counted(rival.nodes)} on one of ${blocks(other.length - 1 - common)}`
  if (best.example.tip.chainWork === rival.example.tip.chainWork) {
    return `${fork}, ${sides}: equal work, so the next block decides.`
  }
  return `${fork}, ${sides}: the first has more work, and the others will join it.`
}

function isBehind(side: Side, best: Side): boolean {
  const { tip } = side.example
  return best.example.activeChain[tip.height] === tip.id
}

function byWork({ example: { tip: one } }: Side, { example: { tip: other } }: Side): number {
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
