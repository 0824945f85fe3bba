import type { RunReport, Scenario, Verdict } from '@quorate/core/experiments'
import type { LatencyRange } from '@quorate/core/simulator'

/** What the page asks of its worker. A run that is asked for replaces the one that goes on. */
export type WorkerRequest =
  | { readonly kind: 'run'; readonly run: number; readonly scenario: Scenario }
  /** A trace or a counterexample, as its file holds it, to be drawn so many pixels wide. */
  | {
      readonly kind: 'open'
      readonly run: number
      readonly file: ArrayBuffer
      readonly width: number
    }
  | { readonly kind: 'stop' }

/** What the worker tells the page. `run` is the number that the page gave the run. */
export type WorkerAnswer =
  | Catalogue
  | Progress
  | Ended
  | Opened
  /** A scenario that cannot be run: one line says what is wrong, where, and what would be right. */
  | { readonly kind: 'refused'; readonly run: number; readonly message: string }
  /** A fault of ours. */
  | { readonly kind: 'failed'; readonly run: number; readonly message: string }

/** What can be run; told once, when the worker has been loaded. */
export interface Catalogue {
  readonly kind: 'catalogue'
  readonly protocols: readonly CatalogueProtocol[]
  readonly networks: readonly { readonly name: string; readonly summary: string }[]
}

export interface CatalogueProtocol {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly shape: 'decision' | 'log' | 'chain' | 'none'
  /** What it tolerates, with the bound as the paper writes it. */
  readonly tolerates: string
  readonly synchrony: string
  readonly finality: string
  readonly paper: string
  readonly usualNodes: number
  readonly plantedBugs: readonly {
    readonly name: string
    readonly bug: string
    readonly breaks: readonly string[]
  }[]
}

/** How far a run is. */
export interface Progress {
  readonly kind: 'progress'
  readonly run: number
  readonly virtualSeconds: number
  readonly decisions: number
  /** What a decision of this protocol is. */
  readonly what: 'decisions' | 'blocks'
  readonly events: number
  /** How much of the run is done, by time or by decisions, whichever is more: from 0 to 1. */
  readonly share: number
}

/** A run's end, whether its own or because it was told to stop. */
export interface Ended {
  readonly kind: 'ended'
  readonly run: number
  readonly report: RunReport
  /** True if it was told to stop, so that the report holds what was known by then. */
  readonly stopped: boolean
  /** What was happening at the end, in one plain sentence; empty where a protocol does not say. */
  readonly narration: string
  readonly latency: readonly LatencyRange[]
}

/** A file that was opened: what it holds was run again, and drawn. */
export interface Opened {
  readonly kind: 'opened'
  readonly run: number
  /** Where its moments have their numbers from. */
  readonly counts: 'step' | 'event'
  readonly title: string
  readonly verdict: Verdict
  /** Why it is that: one line; empty where it holds. */
  readonly because: string
  /** What is not drawn, in a sentence; empty where all is. */
  readonly omitted: string
  /** What the command line needs to show the same, but for the name of the file. */
  readonly command: string
  readonly moments: readonly { readonly number: number; readonly words: readonly string[] }[]
  /** Each part that belongs to a moment has its place as `data-moment`. */
  readonly svg: string
  /** The style sheet of the drawing. */
  readonly style: string
}
