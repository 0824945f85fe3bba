import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import { Network } from './network.ts'
import type { NetworkProfile } from './profile.ts'
import { lan, networkProfiles, wan } from './profiles.ts'
import type { Synchrony } from './synchrony.ts'

const profile = fc.constantFrom(...networkProfiles)
const seed = fc.nat()
/** Sender, receiver, time since the last message, bytes: enough to fill a slow uplink now and then. */
const messages = fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(200_000), fc.nat(600_000)), {
  minLength: 1,
  maxLength: 60,
})

function networkOf(profile: NetworkProfile, synchrony: Synchrony, seed: number): Network {
  return new Network(profile, { nodes: 6, endpoints: 6, random: new Random(seed), synchrony })
}

/** Sends the messages, and calls `each` with the time of sending and that of arrival (undefined if lost). */
function send(
  network: Network,
  sequence: readonly (readonly [number, number, number, number])[],
  each: (sentAt: number, arrivedAt: number | undefined) => void,
  before: (now: number) => void = () => {},
): void {
  let now = 0
  for (const [from, to, gap, bytes] of sequence) {
    now += gap
    before(now)
    const copies = network.plan(from, to, bytes, now)
    each(now, copies === 0 ? undefined : network.arrivalMicros[0])
  }
}

describe('a synchronous network', () => {
  test('delivers every message within its bound, however full the links are', () => {
    fc.assert(
      fc.property(profile, seed, messages, fc.integer({ min: 1, max: 500_000 }), (...args) => {
        const [profile, seed, sequence, boundMicros] = args
        const network = networkOf(profile, { kind: 'synchronous', boundMicros }, seed)
        expect(network.boundMicros).toBe(boundMicros)
        send(network, sequence, (sentAt, arrivedAt) => {
          expect(arrivedAt).toBeGreaterThanOrEqual(sentAt)
          expect(arrivedAt).toBeLessThanOrEqual(sentAt + boundMicros)
        })
      }),
    )
  })

  test('has a bound of its own where none is given: four times its slowest average', () => {
    expect(networkOf(wan, { kind: 'synchronous' }, 1).boundMicros).toBe((4 * 329_000) / 2)
    expect(networkOf(lan, { kind: 'synchronous' }, 1).boundMicros).toBe(180)
    expect(networkOf(lan, { kind: 'measured' }, 1).boundMicros).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('a partially synchronous network', () => {
  test('delivers every message by max(sent, GST) + bound, though links are cut and lossy until GST', () => {
    const gst = fc.nat(3_000_000)
    fc.assert(
      fc.property(profile, seed, messages, gst, (profile, seed, sequence, gstMicros) => {
        const network = networkOf(profile, { kind: 'partial', gstMicros }, seed)
        network.partition([
          [0, 1],
          [2, 3, 4],
        ])
        network.setLoss(0.5)
        send(
          network,
          sequence,
          (sentAt, arrivedAt) => {
            const latest = Math.max(sentAt, gstMicros) + network.boundMicros
            expect(arrivedAt).toBeGreaterThanOrEqual(sentAt)
            expect(arrivedAt).toBeLessThanOrEqual(latest)
          },
          (now) => {
            if (now >= gstMicros) network.clearFaults()
          },
        )
      }),
    )
  })

  test('has an adversary before GST that holds, stretches and reorders, and differs from seed to seed', () => {
    const gstMicros = 10_000_000
    const heldShares = new Set<number>()
    for (let seed = 0; seed < 10; seed++) {
      const network = networkOf(wan, { kind: 'partial', gstMicros }, seed)
      const arrivals: number[] = []
      for (let i = 0; i < 200; i++) {
        network.plan(0, 1, 100, i * 1_000)
        arrivals.push(network.arrivalMicros[0] as number)
      }
      heldShares.add(arrivals.filter((time) => time > gstMicros).length)
      const stretched = arrivals.filter((time) => time > 500_000 && time < gstMicros)
      expect(stretched.length).toBeGreaterThan(0)
      expect(arrivals.some((time, i) => i > 0 && time < (arrivals[i - 1] as number))).toBe(true)
    }
    expect(heldShares.size).toBeGreaterThan(5)
  })

  test('has an adversary that copes with latencies of less than a microsecond', () => {
    const near: NetworkProfile = { ...lan, latency: [[{ kind: 'constant', micros: 0.3 }]] }
    const arrivals = new Set<number>()
    for (let seed = 0; seed < 50; seed++) {
      const network = networkOf(near, { kind: 'partial', gstMicros: 1_000_000 }, seed)
      network.plan(0, 1, 100, 5)
      arrivals.add(network.arrivalMicros[0] as number)
    }
    expect(arrivals.size).toBeGreaterThan(5)
    for (const arrival of arrivals) expect(arrival >= 5 && arrival <= 1_000_002).toBe(true)
  })

  test('keeps its bound for a message that still waits for its uplink at GST', () => {
    const slow: NetworkProfile = { ...lan, uploadBitsPerSecond: [8_000] }
    for (let seed = 0; seed < 50; seed++) {
      const synchrony: Synchrony = { kind: 'partial', gstMicros: 1_000_000, boundMicros: 700 }
      const network = networkOf(slow, synchrony, seed)
      // A megabyte at a kilobyte a second.
      network.plan(0, 1, 1_000_000, 999_000)
      expect(network.arrivalMicros[0]).toBeGreaterThanOrEqual(1_000_000)
      expect(network.arrivalMicros[0]).toBeLessThanOrEqual(1_000_700)
    }
  })

  test('loses what a fault loses after GST: the fault is outside of the model', () => {
    const network = networkOf(lan, { kind: 'partial', gstMicros: 1_000 }, 1)
    network.setLoss(1)
    expect(network.plan(0, 1, 100, 999)).toBe(1)
    expect(network.plan(0, 1, 100, 1_000)).toBe(0)
  })

  test('refuses a stabilisation time or a bound that is no span of time', () => {
    expect(() => networkOf(lan, { kind: 'partial', gstMicros: -1 }, 1)).toThrow(
      /stabilisation time -1: must be an integer of microseconds from 0/,
    )
    expect(() => networkOf(lan, { kind: 'synchronous', boundMicros: 0.5 }, 1)).toThrow(/bound 0.5/)
  })
})

describe('an asynchronous network', () => {
  test('delivers every message in the end, though every other is lost on the way', () => {
    fc.assert(
      fc.property(profile, seed, messages, (profile, seed, sequence) => {
        const network = networkOf(profile, { kind: 'asynchronous' }, seed)
        network.setLoss(0.5)
        send(network, sequence, (sentAt, arrivedAt) => {
          expect(arrivedAt).toBeGreaterThanOrEqual(sentAt)
        })
      }),
    )
  })

  test('takes longer where messages are lost: each waits to be sent again', () => {
    const network = networkOf(lan, { kind: 'asynchronous' }, 1)
    network.setLoss(0.5)
    const delays: number[] = []
    for (let i = 0; i < 2_000; i++) {
      network.plan(0, 1, 100, i * 10)
      delays.push((network.arrivalMicros[0] as number) - i * 10)
    }
    // Half wait once or more, 200 ms on average each time; the rest take less than a millisecond, mostly.
    const waited = delays.filter((delay) => delay > 5_000).length
    expect(Math.abs(waited - 1_000)).toBeLessThan(150)
    delays.sort((x, y) => x - y)
    expect(delays[1_800]).toBeGreaterThan(300_000)
  })

  test('lets messages overtake, and has a tail that no bound would hold', () => {
    const network = networkOf(wan, { kind: 'asynchronous' }, 1)
    const delays: number[] = []
    for (let i = 0; i < 20_000; i++) {
      network.plan(0, 1, 100, i * 10)
      delays.push((network.arrivalMicros[0] as number) - i * 10)
    }
    expect(delays.some((delay, i) => i > 0 && delay + 10 < (delays[i - 1] as number))).toBe(true)
    expect(delays.filter((delay) => delay > 100 * 17_000).length).toBeGreaterThan(10)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(16_150)
  })

  test('loses a message for certain only where loss is certain', () => {
    const network = networkOf(lan, { kind: 'asynchronous' }, 1)
    network.setLoss(1)
    expect(network.plan(0, 1, 100, 0)).toBe(0)
    expect(network.lostBecause).toBe('loss')
  })
})
