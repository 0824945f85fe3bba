import type { NodeId, Violation } from '../model/index.ts'
import type { Scenario } from './scenario.ts'

export type Verdict = 'held' | 'violated' | 'inconclusive'

/** One named property of a run, as a report states it. */
export interface PropertyReport {
  readonly name: string
  readonly kind: 'safety' | 'liveness'
  readonly held: boolean
  /** For what did not hold: the nodes, the events, and one sentence. */
  readonly witness?: Pick<Violation, 'message' | 'nodes' | 'events'>
  /** Why nothing can be said: a limit that was reached, or an assumption that the run did not keep. */
  readonly undecided?: string
}

/** A block, for people: who mined it. */
interface BlockReport {
  readonly block: string
  readonly miner: number
}

/** A height at which more than one block was mined. */
export interface ForkReport {
  readonly height: number
  /** The one that stayed on the chain; none where the fork is still open. */
  readonly chain: BlockReport | null
  readonly stale: readonly BlockReport[]
}

/** What a chain protocol adds. */
export interface ChainReport {
  readonly height: number
  /** Blocks that anybody mined. */
  readonly blocks: number
  /** The share of them that did not stay on the chain. */
  readonly staleRate: number
  readonly maxReorgDepth: number
  /** Each node's share of the blocks on the chain, in the order of nodes. */
  readonly minerShares: readonly number[]
  /** The latest forks, at most five, lowest first. */
  readonly lastForks: readonly ForkReport[]
  /** Median time from a block's mining until these shares of the nodes had adopted it, over the blocks of the chain. */
  readonly propagationSeconds: { readonly p50: number; readonly p90: number; readonly p100: number }
}

/** A value that was decided, and by which of the nodes that follow the protocol, in order. */
export interface DecidedReport {
  /** As text where it is text, else its bytes as `0x` and hexadecimal digits. */
  readonly value: string
  readonly nodes: readonly NodeId[]
}

/** One simulated run: what `quorate run --json` prints. */
export interface RunReport {
  readonly schema: 'quorate.run/1'
  readonly protocol: string
  readonly nodes: number
  readonly seed: number
  readonly scenario: Scenario
  /** Who did not follow the protocol, and how: `3=twins:500ms`; absent where everybody did. */
  readonly byzantine?: readonly string[]
  readonly virtualSeconds: number
  readonly verdict: Verdict
  /** Why the verdict is not `held`, in one sentence. */
  readonly because?: string
  /** Whether that is what the scenario expects; absent where it expects nothing. */
  readonly asExpected?: boolean
  readonly properties: readonly PropertyReport[]
  readonly metrics: {
    readonly decisions: number
    readonly messages: number
    readonly messagesPerDecision: number | null
    readonly bytes: number
    /** From a client's call to its answer; null where no client was answered. */
    readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null
    readonly faults: number
    readonly events: number
    readonly wallSeconds: number
    readonly eventsPerSecond: number
  }
  /** What a protocol that decides once has decided: one value, where agreement holds. */
  readonly decided?: readonly DecidedReport[]
  readonly chain?: ChainReport
  readonly traceHash: string
  /** The command that gives this run again, event for event. */
  readonly replay: string
}
