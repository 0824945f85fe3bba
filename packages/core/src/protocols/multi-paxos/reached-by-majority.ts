import { majorityOf } from '../paxos/ballot.ts'

/**
 * The highest number that a majority of `reached` is at or above, if that is more than `floor`; else
 * `floor`. Most calls find nothing above the floor, in one pass.
 */
export function reachedByMajority(reached: readonly number[], floor: number): number {
  const majority = majorityOf(reached.length)
  if (countAtLeast(reached, floor + 1) < majority) return floor
  let highest = floor
  for (let i = 0; i < reached.length; i += 1) {
    const value = reached[i] as number
    if (value > highest && countAtLeast(reached, value) >= majority) highest = value
  }
  return highest
}

function countAtLeast(reached: readonly number[], minimum: number): number {
  let count = 0
  for (let i = 0; i < reached.length; i += 1) if ((reached[i] as number) >= minimum) count += 1
  return count
}
