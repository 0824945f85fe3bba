import { durable, type Infer, list, natural, nodeId, oneOf, union } from '../../model/index.ts'
import { activityParameters } from './activity.ts'

/** A vector stamp: of each process, by number, how many of its events are in the past of the stamped one. */
const Vector = list(natural)

export const VectorMessage = union({
  /** `number` says which event of its process the sending was, for those who watch: the clocks have it in the stamp. */
  note: { number: natural, stamp: Vector },
})
export type VectorMessage = Infer<typeof VectorMessage>

/** How one event stands to another by their stamps. */
const Relation = oneOf('before', 'after', 'concurrent')
export type Relation = Infer<typeof Relation>

/** The events of a process, each with its stamp: what it has not written down has not happened. */
export const VectorRecord = union({
  internal: { stamp: Vector },
  send: { to: nodeId, stamp: Vector },
  /**
   * The receipt of what node `from` sent in its event of this number, and how that sending stands to
   * the event before the receipt: before it (old news), after it, or concurrent.
   */
  receive: { from: nodeId, number: natural, sending: Relation, stamp: Vector },
})
export type VectorRecord = Infer<typeof VectorRecord>

export const vectorSchema = {
  state: {
    /** The stamp of the latest event; empty before the first. */
    clock: durable(Vector),
    /** How many events the process has had. */
    events: durable(natural),
    /** What it has received, by how the sending stood to what it had done last itself. */
    receivedBefore: durable(natural),
    receivedAfter: durable(natural),
    receivedConcurrent: durable(natural),
  },
  message: VectorMessage,
  record: VectorRecord,
  command: union({}),
  timers: ['step'],
  parameters: activityParameters,
} as const
