import type { Reproduction } from '../reproduction.ts'
import { backbone } from './backbone.ts'
import { doubleSpend } from './double-spend.ts'
import { forks } from './forks.ts'
import { optimalSelfishMining } from './optimal-selfish-mining.ts'
import { selfishMining } from './selfish-mining.ts'
import { simBlock } from './sim-block.ts'
import { staleRates } from './stale-rates.ts'

/** What the papers on Nakamoto consensus state in figures. */
export const nakamotoReproductions: readonly Reproduction[] = [
  doubleSpend,
  selfishMining,
  optimalSelfishMining,
  forks,
  staleRates,
  simBlock,
  backbone,
]
