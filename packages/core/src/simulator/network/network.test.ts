import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import type { LatencyModel } from './latency.ts'
import { Network } from './network.ts'
import type { NetworkProfile } from './profile.ts'
import type { Synchrony } from './synchrony.ts'

const infinite = Number.POSITIVE_INFINITY

/** One region, and whatever else is said. */
function profileOf(latency: LatencyModel, changes: Partial<NetworkProfile> = {}): NetworkProfile {
  return {
    name: 'test',
    summary: 'for a test',
    regions: ['here'],
    latency: [[latency]],
    uploadBitsPerSecond: [infinite],
    downloadBitsPerSecond: [infinite],
    placement: { kind: 'roundRobin' },
    topology: { kind: 'mesh' },
    ordered: true,
    ...changes,
  }
}

const constant = profileOf({ kind: 'constant', micros: 1_000 })
const jittery = profileOf({ kind: 'uniform', lowMicros: 100, highMicros: 10_000 })
const measured: Synchrony = { kind: 'measured' }

function networkOf(profile: NetworkProfile, synchrony: Synchrony = measured, seed = 1): Network {
  const random = new Random(seed)
  return new Network(profile, { nodes: 5, endpoints: 7, random, synchrony })
}

/** The arrivals of one message, or why there is none. */
function sent(network: Network, from: number, to: number, now = 0, bytes = 100): number[] | string {
  const copies = network.plan(from, to, bytes, now)
  return copies === 0 ? network.lostBecause : [...network.arrivalMicros.subarray(0, copies)]
}

/** The arrivals of messages from 0 to 1, one every `interval` microseconds. */
function stream(network: Network, count: number, interval: number): (number[] | string)[] {
  return Array.from({ length: count }, (_, i) => sent(network, 0, 1, i * interval))
}

describe('the network', () => {
  test('delivers after the latency, and to oneself at once', () => {
    const network = networkOf(constant)
    expect(sent(network, 0, 1, 500)).toEqual([1_500])
    expect(sent(network, 2, 2, 500)).toEqual([500])
    expect(network.neighbours[2]).toEqual([0, 1, 3, 4])
  })

  test('gives whole microseconds, never before the message was sent, and the same for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(10_000), fc.array(fc.nat(1_000)), (seed, bytes, gaps) => {
        const one = networkOf(jittery, measured, seed)
        const other = networkOf(jittery, measured, seed)
        let now = 0
        for (const gap of gaps) {
          now += gap
          const arrivals = sent(one, 0, 1, now, bytes)
          expect(arrivals).toEqual(sent(other, 0, 1, now, bytes))
          expect(Number.isInteger(arrivals[0])).toBe(true)
          expect(arrivals[0]).toBeGreaterThan(now)
        }
      }),
    )
  })

  test('keeps the order of each link where the profile says so, and only there', () => {
    const sorted = (ordered: boolean): boolean => {
      const arrivals = stream(networkOf({ ...jittery, ordered }), 200, 10).map((times) => times[0])
      return arrivals.every((time, i) => i === 0 || (time as number) >= (arrivals[i - 1] as number))
    }
    expect(sorted(true)).toBe(true)
    expect(sorted(false)).toBe(false)
  })

  test('sends one message after another through an uplink, at the rate of the slower end', () => {
    // 8 and 4 megabits a second: a microsecond and two for a byte.
    const slowUplink = { uploadBitsPerSecond: [8e6], downloadBitsPerSecond: [infinite] }
    const slowDownlink = { uploadBitsPerSecond: [8e6], downloadBitsPerSecond: [4e6] }
    const up = networkOf({ ...constant, ...slowUplink })
    expect(sent(up, 0, 1, 0, 300)).toEqual([1_300])
    expect(sent(up, 0, 2, 100, 300)).toEqual([1_600])
    expect(sent(up, 0, 3, 100, 300)).toEqual([1_900])
    expect(sent(up, 1, 2, 100, 300)).toEqual([1_400])
    expect(sent(up, 0, 2, 2_000, 50)).toEqual([3_050])
    const down = networkOf({ ...constant, ...slowDownlink })
    expect(sent(down, 0, 1, 0, 300)).toEqual([1_600])
    expect(sent(down, 0, 2, 0, 300)).toEqual([1_900])
  })

  test('loses as many messages as it was told to, and says why', () => {
    const network = networkOf(constant)
    network.setLoss(0.2)
    const lost = stream(network, 10_000, 10).filter((fate) => fate === 'loss').length
    expect(Math.abs(lost - 2_000)).toBeLessThan(4 * Math.sqrt(10_000 * 0.16))
    network.setLinkLoss(0, 1, 1)
    expect(sent(network, 0, 1)).toBe('loss')
    expect(stream(networkOf(constant), 100, 10)).not.toContain('loss')
  })

  test('duplicates as many messages as it was told to, the copy later', () => {
    const network = networkOf(jittery)
    network.setDuplication(0.3)
    const twice = stream(network, 10_000, 10_000).filter((arrivals) => arrivals.length === 2)
    expect(Math.abs(twice.length - 3_000)).toBeLessThan(4 * Math.sqrt(10_000 * 0.21))
    for (const [first, second] of twice) {
      expect((second as number) - (first as number)).toBeGreaterThanOrEqual(100)
    }
  })

  test('lets messages of an ordered link overtake when it was told to', () => {
    const network = networkOf(constant)
    network.setReordering(0.5)
    const arrivals = stream(network, 200, 10).map((times) => times[0] as number)
    expect(arrivals.some((time, i) => i > 0 && time < (arrivals[i - 1] as number))).toBe(true)
    for (const [i, time] of arrivals.entries()) {
      expect(time - i * 10).toBeGreaterThanOrEqual(1_000)
      expect(time - i * 10).toBeLessThanOrEqual(5_000)
    }
  })

  test('delays the messages of some endpoints, of one link, or of all', () => {
    const network = networkOf(constant)
    network.setExtraDelay(300, [1])
    network.setLinkDelay(2, 1, 50)
    expect([sent(network, 0, 1), sent(network, 1, 0), sent(network, 2, 1)]).toEqual([
      [1_300],
      [1_300],
      [1_350],
    ])
    expect(sent(network, 0, 2)).toEqual([1_000])
    network.setExtraDelay(40)
    expect([sent(network, 0, 2), sent(network, 3, 1)]).toEqual([[1_040], [1_040]])
    network.setExtraDelay(0)
    expect(sent(network, 4, 3)).toEqual([1_000])
  })

  test('a fault leaves the latencies of the other messages as they were', () => {
    const unordered = { ...jittery, ordered: false }
    const plain = stream(networkOf(unordered), 500, 10)
    const faulty = networkOf(unordered)
    faulty.setLoss(0.3)
    faulty.setDuplication(0.3)
    const fates = stream(faulty, 500, 10)
    expect(fates).toContain('loss')
    fates.forEach((fate, i) => {
      if (fate !== 'loss') expect(fate[0]).toBe((plain[i] as number[])[0])
    })
  })

  test('refuses what is no endpoint, no probability and no delay', () => {
    const network = networkOf(constant)
    expect(() => network.isolate(7)).toThrow('no endpoint 7: nodes are 0 to 4, clients 5 to 6')
    expect(() => network.partition([[0, -1]])).toThrow(/no endpoint -1/)
    expect(() => network.setLoss(1.5)).toThrow('loss 1.5: must be a probability from 0 to 1')
    expect(() => network.setExtraDelay(0.5)).toThrow(/extra delay 0.5: must be an integer/)
  })
})

