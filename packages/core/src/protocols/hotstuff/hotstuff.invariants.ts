import type { Checker, CheckerContext, Invariant } from '../../model/index.ts'
import type { HotStuff } from './hotstuff.ts'

export function hotStuffCheckers(_context: CheckerContext): Checker<HotStuff>[] {
  return []
}
export const hotStuffInvariants: readonly Invariant<HotStuff>[] = []
