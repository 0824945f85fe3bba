import { KeyValueStore } from '../../../machines/key-value-store.ts'
import { parameterValues } from '../../../model/index.ts'
import { nakamoto } from '../../../protocols/nakamoto/nakamoto.protocol.ts'
import { Nakamoto } from '../../../protocols/nakamoto/nakamoto.ts'
import { noCosts } from '../../../simulator/costs.ts'
import { instantDisk } from '../../../simulator/disk.ts'
import type { NetworkProfile } from '../../../simulator/network/profile.ts'
import { World } from '../../../simulator/world.ts'

/** Bitcoin's regtest: its difficulty never changes, so the hash power is all that decides. */
const constantDifficulty = 1
/** Against the milliseconds that a block takes here, all but never do two honest miners find one at once. */
const spacingSeconds = 600

/** What happens between the nodes of these measurements. */
export interface MiningSetting {
  /** Each node's share of the hash power; node 0 is the attacker. */
  readonly hashShares: readonly number[]
  /** One of the protocol's attacks, for node 0; left out: it is as honest as the others. */
  readonly attack?: string
  readonly parameters?: { readonly [name: string]: number }
  /** Left out: links of 1 ms, but those of node 0 take a thousandth of that. */
  readonly network?: NetworkProfile
}

/**
 * A world of miners with nothing but blocks in it: the real protocol, without clients, faults, and
 * anything that takes time but the search for blocks.
 */
export function miningWorld(setting: MiningSetting, seed: number): World {
  const { hashShares, attack } = setting
  const parameters = parameterValues(nakamoto.node.schema.parameters, {
    chain: constantDifficulty,
    targetSpacingSeconds: spacingSeconds,
    ...setting.parameters,
  })
  const total = nakamoto.initialHashesPerSecond?.(parameters) ?? 0
  return new World({
    protocol: nakamoto,
    node: Nakamoto,
    nodes: hashShares.length,
    clients: 0,
    seed,
    parameters,
    network: setting.network ?? attackersNetwork(hashShares.length),
    synchrony: { kind: 'measured' },
    costs: noCosts,
    disk: instantDisk,
    clockOffsetMicros: 0,
    clockDriftPpm: 0,
    hashesPerSecond: hashShares.map((share) => share * total),
    passing: 'reference',
    machine: () => new KeyValueStore(),
    byzantine: new Map(attack === undefined ? [] : [[0, { kind: 'attack', name: attack }]]),
    checkers: [],
    recordTrace: false,
  })
}

/**
 * Everybody is linked with everybody, and messages take a millisecond; those from and to node 0 take a
 * microsecond. So an attacker hears of every block before any other node does, and what it sends at
 * once arrives first: how it wins races is then up to the attacker.
 */
export function attackersNetwork(nodes: number): NetworkProfile {
  const places = Array.from({ length: nodes }, (_, node) => node)
  return {
    name: 'attacker',
    summary: 'a mesh with links of 1 ms, those of node 0 of 1 µs',
    regions: places.map(String),
    latency: places.map((from) =>
      places.map((to) => ({ kind: 'constant', micros: from === 0 || to === 0 ? 1 : 1_000 })),
    ),
    uploadBitsPerSecond: places.map(() => Number.POSITIVE_INFINITY),
    downloadBitsPerSecond: places.map(() => Number.POSITIVE_INFINITY),
    placement: { kind: 'roundRobin' },
    topology: { kind: 'mesh' },
    ordered: true,
  }
}
