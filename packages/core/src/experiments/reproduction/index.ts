import { nakamotoReproductions } from './nakamoto/index.ts'
import { quorumReproductions } from './quorum/index.ts'
import type { Reproduction } from './reproduction.ts'

/** Every published result that is measured anew, in the order of the essay. */
export const reproductions: readonly Reproduction[] = [
  ...quorumReproductions,
  ...nakamotoReproductions,
]
