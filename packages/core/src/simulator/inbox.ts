import type { NodeId } from '../model/index.ts'
import { Fifo } from './fifo.ts'
import type { Request } from './transmission.ts'

/** What a node was sent: it is handled at once, or waits while the node is busy or paused. */
export type Arrival =
  | {
      readonly kind: 'message'
      readonly from: NodeId
      readonly message: unknown
      readonly hash: number
      /** The event in which it was sent, where causes are recorded. */
      readonly sentIn: number
    }
  | { readonly kind: 'request'; readonly request: Request }

/** What waits for a node to have time: first come, first served. */
export class Inbox extends Fifo<Arrival> {}
