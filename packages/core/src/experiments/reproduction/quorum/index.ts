import type { Reproduction } from '../reproduction.ts'
import { messageComplexity } from './message-complexity.ts'
import { messageDelays } from './message-delays.ts'
import { raftElections } from './raft-elections.ts'

/** What the papers on quorum protocols state in figures. */
export const quorumReproductions: readonly Reproduction[] = [
  messageComplexity,
  messageDelays,
  raftElections,
]
