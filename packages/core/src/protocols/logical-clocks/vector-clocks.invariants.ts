import type { Checker, CheckerContext, Invariant } from '../../model/index.ts'
import { ClockCondition } from './clock-condition.ts'
import { EventDurability } from './event-durability.ts'
import { ObservedHistory } from './observed-history.ts'
import { StrongClockCondition } from './strong-clock-condition.ts'
import { ToldRelation } from './told-relation.ts'
import { type VectorClocks, vectorLess } from './vector-clocks.ts'

export function vectorCheckers({ nodes }: CheckerContext): Checker<VectorClocks>[] {
  const history = new ObservedHistory<readonly number[]>(nodes.length)
  return [
    new EventDurability(history),
    new ClockCondition(history, vectorLess),
    new StrongClockCondition(history, vectorLess),
    new ToldRelation(history),
  ]
}

export const vectorInvariants: readonly Invariant<VectorClocks>[] = [
  {
    property: 'nobody counts more events of a process than itself',
    broken(nodes) {
      for (const [id, node] of nodes) {
        for (const [other, { events }] of nodes) {
          const counted = node.clock[other] ?? 0
          if (counted > events) {
            const message = `node ${id} counts ${counted} events of node ${other}, which has had ${events}`
            return { nodes: [id, other], message }
          }
        }
      }
      return undefined
    },
  },
]
