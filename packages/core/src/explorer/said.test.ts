import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Output } from '../model/index.ts'
import { saidForEver } from './said.ts'

test('what nodes have said to be final is the same in every order, or broken in every order', () => {
  const outputs: fc.Arbitrary<Output> = fc.oneof(
    fc.record({
      kind: fc.constant('decided' as const),
      value: fc.constantFrom(Uint8Array.of(1), Uint8Array.of(2)),
    }),
    fc.record({
      kind: fc.constant('committed' as const),
      index: fc.integer({ min: 1, max: 2 }),
      term: fc.constant(1),
      command: fc.constantFrom(Uint8Array.of(1), Uint8Array.of(2)),
      request: fc.option(
        fc.record({ client: fc.constant(1), sequence: fc.integer({ min: 1, max: 2 }) }),
        { nil: undefined },
      ),
      applied: fc.boolean(),
    }),
  )
  const said = saidForEver({ shape: 'log', liars: new Set(), asked: new Set(['01']) })
  let same = 0
  let broken = 0
  fc.assert(
    fc.property(
      fc.array(fc.array(outputs, { maxLength: 2 }), { maxLength: 4 }),
      fc.nat(),
      (steps, by) => {
        const fold = (order: readonly number[]) =>
          order.reduce(
            (history, node) =>
              said.after(history, {
                node,
                received: undefined,
                sent: [],
                outputs: steps[node] ?? [],
                replies: [],
              }),
            said.initial,
          )
        const order = steps.map((_, node) => node)
        const other = order.map((node) => (node + by) % order.length).reverse()
        const isBroken = (history: ReturnType<typeof fold>) =>
          said.always.some((property) => property.broken(history) !== undefined)
        const one = fold(order)
        const two = fold(other)
        expect(isBroken(two)).toBe(isBroken(one))
        if (isBroken(one)) broken += 1
        else {
          expect(said.identity.equal(one, two)).toBe(true)
          same += 1
        }
      },
    ),
    { numRuns: 2_000 },
  )
  expect(Math.min(same, broken)).toBeGreaterThan(100)
})
