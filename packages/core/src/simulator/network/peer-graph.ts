import type { Random } from '../../model/random.ts'

/** For each node all others, in ascending order. */
export function fullMesh(nodes: number): number[][] {
  return Array.from({ length: nodes }, (_, node) =>
    Array.from({ length: nodes - 1 }, (_, i) => (i < node ? i : i + 1)),
  )
}

/**
 * A peer-to-peer graph as SimBlock builds it: one after another, each node opens its outbound links
 * to others drawn at random that it is not linked with yet, whichever side opened the link. If the
 * outcome is in several parts, which happens to small graphs, one link more joins each to the first.
 * @param outboundDegrees how many links each node opens, where enough others are left
 * @returns for each node its neighbours, in ascending order; links go both ways
 */
export function peerGraph(outboundDegrees: readonly number[], random: Random): number[][] {
  const nodes = outboundDegrees.length
  const neighbours = outboundDegrees.map(() => new Set<number>())
  const link = (one: number, other: number): void => {
    neighbours[one]?.add(other)
    neighbours[other]?.add(one)
  }
  outboundDegrees.forEach((degree, node) => {
    const linked = neighbours[node] as Set<number>
    const wanted = Math.min(linked.size + degree, nodes - 1)
    while (linked.size < wanted) {
      const other = random.below(nodes)
      if (other !== node) link(node, other)
    }
  })
  const [first = [], ...others] = parts(neighbours)
  for (const part of others) link(random.pick(part), random.pick(first))
  return neighbours.map((linked) => [...linked].sort((x, y) => x - y))
}

/** The connected parts, the one of node 0 first. */
function parts(neighbours: readonly ReadonlySet<number>[]): number[][] {
  const reached = new Set<number>()
  const found: number[][] = []
  neighbours.forEach((_, start) => {
    if (reached.has(start)) return
    const part = [start]
    reached.add(start)
    // The list grows while it is walked: what is added is walked too.
    for (const node of part) {
      for (const other of neighbours[node] as ReadonlySet<number>) {
        if (reached.has(other)) continue
        reached.add(other)
        part.push(other)
      }
    }
    found.push(part)
  })
  return found
}

/**
 * For each of `count` things a class, in random order, with exactly the shares that were asked for,
 * to rounding: the k-th of them, before shuffling, gets the first class whose cumulative share
 * exceeds (k + ½) / count.
 */
export function drawnByShare(
  cumulativeShares: readonly number[],
  count: number,
  random: Random,
): number[] {
  const classes: number[] = []
  let current = 0
  const last = cumulativeShares.length - 1
  for (let k = 0; k < count; k++) {
    while (current < last && (cumulativeShares[current] as number) <= (k + 0.5) / count) current++
    classes.push(current)
  }
  return random.shuffle(classes)
}
