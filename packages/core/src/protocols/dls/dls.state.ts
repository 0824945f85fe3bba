import {
  bool,
  bytes,
  durable,
  list,
  natural,
  nodeSet,
  option,
  perNode,
  struct,
} from '../../model/index.ts'
import {
  AcceptableList,
  Announcement,
  Claim,
  EarlyMessage,
  Lock,
  Standing,
} from './dls.messages.ts'

export const dlsState = {
  initial: durable(option(bytes)),
  /** The present round, 1 and on. It survives a crash so that nothing is said twice in one round. */
  round: durable(natural),
  /** At most one for each value. */
  locks: durable(list(Lock)),
  decision: durable(option(bytes)),

  // The distributed clock (§5.2).
  /** The largest claim of each processor. */
  claims: perNode(Claim),
  /** The claims that proved the present round; none after a start. */
  tick: list(Claim),
  early: list(EarlyMessage),

  // PROPER, and what it is made from.
  proper: list(bytes),
  everythingProper: bool,
  standings: perNode(Standing),

  // A coordinator in its own phase.
  phaseTried: natural,
  /** The lists of the phase, by who sent them. */
  lists: perNode(AcceptableList),
  proposal: option(bytes),
  acknowledged: nodeSet,
  /** Where the coordinator's own lock stands in its records: it counts once it is on disk. */
  ownLock: option(natural),

  // After the decision.
  announcements: perNode(Announcement),
  /** t + 1 announcements of one value: who has them, has no more to do. */
  proof: list(Announcement),

  waiting: list(struct({ client: natural, sequence: natural })),
}
