import { durable, type Infer, list, natural, nodeId, struct, union } from '../../model/index.ts'
import { activityParameters } from './activity.ts'

/** An event as the total order knows it: its stamp, and its process, which breaks ties. */
export const StampedEvent = struct({ stamp: natural, node: nodeId })
export type StampedEvent = Infer<typeof StampedEvent>

export const LamportMessage = union({
  /**
   * `stamp` is the paper's T_m. `number` says which event of its process the sending was: the clocks
   * do not use it; whoever watches learns from it which sending belongs to which receipt.
   */
  note: { number: natural, stamp: natural },
})
export type LamportMessage = Infer<typeof LamportMessage>

/** The events of a process, each with its stamp: what it has not written down has not happened. */
export const LamportRecord = union({
  internal: { stamp: natural },
  send: { to: nodeId, stamp: natural },
  /** The receipt of what node `from` sent in its event of this number. */
  receive: { from: nodeId, number: natural, stamp: natural },
})
export type LamportRecord = Infer<typeof LamportRecord>

export const lamportSchema = {
  state: {
    /** C_i: the stamp of the latest event. */
    clock: durable(natural),
    /** How many events the process has had. */
    events: durable(natural),
    /** The last events that this process knows of, its own and those it had messages from, in the total order ⇒. */
    order: list(StampedEvent),
  },
  message: LamportMessage,
  record: LamportRecord,
  command: union({}),
  timers: ['step'],
  parameters: {
    ...activityParameters,
    rememberedEvents: {
      what: 'so many events, the last in the total order, a process keeps in mind',
      unit: 'events',
      initial: 8,
      minimum: 2,
      maximum: 1_000,
    },
  },
} as const
