import bitcoinData from '../../../data/network/bitcoin-2019.json' with { type: 'json' }
import wanData from '../../../data/network/wan-ten-cities-2024.json' with { type: 'json' }
import zonesData from '../../../data/network/zones-2024.json' with { type: 'json' }
import { halved, measuredLatencies } from './latency.ts'
import type { NetworkProfile } from './profile.ts'

export { parseNetwork } from './network-file.ts'
export type { NetworkProfile } from './profile.ts'

// The figures and their sources are in data/network, with what is assumed here beyond them.

/** The share of an average latency that waits in queues, and varies: assumed, the tables have averages only. */
const jitterWithinRegion = 0.1
const jitterBetweenCities = 0.05
const localBitsPerSecond = 10_000_000_000
const longDistanceBitsPerSecond = 1_000_000_000
/** Everything in one zone of one data centre. */
export const lan: NetworkProfile = {
  name: 'lan',
  summary: 'one zone of one cloud region, 0.09 ms a round trip (IBM Cloud 2024)',
  regions: ['Dallas 1'],
  latency: measuredLatencies([[0]], jitterWithinRegion),
  uploadBitsPerSecond: [localBitsPerSecond],
  downloadBitsPerSecond: [localBitsPerSecond],
  placement: { kind: 'roundRobin' },
  topology: { kind: 'mesh' },
  ordered: true,
}

/** The three zones of one cloud region, nodes in turn. */
export const zones: NetworkProfile = {
  name: 'zones',
  summary: 'three zones of one cloud region, 2 ms a round trip (IBM Cloud 2024)',
  regions: zonesData.regions,
  latency: measuredLatencies(halved(zonesData.roundTripMs), jitterWithinRegion),
  uploadBitsPerSecond: zonesData.regions.map(() => localBitsPerSecond),
  downloadBitsPerSecond: zonesData.regions.map(() => localBitsPerSecond),
  placement: { kind: 'roundRobin' },
  topology: { kind: 'mesh' },
  ordered: true,
}

/** Ten cities on five continents, nodes in turn. */
export const wan: NetworkProfile = {
  name: 'wan',
  summary: 'cloud regions in ten cities of the world, 9 to 329 ms a round trip (IBM Cloud 2024)',
  regions: wanData.regions,
  latency: measuredLatencies(halved(wanData.roundTripMs), jitterBetweenCities),
  uploadBitsPerSecond: wanData.regions.map(() => longDistanceBitsPerSecond),
  downloadBitsPerSecond: wanData.regions.map(() => longDistanceBitsPerSecond),
  placement: { kind: 'roundRobin' },
  topology: { kind: 'mesh' },
  ordered: true,
}

/** Bitcoin's peer-to-peer network, as SimBlock models it. */
export const bitcoin: NetworkProfile = {
  name: 'bitcoin',
  summary:
    'the Bitcoin network: six regions, latencies and bandwidths of 2019, degrees of 2015 (SimBlock)',
  regions: bitcoinData.regions,
  latency: bitcoinData.oneWayLatencyMs.map((row) =>
    row.map((meanMs) => ({
      kind: 'pareto',
      scaleMicros: (meanMs - 5) * 1_000,
      shape: 0.2 * meanMs,
      addedMicros: 10_000,
    })),
  ),
  uploadBitsPerSecond: bitcoinData.uploadBitsPerSecond,
  downloadBitsPerSecond: bitcoinData.downloadBitsPerSecond,
  placement: { kind: 'shares', shares: bitcoinData.nodeShare },
  topology: { kind: 'peers', outboundDegreeCumulative: bitcoinData.outboundDegreeCumulative },
  ordered: true,
  blocks: {
    blockBytes: bitcoinData.blockBytes,
    compactBlockBytes: bitcoinData.compactBlockBytes,
    // A node asks for the rest of a block if it knows no compact blocks, or lacks transactions.
    compactBlockUsage: bitcoinData.compactBlockUsage * (1 - bitcoinData.compactBlockFailure),
    blockIntervalSeconds: bitcoinData.blockIntervalSeconds,
  },
}

/** What `--network` takes by name. */
export const networkProfiles: readonly NetworkProfile[] = [lan, zones, wan, bitcoin]

/** @throws RangeError for a name that no profile has */
export function profileNamed(name: string): NetworkProfile {
  const profile = networkProfiles.find((candidate) => candidate.name === name)
  if (profile !== undefined) return profile
  const names = networkProfiles.map((candidate) => candidate.name).join(', ')
  throw new RangeError(`unknown network '${name}': the networks are ${names}, or a network file`)
}
