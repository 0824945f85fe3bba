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
  assumes: {
    channels: 'lossy',
    crashes: 'recover',
    synchrony: 'partially synchronous',
    shape: 'log',
  },
  maximumCrashes: 2,
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

const kinds = (changed: Partial<ChaosLimits>): Set<string> =>
  new Set(
    Array.from({ length: 300 }, (_, seed) => draw(seed, changed)).flatMap((faults) =>
      faults.map(({ action }) => action.kind),
    ),
  )

test('nothing is lost that channels are assumed to carry', () => {
  const drawn = kinds({ assumes: { ...limits.assumes, channels: 'reliable' } })
  for (const lossy of ['partition', 'cut', 'isolate', 'loss']) {
    expect(drawn).not.toContain(lossy)
    expect(kinds({})).toContain(lossy)
  }
  expect(drawn).toContain('delay')
})

test('who crashes for good is one of at most so many, and nobody is late among synchronous nodes', () => {
  const assumes = {
    channels: 'reliable',
    crashes: 'stop',
    synchrony: 'synchronous',
    shape: 'decision',
  } as const
  expect(kinds({ assumes })).toEqual(new Set(['crash', 'duplicate']))
  let most = 0
  for (let seed = 0; seed < 200; seed++) {
    const crashes = draw(seed, { assumes }).filter(({ action }) => action.kind === 'crash')
    expect(crashes.every(({ forMicros }) => forMicros === undefined)).toBe(true)
    expect(new Set(crashes.map((fault) => formatFault(fault).split('@')[0])).size).toBe(
      crashes.length,
    )
    most = Math.max(most, crashes.length)
  }
  expect(most).toBe(2)
})
