import type { Invariant, NodeId } from '../../model/index.ts'
import { commander } from './generals.messages.ts'
import type { Generals } from './generals.ts'

/** The interactive consistency conditions (§1), of the loyal generals at one moment. */
export const generalsInvariants: readonly Invariant<Generals>[] = [
  {
    property: 'IC1',
    stable: true,
    broken: (nodes) => {
      const decided = [...nodes].filter(([id, { decision }]) => id !== commander && decision)
      return conflictIn(decided)
    },
  },
  {
    property: 'IC2',
    stable: true,
    broken: (nodes) => {
      const loyalCommander = nodes.get(commander)
      if (!loyalCommander?.decision) return undefined
      const decided = [...nodes].filter(([, { decision }]) => decision)
      return conflictIn(decided)
    },
  },
]

function conflictIn(decided: readonly (readonly [NodeId, Generals])[]) {
  const [first] = decided
  const other = decided.find(([, { decision }]) => decision !== first?.[1].decision)
  if (!first || !other) return undefined
  const said = ([id, { decision }]: readonly [NodeId, Generals]) =>
    `${id === commander ? 'the commander' : `lieutenant ${id}`} obeys '${decision}'`
  return { nodes: [first[0], other[0]], message: `${said(first)}, and ${said(other)}` }
}
