import type { Checker, CheckerContext, Invariant } from '../../model/index.ts'
import { ClockCondition } from './clock-condition.ts'
import { EventDurability } from './event-durability.ts'
import type { LamportClocks } from './lamport-clocks.ts'
import { ObservedHistory } from './observed-history.ts'
import { outOfOrder, TotalOrder } from './total-order.ts'

export function lamportCheckers({ nodes }: CheckerContext): Checker<LamportClocks>[] {
  const history = new ObservedHistory<number>(nodes.length)
  return [
    new EventDurability(history),
    new ClockCondition(history, (a, b) => a < b),
    new TotalOrder(),
  ]
}

export const lamportInvariants: readonly Invariant<LamportClocks>[] = [
  {
    property: 'no stamp from the future',
    broken(nodes) {
      for (const [id, { order }] of nodes) {
        for (const { stamp, node: other } of order) {
          const clock = nodes.get(other)?.clock
          if (clock !== undefined && stamp > clock) {
            const message = `node ${id} knows of stamp ${stamp} of node ${other}, whose clock stands at ${clock}`
            return { nodes: [id, other], message }
          }
        }
      }
      return undefined
    },
  },
  {
    // C2: a receipt is stamped later than the sending.
    property: 'clock condition',
    broken(nodes) {
      for (const [id, { clock, order }] of nodes) {
        const known = order.find(({ stamp, node }) => node !== id && stamp >= clock)
        if (!known) continue
        const message = `node ${id}, whose clock stands at ${clock}, has received what node ${known.node} sent at ${known.stamp}`
        return { nodes: [id, known.node], message }
      }
      return undefined
    },
  },
  {
    // C1: a clock ticks between any two events of its process.
    property: 'ticks between events',
    broken(nodes) {
      for (const [id, { events, clock }] of nodes) {
        if (events <= clock) continue
        return { nodes: [id], message: `node ${id} has had ${events} events by ${clock}` }
      }
      return undefined
    },
  },
  {
    property: 'total order',
    broken(nodes) {
      for (const [id, { order }] of nodes) {
        const wrong = outOfOrder(order)
        if (wrong) return { nodes: [id], message: `node ${id} puts ${wrong}` }
      }
      return undefined
    },
  },
]
