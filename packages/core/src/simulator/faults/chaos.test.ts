import { expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import { type ChaosLimits, drawChaos } from './chaos.ts'
import { formatFault, parseFault } from './fault-spec.ts'

const limits: ChaosLimits = {
  nodes: 5,
  untilMicros: 10_000_000,
  paceMicros: 500_000,
  leader: 'leader',
  longestOutageMicros: undefined,
  largestClockJumpMicros: 0,
}

const draw = (seed: number, changed: Partial<ChaosLimits> = {}) =>
  drawChaos(new Random(seed), { ...limits, ...changed })

test('the same seed draws the same faults, another seed others', () => {
  expect(draw(1)).toEqual(draw(1))
  expect(draw(2)).not.toEqual(draw(1))
})

test('every fault strikes in time, ends, and can be written and read back', () => {
  for (let seed = 0; seed < 200; seed++) {
    for (const fault of draw(seed)) {
      expect(fault.atMicros).toBeLessThan(limits.untilMicros)
      expect(fault.forMicros).toBeGreaterThan(0)
      expect(parseFault(formatFault(fault), 5, ['leader'])).toEqual(fault)
    }
  }
})

test('seeds differ in which kinds of faults there are, and each kind comes in some', () => {
  const kinds = Array.from(
    { length: 200 },
    (_, seed) => new Set(draw(seed).map(({ action }) => action.kind)),
  )
  const all = new Set(kinds.flatMap((some) => [...some]))
  expect([...all].sort()).toEqual(
    'crash cut delay disk-slow duplicate isolate loss partition pause reorder slow'.split(' '),
  )
  for (const kind of all) expect(kinds.some((some) => !some.has(kind))).toBe(true)
})

test('clocks jump only where the protocol allows it, and no farther', () => {
  const jumps = Array.from({ length: 200 }, (_, seed) =>
    draw(seed, { largestClockJumpMicros: 1000 }),
  ).flatMap((faults) =>
    faults.flatMap(({ action }) => (action.kind === 'clock' ? action.jumpMicros : [])),
  )
  expect(jumps.length).toBeGreaterThan(0)
  expect(Math.max(...jumps)).toBeLessThanOrEqual(1000)
  const without = Array.from({ length: 200 }, (_, seed) => draw(seed)).flat()
  expect(without.some(({ action }) => action.kind === 'clock')).toBe(false)
})

test('where outages must be short, faults come one at a time, and leave time to recover', () => {
  for (let seed = 0; seed < 50; seed++) {
    const faults = draw(seed, { longestOutageMicros: 200_000 })
    for (const [i, { atMicros, forMicros = 0 }] of faults.entries()) {
      expect(forMicros).toBeLessThanOrEqual(200_000)
      const next = faults[i + 1]
      if (next) expect(next.atMicros - atMicros).toBeGreaterThanOrEqual(2 * forMicros)
    }
  }
})
