import type { Checker, CheckerContext, Goal, Invariant, NodeId } from '../../model/index.ts'
import { Accountability } from './accountability.ts'
import { HeightAgreement } from './height-agreement.ts'
import type { Tendermint } from './tendermint.ts'
import { Validity } from './validity.ts'
import { VoteDurability } from './vote-durability.ts'

/** What the paper promises (section III), height by height; that nobody is accused who did nothing, and no counted vote forgotten. */
export function tendermintCheckers(context: CheckerContext): Checker<Tendermint>[] {
  return [
    new HeightAgreement(),
    new Validity(),
    new Accountability(context.byzantine),
    new VoteDurability(),
  ]
}

type IdAt = readonly [height: number, id: Uint8Array]

/** A property of what each validator holds to be so at a height: no two may hold different ids. */
function oneIdAHeight(
  property: string,
  message: string,
  idsOf: (node: Tendermint) => IdAt[],
): Invariant<Tendermint> {
  return {
    property,
    broken(nodes) {
      const seen = new Map<number, { readonly id: string; readonly node: NodeId }>()
      for (const [node, validator] of nodes) {
        for (const [height, bytes] of idsOf(validator)) {
          const id = String(bytes)
          const first = seen.get(height)
          if (first === undefined) seen.set(height, { id, node })
          else if (first.id !== id) {
            const both = first.node === node ? [node] : [first.node, node]
            return { nodes: both, message: `${message} at height ${height}` }
          }
        }
      }
      return undefined
    },
  }
}

function decidedIds({ commits, discarded }: Tendermint): IdAt[] {
  return commits.flatMap(({ certificate: { id } }, i): IdAt[] =>
    id === undefined ? [] : [[discarded + i, id]],
  )
}

function precommittedIds(validator: Tendermint): IdAt[] {
  const ids = decidedIds(validator)
  for (const { precommits } of validator.rounds.values()) {
    for (const { id, power } of precommits.tallies) {
      if (id !== undefined && power >= validator.quorum) ids.push([validator.height, id])
    }
  }
  return ids
}

/** The same as predicates over one moment, for the explorer. */
export const tendermintInvariants: readonly Invariant<Tendermint>[] = [
  oneIdAHeight('decisions agree', 'they have decided different blocks', decidedIds),
  oneIdAHeight(
    'one precommitted value a height',
    'they see 2f+1 precommits for different blocks',
    precommittedIds,
  ),
]

/** Every correct validator decides the first height. */
export const tendermintProgress: Goal<Tendermint> = {
  property: 'progress',
  reached: (nodes) => [...nodes.values()].every(({ height }) => height > 0),
}
