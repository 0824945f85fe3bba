import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Step } from './step.ts'
import { formatStep, parseStep } from './step-spec.ts'

const names = {
  nodes: 3,
  clients: 2,
  messages: ['requestVote', 'appendEntries'],
  timers: ['election', 'heartbeat'],
}
const node = fc.nat(2)
const client = fc.nat(1)
const micros = fc.nat(10_000_000_000)
const travel = { sentMicros: micros, takesMicros: micros }
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    client,
    operation: fc.integer({ min: 1, max: 1e6 }),
    to: node,
    command: fc.constantFrom('put k1 v1', 'get k2 by lease', 'propose blue sky', 'configure 0,1|2'),
    ...travel,
  }),
  fc.record({
    kind: fc.constant('deliver' as const),
    from: node,
    to: node,
    message: fc.constantFrom(...names.messages),
    nth: fc.integer({ min: 1, max: 9 }),
    ...travel,
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    from: node,
    client,
    nth: fc.integer({ min: 1, max: 9 }),
    ...travel,
  }),
  fc.record({
    kind: fc.constant('draw' as const),
    node,
    values: fc.array(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((value) => value + 0),
      { minLength: 1, maxLength: 4 },
    ),
    atMicros: micros,
  }),
  fc.record({
    kind: fc.constant('timeout' as const),
    node,
    timer: fc.constantFrom(...names.timers),
    atMicros: micros,
  }),
)

test('what is written is read back', () => {
  fc.assert(
    fc.property(step, (one) => {
      expect(parseStep(formatStep(one), names)).toEqual(one)
    }),
  )
})

test('steps are written like faults: what, @ when it is sent, + how long it takes', () => {
  const specs = [
    'ask:0.1>2:put k1 v1@12ms+1ms',
    'deliver:1>0:requestVote@152ms+45us',
    'deliver:1>0:requestVote#2@152ms',
    'answer:2>0@14ms+1ms',
    'draw:1:0.25,0.5@150ms',
    'timeout:1:election@150ms',
  ]
  for (const spec of specs) expect(formatStep(parseStep(spec, names))).toBe(spec)
})

test.each([
  ['vote:1@5s', "unknown kind 'vote': write it like one of ask:"],
  ['timeout:1@5s', 'write it like timeout:1:election@150ms'],
  ['timeout:7:election@5s', 'there is no node 7: the nodes are 0 to 2'],
  ['timeout:1:lunch@5s', "'lunch' is no timer: there are election, heartbeat"],
  ['timeout:1:election@5', "'5' is not a time"],
  ['deliver:1>0:letter@5s', "'letter' is no kind of message"],
  ['deliver:1-0:requestVote@5s', 'write it like deliver:'],
  ['deliver:0>3:requestVote@5s', 'there is no node 3'],
  ['deliver:0>1:requestVote@5s+soon', "'soon' is not a time"],
  ['answer:0>2@5s', 'there is no client 2: the clients are 0 to 1'],
  ['ask:5.1>0:get k@5s', 'there is no client 5'],
  ['draw:1:1.5@5s', 'write it like draw:1:0.25@150ms'],
  ['draw:1:,@5s+1s', 'write it like draw:'],
])('%s is refused, and why', (spec, why) => {
  expect(() => parseStep(spec, names)).toThrow(`step '${spec}': `)
  expect(() => parseStep(spec, names)).toThrow(why)
})

test('where there is nobody to be named it says so', () => {
  expect(() => parseStep('answer:0>0@5s', { ...names, clients: 0 })).toThrow('there are no clients')
})
