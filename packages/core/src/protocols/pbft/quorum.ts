/** f: the most replicas of `nodes` that may be faulty, so that n > 3f (Castro and Liskov 1999, §3). */
export function maximumFaulty(nodes: number): number {
  return Math.floor((nodes - 1) / 3)
}

/**
 * The smallest number of replicas any two sets of which share a correct one: 2f + 1 where n = 3f + 1.
 * There are always so many correct replicas.
 */
export function quorumOf(nodes: number): number {
  return Math.ceil((nodes + maximumFaulty(nodes) + 1) / 2)
}
