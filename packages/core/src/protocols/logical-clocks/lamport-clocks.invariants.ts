import type { Checker, CheckerContext, Invariant } from '../../model/index.ts'
import { ClockCondition } from './clock-condition.ts'
import { EventDurability } from './event-durability.ts'
import type { LamportClocks } from './lamport-clocks.ts'
import { ObservedHistory } from './observed-history.ts'
import { TotalOrder } from './total-order.ts'

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
]