describe('cuts', () => {
  /** The links of nodes and clients that are cut, as `from>to`. */
  function cutLinks(network: Network): string[] {
    const links: string[] = []
    for (let from = 0; from < 7; from++) {
      for (let to = 0; to < 7; to++) {
        const fate = from === to ? [0] : sent(network, from, to)
        expect(network.connected(from, to)).toBe(fate !== 'cut')
        if (fate === 'cut') links.push(`${from}>${to}`)
      }
    }
    return links
  }

  test('a partition separates its groups, and leaves alone whom it does not name', () => {
    const network = networkOf(constant)
    network.partition([[0, 1], [2]])
    expect(cutLinks(network)).toEqual(['0>2', '1>2', '2>0', '2>1'])
    network.heal()
    expect(cutLinks(network)).toEqual([])
  })

  test('a node in two groups is a bridge between them', () => {
    const network = networkOf(constant)
    network.partition([
      [0, 1],
      [1, 2],
    ])
    expect(cutLinks(network)).toEqual(['0>2', '2>0'])
  })

  test('a cut can go one way, and an endpoint can be cut off from all, clients too', () => {
    const network = networkOf(constant)
    const oneWay = network.cutOneWay([0], [3, 4])
    expect(cutLinks(network)).toEqual(['0>3', '0>4'])
    network.isolate(6)
    network.heal(oneWay)
    const others = [0, 1, 2, 3, 4, 5]
    expect(cutLinks(network).sort()).toEqual(
      others.flatMap((one) => [`${one}>6`, `6>${one}`]).sort(),
    )
  })

  test('overlapping partitions heal one by one, and all faults end together', () => {
    const network = networkOf(constant)
    const first = network.partition([[0], [1]])
    network.partition([[0], [1, 2]])
    network.heal(first)
    expect(cutLinks(network)).toEqual(['0>1', '0>2', '1>0', '2>0'])
    network.setLoss(1)
    network.setExtraDelay(10)
    network.setLinkLoss(0, 1, 1)
    network.setDuplication(1)
    network.clearFaults()
    expect(cutLinks(network)).toEqual([])
    expect(sent(network, 0, 1, 100_000)).toEqual([101_000])
  })
})
