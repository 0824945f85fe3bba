import type { NodeId } from '../../model/index.ts'

/** The smallest number of `voters` that any two of which share a voter. */
export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1
}

/** Is a majority of `voters` among `nodes`? */
export function hasMajority(voters: readonly NodeId[], nodes: ReadonlySet<NodeId>): boolean {
  let count = 0
  for (let i = 0; i < voters.length; i += 1) if (nodes.has(voters[i] as NodeId)) count += 1
  return count >= majorityOf(voters.length)
}

/**
 * The highest value that a majority of `voters` has reached (`values` is by node), if that is above
 * `floor`; otherwise `floor`. Most calls find no majority above the floor, in one pass; without
 * sorting, the rest takes as many passes as there are voters.
 */
export function majorityReached(
  voters: readonly NodeId[],
  values: readonly number[],
  floor: number,
): number {
  const majority = majorityOf(voters.length)
  if (countAtLeast(voters, values, floor + 1) < majority) return floor
  let reached = floor
  for (let i = 0; i < voters.length; i += 1) {
    const value = values[voters[i] as NodeId] as number
    if (value > reached && countAtLeast(voters, values, value) >= majority) reached = value
  }
  return reached
}

function countAtLeast(
  voters: readonly NodeId[],
  values: readonly number[],
  minimum: number,
): number {
  let count = 0
  for (let i = 0; i < voters.length; i += 1) {
    if ((values[voters[i] as NodeId] as number) >= minimum) count += 1
  }
  return count
}
