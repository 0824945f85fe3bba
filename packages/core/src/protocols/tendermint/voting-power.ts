import type { NodeId } from '../../model/index.ts'

// Votes are counted by power, of which each validator has one or more: "n" and "f" of the paper are
// powers too (section II). With equal powers they are numbers of validators.

/** The greatest f with n > 3f. */
export function maximumFaulty(totalPower: number): number {
  return Math.floor((totalPower - 1) / 3)
}

/** The paper's 2f+1 for n = 3f+1; for any n the least power such that two quorums share more than f. */
export function quorumOf(totalPower: number): number {
  return Math.ceil((totalPower + maximumFaulty(totalPower) + 1) / 2)
}

/**
 * Who proposes, in turn: each as often as it has power, spread as evenly as can be. This is the
 * priority queue of the implementations: in every turn each validator's priority rises by its power,
 * and the one in front proposes and falls back by the power of all. After as many turns as there is
 * power all priorities are zero again, so the turns repeat.
 * @param powers of the validators, each at least 1
 */
export function proposerRotation(powers: readonly number[]): NodeId[] {
  const total = powers.reduce((sum, power) => sum + power, 0)
  const priorities = powers.map(() => 0)
  return Array.from({ length: total }, () => {
    let front = 0
    for (const [validator, power] of powers.entries()) {
      const priority = (priorities[validator] as number) + power
      priorities[validator] = priority
      if (priority > (priorities[front] as number)) front = validator
    }
    priorities[front] = (priorities[front] as number) - total
    return front
  })
}
