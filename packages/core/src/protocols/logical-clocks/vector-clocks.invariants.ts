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
  {
    // What was received has in its past at least the sending.
    property: 'clock condition',
    broken(nodes) {
      for (const [id, node] of nodes) {
        const received = node.receivedBefore + node.receivedAfter + node.receivedConcurrent
        const counted = node.now.some((count, process) => process !== id && count > 0)
        if (received === 0 || counted) continue
        const message = `node ${id} has received ${received}, and counts no event of anybody else`
        return { nodes: [id], message }
      }
      return undefined
    },
  },
  {
    property: 'ticks between events',
    broken(nodes) {
      for (const [id, { now, events }] of nodes) {
        if (now[id] === events) continue
        const message = `node ${id} has had ${events} events, and its own entry is ${now[id]}`
        return { nodes: [id], message }
      }
      return undefined
    },
  },
]
