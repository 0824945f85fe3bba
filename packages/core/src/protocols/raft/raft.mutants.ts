import type { Mutant } from '../../model/index.ts'
import type { Raft } from './raft.ts'

export const raftMutants: readonly Mutant<Raft>[] = []
