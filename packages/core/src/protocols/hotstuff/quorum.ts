/** f: how many of `nodes` may be faulty, so that nodes > 3f. */
export function maximumFaulty(nodes: number): number {
  return Math.floor((nodes - 1) / 3)
}

/**
 * n − f, the paper's quorum: so many correct nodes there are, and any two quorums share n − 2f > f
 * nodes, a correct one among them.
 */
export function quorumOf(nodes: number): number {
  return nodes - maximumFaulty(nodes)
}
