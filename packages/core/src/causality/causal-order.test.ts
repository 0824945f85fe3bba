import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noEvent } from '../simulator/causes.ts'
import { CausalOrder, type EventOrder, noProcess } from './causal-order.ts'

/** A run as its events: the process of each, and the event that sent what it received. */
interface Run {
  readonly processOf: readonly number[]
  readonly sentIn: readonly number[]
}

const runs: fc.Arbitrary<Run> = fc
  .array(
    fc.record({
      process: fc.integer({ min: noProcess, max: 3 }),
      receives: fc.boolean(),
      back: fc.nat({ max: 20 }),
    }),
    { maxLength: 24 },
  )
  .map((drawn) => ({
    processOf: drawn.map(({ process }) => process),
    sentIn: drawn.map(({ receives, back, process }, event) => {
      const sender = drawn[event - 1 - back]
      // What is no step sends nothing, and nobody sends to itself.
      const sends = sender && sender.process !== noProcess && sender.process !== process
      return receives && sends ? event - 1 - back : noEvent
    }),
  }))

const eventsOf = ({ processOf }: Run): number[] => [...processOf.keys()]

/** What leads straight from a to b: 0 if a is an earlier step of b's process, 1 if it sent what b received. */
function leads({ processOf, sentIn }: Run, a: number, b: number): number | undefined {
  if (a < b && processOf[a] === processOf[b] && processOf[a] !== noProcess) return 0
  return sentIn[b] === a ? 1 : undefined
}

/** Happened before, by its definition: the transitive closure of what leads straight from one to the other. */
function closureOf(run: Run): boolean[][] {
  const events = eventsOf(run)
  const before = events.map((a) => events.map((b) => leads(run, a, b) !== undefined))
  for (const through of events) {
    for (const a of events) {
      for (const b of events) {
        if (before[a]?.[through] && before[through]?.[b]) (before[a] as boolean[])[b] = true
      }
    }
  }
  return before
}

/** Every chain from a to b, by steps that lead straight on, as the number of messages and of events in it. */
function chainsBetween(run: Run, a: number, b: number): { messages: number; events: number }[] {
  if (a === b) return [{ messages: 0, events: 1 }]
  return eventsOf(run).flatMap((next) => {
    const link = leads(run, a, next)
    if (link === undefined || next > b) return []
    const rest = chainsBetween(run, next, b)
    return rest.map(({ messages, events }) => ({ messages: messages + link, events: events + 1 }))
  })
}

const orderOf = ({ processOf, sentIn }: Run): CausalOrder => new CausalOrder(processOf, sentIn)

describe('the causal order of any run', () => {
  test('is the transitive closure of its processes and messages', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const before = closureOf(run)
        const order = orderOf(run)
        for (const a of eventsOf(run)) {
          for (const b of eventsOf(run)) {
            const other: EventOrder = before[b]?.[a] ? 'after' : 'concurrent'
            const truth = before[a]?.[b] ? 'before' : other
            expect(order.order(a, b)).toBe(a === b ? 'same' : truth)
          }
          const past = eventsOf(run).filter((b) => before[b]?.[a])
          expect(order.past(a).events).toEqual(past)
        }
      }),
    )
  })

  test('counts the pairs of steps that are ordered, and those that are not', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const before = closureOf(run)
        const steps = eventsOf(run).filter((event) => run.processOf[event] !== noProcess)
        const pairs = steps.flatMap((a) => steps.filter((b) => a < b).map((b) => [a, b] as const))
        const ordered = pairs.filter(([a, b]) => before[a]?.[b]).length
        expect(orderOf(run).pairs()).toEqual({
          steps: steps.length,
          ordered,
          concurrent: pairs.length - ordered,
        })
      }),
    )
  })
})

const smallRuns = runs.filter(({ processOf }) => processOf.length <= 12)

describe('the past of an event', () => {
  test('has a longest chain, each event of which happened before the next', () => {
    fc.assert(
      fc.property(smallRuns, (run) => {
        const before = closureOf(run)
        for (const event of eventsOf(run)) {
          const { chain } = orderOf(run).past(event)
          const lengths = eventsOf(run).flatMap((first) =>
            chainsBetween(run, first, event).map(({ events }) => events),
          )
          expect(chain).toHaveLength(Math.max(...lengths))
          expect(chain.at(-1)).toBe(event)
          for (const [i, b] of chain.slice(1).entries()) {
            expect(before[chain[i] as number]?.[b]).toBe(true)
          }
        }
      }),
    )
  })

  test('has a chain with the most messages, each sent after the one before it came', () => {
    fc.assert(
      fc.property(smallRuns, (run) => {
        const before = closureOf(run)
        for (const event of eventsOf(run)) {
          const { messages } = orderOf(run).past(event)
          const counts = eventsOf(run).flatMap((first) =>
            chainsBetween(run, first, event).map((chain) => chain.messages),
          )
          expect(messages).toHaveLength(Math.max(...counts))
          expectChain(run, before, messages)
        }
      }),
    )
  })
})

test('between two events lies a chain with as few messages as there can be', () => {
  fc.assert(
    fc.property(smallRuns, (run) => {
      const before = closureOf(run)
      const order = orderOf(run)
      for (const a of eventsOf(run)) {
        for (const b of eventsOf(run)) {
          const messages = order.messagesBetween(a, b)
          if (!before[a]?.[b]) {
            expect(messages).toBeUndefined()
            continue
          }
          const fewest = Math.min(...chainsBetween(run, a, b).map((chain) => chain.messages))
          expect(messages).toHaveLength(fewest)
          expectChain(run, before, messages ?? [])
        }
      }
    }),
  )
})

function expectChain(
  run: Run,
  before: readonly (readonly boolean[])[],
  messages: readonly { readonly sentIn: number; readonly receivedIn: number }[],
): void {
  for (const [i, { sentIn, receivedIn }] of messages.entries()) {
    expect(run.sentIn[receivedIn]).toBe(sentIn)
    const last = messages[i - 1]?.receivedIn
    if (last !== undefined && last !== sentIn) expect(before[last]?.[sentIn]).toBe(true)
  }
}

test('an effect is not before its cause, and an event that is not has no past', () => {
  expect(() => new CausalOrder([0, 1], [1, noEvent])).toThrow('event 0 was sent in event 1')
  const order = new CausalOrder([0, 1], [noEvent, 0])
  expect(() => order.past(2)).toThrow('no event 2: the run has 2')
  expect(() => order.order(0, -1)).toThrow('no event -1: the run has 2')
  expect(() => order.order(0.5, 1)).toThrow('no event 0.5: the run has 2')
})
