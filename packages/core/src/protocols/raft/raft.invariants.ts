import type { Checker, CheckerContext, Invariant } from '../../model/index.ts'
import type { Raft } from './raft.ts'

export function raftCheckers(_context: CheckerContext): Checker<Raft>[] {
  return []
}

export const raftInvariants: readonly Invariant<Raft>[] = []
