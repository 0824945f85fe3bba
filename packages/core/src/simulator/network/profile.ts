import type { LatencyModel } from './latency.ts'

/** A network as measured or described: where nodes are, how far apart, how fast, and who knows whom. */
export interface NetworkProfile {
  /** As typed on the command line: `wan`. */
  readonly name: string
  /** One sentence, with the source. */
  readonly summary: string
  readonly regions: readonly string[]
  /** From each region (row) to each (column). */
  readonly latency: readonly (readonly LatencyModel[])[]
  /** What one node in each region sends and receives at most; infinite where nothing limits it. */
  readonly uploadBitsPerSecond: readonly number[]
  readonly downloadBitsPerSecond: readonly number[]
  readonly placement: Placement
  readonly topology: Topology
  /** Whether messages on one link arrive in the order in which they were sent, as over TCP. */
  readonly ordered: boolean
  /** What the blocks of a chain weigh here, where that was measured. */
  readonly blocks?: BlockTraffic
}

/** Node 0 in the first region, node 1 in the second and so on; or each region's share of the nodes, drawn. */
export type Placement =
  | { readonly kind: 'roundRobin' }
  | { readonly kind: 'shares'; readonly shares: readonly number[] }

/**
 * Everybody has a link to everybody; or each node opens links to others drawn at random, as many as
 * the distribution says: entry i is the share of nodes that open at most i + 1.
 */
export type Topology =
  | { readonly kind: 'mesh' }
  | { readonly kind: 'peers'; readonly outboundDegreeCumulative: readonly number[] }

interface BlockTraffic {
  readonly blockBytes: number
  readonly compactBlockBytes: number
  /** The share of nodes that relay compact blocks. */
  readonly compactBlockUsage: number
  readonly blockIntervalSeconds: number
}
