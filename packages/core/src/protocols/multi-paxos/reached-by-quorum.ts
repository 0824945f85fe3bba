/**
 * The highest number that `quorum` of these are at or above, if that is more than `floor`; else `floor`.
 * Most calls find nothing above the floor, in one pass.
 */
export function reachedByQuorum(reached: readonly number[], quorum: number, floor: number): number {
  if (countAtLeast(reached, floor + 1) < quorum) return floor
  let highest = floor
  for (let i = 0; i < reached.length; i += 1) {
    const value = reached[i] as number
    if (value > highest && countAtLeast(reached, value) >= quorum) highest = value
  }
  return highest
}

function countAtLeast(reached: readonly number[], minimum: number): number {
  let count = 0
  for (let i = 0; i < reached.length; i += 1) if ((reached[i] as number) >= minimum) count += 1
  return count
}
