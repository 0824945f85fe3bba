import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomSchedule, type ScheduleOptions } from './testing/random-schedule.ts'

/** Safety while everything goes wrong; then everything is well again, and there must be progress. */
function holdsAndRecovers(options: ScheduleOptions): void {
  const schedule = new RandomSchedule(options).run()
  expect(schedule.violation).toBeUndefined()
  schedule.recover()
  expect(schedule.violation).toBeUndefined()
}

const seed = fc.nat(2 ** 31)

describe('messages lost, repeated and reordered, servers cut off and crashed, disks that lag', () => {
  test('three servers keep every promise, and recover', () => {
    fc.assert(
      fc.property(seed, (seed) => holdsAndRecovers({ seed, steps: 2_000 })),
      { numRuns: 100 },
    )
  })

  test('five servers keep every promise while their members change, and recover', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 2, max: 5 }), (seed, initialVoters) =>
        holdsAndRecovers({
          seed,
          steps: 3_000,
          nodes: 5,
          membership: true,
          parameters: { initialVoters },
        }),
      ),
      { numRuns: 100 },
    )
  })

  test('with few sessions and narrow windows all servers still come to the same', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 8, max: 200 }), (seed, maxBytesInFlight) =>
        holdsAndRecovers({
          seed,
          steps: 2_000,
          nodes: 4,
          membership: true,
          fewSessions: true,
          parameters: {
            maxBytesInFlight,
            maxBytesPerAppend: 50,
            maxUncommittedEntries: 5,
          },
        }),
      ),
      { numRuns: 50 },
    )
  })
})
