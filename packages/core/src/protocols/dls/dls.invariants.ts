import { Unanimity } from '../../checkers/unanimity.ts'
import {
  type Checker,
  type CheckerContext,
  equalBytes,
  type Goal,
  type Invariant,
  type NodeId,
} from '../../model/index.ts'
import type { DlsCommand } from './dls.messages.ts'
import type { Dls } from './dls.ts'
import { LockedDecision } from './locked-decision.ts'

/** Strong unanimity (§2.4), and what consistency rests on (lemma 3.5). */
export function dlsCheckers(context: CheckerContext): Checker<Dls>[] {
  return [new Unanimity((command) => (command as DlsCommand).value), new LockedDecision(context)]
}

/** Consistency as a predicate over one moment, for the explorer. */
const consistency: Invariant<Dls> = {
  property: 'consistency',
  broken(nodes) {
    let first: { readonly id: NodeId; readonly value: Uint8Array } | undefined
    for (const [id, { decision }] of nodes) {
      if (decision === undefined) continue
      if (first === undefined) first = { id, value: decision }
      else if (!equalBytes(first.value, decision)) {
        return { nodes: [first.id, id], message: 'they have decided differently' }
      }
    }
    return undefined
  },
}

export const dlsInvariants: readonly Invariant<Dls>[] = [consistency]

/** Every correct processor decides. */
export const dlsTermination: Goal<Dls> = {
  property: 'termination',
  reached: (nodes) => [...nodes.values()].every(({ decision }) => decision !== undefined),
}
