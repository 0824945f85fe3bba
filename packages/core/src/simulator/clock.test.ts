import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Clock } from './clock.ts'

const instant = fc.integer({ min: 0, max: 2 ** 52 })
const drift = fc.oneof(
  fc.integer({ min: -500_000, max: 500_000 }),
  fc.integer({ min: -100, max: 100 }),
)
const offset = fc.integer({ min: -1e12, max: 1e12 })

/** The line of the clock in whole numbers of any size. */
function exactReading(offsetMicros: number, driftPpm: number, globalMicros: number): number {
  const scaled = BigInt(globalMicros) * BigInt(1_000_000 + driftPpm)
  return Number(BigInt(offsetMicros) + scaled / 1_000_000n)
}

describe('a clock', () => {
  test('reads its offset plus the virtual time at its own rate, to the microsecond', () => {
    fc.assert(
      fc.property(offset, drift, instant, (offsetMicros, driftPpm, now) => {
        const clock = new Clock({ offsetMicros, driftPpm })
        expect(clock.localNow(now)).toBe(exactReading(offsetMicros, driftPpm, now))
      }),
    )
  })

  test('never runs backwards, whatever its rate and however the rate changes', () => {
    const changes = fc.array(fc.tuple(fc.nat(10_000), drift), { maxLength: 20 })
    fc.assert(
      fc.property(offset, changes, (offsetMicros, steps) => {
        const clock = new Clock({ offsetMicros, driftPpm: 0 })
        let now = 0
        let reading = clock.localNow(0)
        for (const [elapsed, driftPpm] of steps) {
          now += elapsed
          expect(clock.localNow(now)).toBeGreaterThanOrEqual(reading)
          reading = clock.localNow(now)
          clock.setDrift(now, driftPpm)
          expect(clock.localNow(now)).toBe(reading)
        }
      }),
    )
  })

  test('a global delay lets the local time pass, wherever it begins, and one microsecond less would not', () => {
    const local = fc.oneof(fc.nat(5_000_000), fc.integer({ min: 0, max: 2 ** 50 }))
    fc.assert(
      fc.property(drift, fc.integer({ min: 0, max: 2 ** 51 }), local, (driftPpm, now, delay) => {
        const clock = new Clock({ offsetMicros: 0, driftPpm })
        const globalDelay = clock.globalDelay(delay)
        const passed = clock.localNow(now + globalDelay) - clock.localNow(now)
        expect(passed).toBeGreaterThanOrEqual(delay)
        if (delay > 0) expect(clock.localNow(globalDelay - 1)).toBeLessThan(delay)
      }),
    )
  })

  test('tells the first virtual time at which it reads a given local time', () => {
    fc.assert(
      fc.property(
        offset,
        drift,
        fc.integer({ min: 1, max: 2 ** 50 }),
        (offsetMicros, driftPpm, span) => {
          const clock = new Clock({ offsetMicros, driftPpm })
          const local = offsetMicros + span
          const global = clock.globalAt(local)
          expect(clock.localNow(global)).toBeGreaterThanOrEqual(local)
          expect(clock.localNow(global - 1)).toBeLessThan(local)
        },
      ),
    )
  })

  test('a fast clock shortens a delay, a slow one lengthens it', () => {
    expect(new Clock({ offsetMicros: 0, driftPpm: 100 }).globalDelay(10_001_000)).toBe(10_000_000)
    expect(new Clock({ offsetMicros: 0, driftPpm: -100 }).globalDelay(9_999_000)).toBe(10_000_000)
  })

  test('a jump moves what it reads, and no delay', () => {
    const clock = new Clock({ offsetMicros: 500, driftPpm: 20 })
    const delay = clock.globalDelay(1_000_000)
    const before = clock.localNow(3_000_000)
    clock.jump(3_000_000, -2_000_000)
    expect(clock.localNow(3_000_000)).toBe(before - 2_000_000)
    expect(clock.localNow(4_000_000)).toBe(before - 2_000_000 + 1_000_020)
    expect(clock.globalDelay(1_000_000)).toBe(delay)
  })

  test('refuses what would not be exact', () => {
    const clock = new Clock()
    expect(() => clock.setDrift(0, 0.5)).toThrow(/clock drift 0.5: must be an integer/)
    expect(() => clock.setDrift(0, 500_001)).toThrow(RangeError)
    expect(() => clock.jump(0, 0.5)).toThrow(/clock jump/)
    expect(() => new Clock({ offsetMicros: Number.NaN, driftPpm: 0 })).toThrow(/clock offset/)
  })
})
