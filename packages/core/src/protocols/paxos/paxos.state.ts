import { bytes, durable, list, natural, oneOf, option, perNode, struct } from '../../model/index.ts'
import { Proposal } from './paxos.messages.ts'

export const paxosState = {
  // The acceptor: the highest ballot that it has promised, and the latest proposal it has accepted.
  promised: durable(natural),
  accepted: durable(option(Proposal)),
  /** Where the latest acceptance stands in the node's records, until it is on disk. */
  writing: option(natural),

  // The learner: what each acceptor was last heard to have accepted, and what is decided.
  acceptances: perNode(Proposal),
  decision: durable(option(bytes)),

  // The proposer. It waits after it was outrun, and is idle where nobody has asked it for anything.
  phase: oneOf('idle', 'waiting', 'prepare', 'accept'),
  /** The ballot of the phases `prepare` and `accept`. */
  ballot: natural,
  /** What a client asked it to propose. */
  ownValue: option(bytes),
  /** The promises to this ballot, each with what the acceptor had accepted before. */
  promises: perNode(option(Proposal)),
  /** The highest ballot that an acceptor is known to have promised. */
  highestSeen: natural,
  /** How many ballots it has begun in this life. */
  ballots: natural,
  /** The clients that wait for the decision. */
  requests: list(struct({ client: natural, sequence: natural })),
}
