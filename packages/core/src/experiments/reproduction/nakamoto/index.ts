import type { Reproduction } from '../reproduction.ts'
import { doubleSpend } from './double-spend.ts'
import { optimalSelfishMining } from './optimal-selfish-mining.ts'
import { selfishMining } from './selfish-mining.ts'

/** What the papers on Nakamoto consensus state in figures. */
export const nakamotoReproductions: readonly Reproduction[] = [
  doubleSpend,
  selfishMining,
  optimalSelfishMining,
]
