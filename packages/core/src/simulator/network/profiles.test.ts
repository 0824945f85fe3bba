import { describe, expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import { meanLatency } from './latency.ts'
import { Network } from './network.ts'
import type { NetworkProfile } from './profile.ts'
import { bitcoin, lan, networkProfiles, profileNamed, wan, zones } from './profiles.ts'

function networkOf(profile: NetworkProfile, nodes: number, seed = 1): Network {
  const random = new Random(seed)
  return new Network(profile, {
    nodes,
    endpoints: nodes + 4,
    random,
    synchrony: { kind: 'measured' },
  })
}

/** The average of the delays from one endpoint to another, in milliseconds. */
function meanDelayMs(network: Network, from: number, to: number, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) {
    const now = i * 10_000_000
    network.plan(from, to, 0, now)
    sum += (network.arrivalMicros[0] as number) - now
  }
  return sum / count / 1_000
}

describe('the network profiles', () => {
  test.each(networkProfiles)(
    '$name is complete: every table has a row and a column for each region',
    (profile) => {
      const regions = profile.regions.length
      expect(profile.latency.map((row) => row.length)).toEqual(new Array(regions).fill(regions))
      expect(profile.uploadBitsPerSecond).toHaveLength(regions)
      expect(profile.downloadBitsPerSecond).toHaveLength(regions)
      for (const model of profile.latency.flat()) expect(meanLatency(model)).toBeGreaterThan(0)
      expect(profileNamed(profile.name)).toBe(profile)
    },
  )

  test('a message takes half of the published round trip on average', () => {
    expect(meanDelayMs(networkOf(lan, 3), 0, 1, 5_000)).toBeCloseTo(0.045, 2)
    expect(meanDelayMs(networkOf(zones, 3), 0, 2, 5_000)).toBeCloseTo(2.02 / 2, 1)
    const dallasToTokyo = meanDelayMs(networkOf(wan, 10), 0, 8, 5_000)
    expect(Math.abs(dallasToTokyo - 142 / 2)).toBeLessThan(0.3)
    const sameCity = meanDelayMs(networkOf(wan, 20), 0, 10, 5_000)
    expect(sameCity).toBeCloseTo(0.045, 2)
  })

  test('a Bitcoin message takes the published mean, and 10 ms of processing', () => {
    const [northAmerica] = bitcoin.latency
    expect(northAmerica?.map((model) => Math.round(meanLatency(model) / 1_000))).toEqual(
      [32, 124, 184, 198, 151, 189].map((ms) => ms + 10),
    )
  })

  test('nodes and clients take the regions in turn', () => {
    const network = networkOf(zones, 4)
    const regions = Array.from({ length: 8 }, (_, endpoint) => network.regionOf(endpoint))
    expect(regions).toEqual([0, 1, 2, 0, 1, 2, 0, 1])
  })

  test('Bitcoin nodes are spread over the regions as measured', () => {
    const network = networkOf(bitcoin, 1_000)
    const counts = new Array<number>(6).fill(0)
    for (let node = 0; node < 1_000; node++) (counts[network.regionOf(node)] as number)++
    expect(counts).toEqual([332, 499, 9, 118, 22, 20])
    expect(network.regionOf(1_003)).toBeLessThan(6)
  })

  test('Bitcoin nodes open as many links as measured, and all can reach all', () => {
    const network = networkOf(bitcoin, 1_000)
    const links = network.neighbours.reduce((sum, linked) => sum + linked.length, 0) / 2
    // Entry i of the distribution is the share with at most i + 1 links; each node's are its own.
    const { topology } = bitcoin
    if (topology.kind !== 'peers') expect.fail('not a peer graph')
    const degrees = topology.outboundDegreeCumulative.reduce((sum, share) => sum + (1 - share), 1)
    expect(Math.abs(links / 1_000 - degrees)).toBeLessThan(0.02)
    const reached = new Set([0])
    for (const node of reached)
      for (const other of network.neighbours[node] ?? []) reached.add(other)
    expect(reached.size).toBe(1_000)
  })

  test('a Bitcoin block takes as long as its bytes at the slower end', () => {
    const network = networkOf(bitcoin, 50)
    const europe = (endpoint: number): boolean => network.regionOf(endpoint) === 1
    const [from, to] = Array.from({ length: 50 }, (_, node) => node).filter(europe)
    const bytes = bitcoin.blocks?.blockBytes as number
    network.plan(from as number, to as number, bytes, 0)
    // 535,000 bytes at 20.7 Mbit/s are 206.8 ms; the least latency is 6 + 10 ms.
    expect(network.arrivalMicros[0]).toBeGreaterThan(206_763 + 16_000)
    expect(network.arrivalMicros[0]).toBeLessThan(206_763 + 1_000_000)
  })

  test('an unknown name is answered with the names', () => {
    expect(() => profileNamed('moon')).toThrow(
      "unknown network 'moon': the networks are lan, zones, wan, bitcoin, or a network file",
    )
  })
})
