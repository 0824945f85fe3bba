import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { happenedBefore, type ObservedEvent, ObservedHistory } from './observed-history.ts'

const nodes = 3

/** What a process does next: an internal event, a sending, or the receipt of one of the sendings there were. */
const steps = fc.array(
  fc.record({
    node: fc.nat({ max: nodes - 1 }),
    kind: fc.constantFrom('internal', 'send', 'receive'),
    choice: fc.nat(),
  }),
  { maxLength: 30 },
)

type Drawn = typeof steps extends fc.Arbitrary<infer T> ? T : never

/** The history of these steps, and its events in the order in which they happened. */
function historyOf(drawn: Drawn): {
  readonly history: ObservedHistory<number>
  readonly events: ObservedEvent<number>[]
} {
  const history = new ObservedHistory<number>(nodes)
  const events: ObservedEvent<number>[] = []
  const sendings: ObservedEvent<number>[] = []
  for (const [event, { node, kind, choice }] of drawn.entries()) {
    const from = sendings.filter((sending) => sending.node !== node)
    const sending = from[choice % Math.max(1, from.length)]
    const moment = { event, timeMicros: event }
    if (kind === 'receive' && sending) {
      const { node: sender, number } = sending
      history.add(node, { kind, from: sender, number, stamp: 0 }, moment)
    } else history.add(node, { kind: 'internal', stamp: 0 }, moment)
    const added = history.latestOf(node) as ObservedEvent<number>
    events.push(added)
    if (kind === 'send') sendings.push(added)
  }
  return { history, events }
}

/** By the definition: the same process and earlier, or the sending of what was received, or through another. */
function isBefore(a: ObservedEvent<number>, b: ObservedEvent<number>, all: (typeof a)[]): boolean {
  if (b.sending === a || (a.node === b.node && a.number < b.number)) return true
  return all.some(
    (between) =>
      between !== b &&
      (b.sending === between || (between.node === b.node && between.number === b.number - 1)) &&
      isBefore(a, between, all),
  )
}

test('happened before is the transitive closure of processes and messages', () => {
  fc.assert(
    fc.property(steps, (drawn) => {
      const { history, events } = historyOf(drawn)
      let concurrent = 0
      for (const [i, a] of events.entries()) {
        for (const b of events) {
          expect(happenedBefore(a, b)).toBe(a !== b && isBefore(a, b, events))
        }
        concurrent += events
          .slice(i + 1)
          .filter((b) => !happenedBefore(a, b) && !happenedBefore(b, a)).length
      }
      expect(history.concurrentPairs).toBe(concurrent)
    }),
  )
})

describe('a crash', () => {
  const moment = (event: number) => ({ event, timeMicros: event })
  const internal = { kind: 'internal', stamp: 0 } as const

  test('undoes what nobody has heard of', () => {
    const history = new ObservedHistory<number>(2)
    for (const event of [1, 2, 3]) history.add(0, internal, moment(event))
    expect(history.returned(0, 1)).toBeUndefined()
    expect(history.of(0)).toHaveLength(1)
    history.add(0, internal, moment(4))
    expect(history.latestOf(0)).toMatchObject({ number: 2, runEvent: 4 })
  })

  test('that loses what another has heard of is told, also where it was heard through a third', () => {
    const history = new ObservedHistory<number>(3)
    for (const event of [1, 2, 3]) history.add(0, internal, moment(event))
    history.add(1, { kind: 'receive', from: 0, number: 2, stamp: 0 }, moment(4))
    history.add(2, { kind: 'receive', from: 1, number: 1, stamp: 0 }, moment(5))
    expect(history.returned(0, 2)).toBeUndefined()
    expect(history.returned(0, 1)).toMatchObject({ node: 0, number: 2, runEvent: 2 })
    expect(history.of(0)).toHaveLength(2)
  })
})
