import { ProposedValue } from '../../checkers/proposed-value.ts'
import { Unanimity } from '../../checkers/unanimity.ts'
import type { Checker, CheckerContext, Goal, Invariant, NodeId } from '../../model/index.ts'
import type { BenOrCommand } from './ben-or.messages.ts'
import type { BenOr } from './ben-or.ts'
import { DecisionBinds } from './decision-binds.ts'
import { OneValueARound } from './one-value-a-round.ts'

const proposalOf = (command: unknown): Uint8Array => (command as BenOrCommand).value

export function benOrCheckers(_context: CheckerContext): Checker<BenOr>[] {
  return [new ProposedValue(proposalOf), new OneValueARound(), new DecisionBinds()]
}

export function byzantineBenOrCheckers(_context: CheckerContext): Checker<BenOr>[] {
  return [new Unanimity(proposalOf), new OneValueARound(), new DecisionBinds()]
}

/** Two nodes and what is wrong between them, or nothing: looked for among all pairs. */
function ofEveryTwo(
  property: string,
  wrong: (left: BenOr, right: BenOr) => string | undefined,
): Invariant<BenOr> {
  return {
    property,
    broken(nodes) {
      const living: [NodeId, BenOr][] = [...nodes]
      for (const [leftId, left] of living) {
        for (const [rightId, right] of living) {
          const message = leftId === rightId ? undefined : wrong(left, right)
          if (message !== undefined) return { nodes: [leftId, rightId], message }
        }
      }
      return undefined
    },
  }
}

const agreement = ofEveryTwo('agreement', ({ decided: left }, { decided: right }) =>
  left !== undefined && right !== undefined && left !== right
    ? `they decided ${left} and ${right}`
    : undefined,
)

const oneValueARound = ofEveryTwo('one value a round', (left, right) =>
  left.round === right.round &&
  left.proposed !== undefined &&
  right.proposed !== undefined &&
  left.proposed !== right.proposed
    ? `in round ${left.round} they proposed ${left.proposed} and ${right.proposed}`
    : undefined,
)

const decisionBinds = ofEveryTwo('decision binds', (decider, other) =>
  decider.decided !== undefined &&
  other.round > decider.decidedRound &&
  other.value !== decider.decided
    ? `one decided ${decider.decided} in round ${decider.decidedRound}, and the other is in round ${other.round} with ${other.value}`
    : undefined,
)

/** The same as predicates over one moment, for the explorer. */
export const benOrInvariants: readonly Invariant<BenOr>[] = [
  agreement,
  oneValueARound,
  decisionBinds,
]

/** Everybody decides: with probability 1, since every coin may show what is needed. */
export const benOrTermination: Goal<BenOr> = {
  property: 'termination',
  reached: (nodes) => [...nodes.values()].every(({ decided }) => decided !== undefined),
}
