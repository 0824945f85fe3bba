import { list, map, natural, oneOf, option, struct } from '../../model/index.ts'
import { Bit } from './ben-or.messages.ts'
import { Tally } from './tally.ts'

export const benOrState = {
  /** r; 0 until the node is asked to propose. */
  round: natural,
  /** `stopped`: it has decided, and done for the others what they need to decide as well. */
  phase: oneOf('waiting', 'report', 'proposal', 'stopped'),
  /** x: what the node reports. */
  value: Bit,
  /** What it proposed in this round; undefined for ? and before its proposal. */
  proposed: option(Bit),
  decided: option(Bit),
  /** The round at the end of which it decided; 0 before. */
  decidedRound: natural,
  /** The messages of this round, and those of later rounds that have come early. */
  arrived: map(natural, struct({ reports: Tally, proposals: Tally })),
  /** Clients that wait for the decision. */
  requests: list(struct({ client: natural, sequence: natural })),
}
