import type { Verdict } from '../experiments/report.ts'
import type { Step } from '../explorer/step.ts'
import type { NodeId } from '../model/identity.ts'

/** What a look ahead has found that can be decided; `unknown`: within its limits, nothing. */
export type Valency = 'bivalent' | 'univalent' | 'unknown'

/** Of each value, after how many steps some process can have decided it; null where no way was found. */
export type StepsToDecide = { readonly [value: string]: number | null }

export interface InitialReport {
  /** What each process proposes. */
  readonly proposals: readonly string[]
  readonly valency: Valency
  readonly stepsToDecide: StepsToDecide
}

export interface StageReport {
  readonly process: NodeId
  /** What the adversary lets happen first, so that the outcome stays open. */
  readonly before: readonly Step[]
  /** What had waited longest for the process, a message or a timer; null where nothing had. */
  readonly event: Step | null
  readonly waitedSteps: number
  readonly stepsToDecide: StepsToDecide
}

/** The schedule that decides nothing. */
export interface ScheduleReport {
  readonly steps: number
  readonly received: number
  readonly timeouts: number
  /** How many steps of the schedule each process has taken. */
  readonly stepsOfProcess: readonly number[]
  /** The most steps that any message waited, those still waiting among them. */
  readonly longestWaitSteps: number
  /** The most steps that any timer was armed before it fired, or has been armed now. */
  readonly longestTimerSteps: number
  readonly pending: number
  readonly oldestPendingSteps: number
  /** After the last stage: for each value, a schedule after which a process has decided it. */
  readonly witnesses: { readonly [value: string]: readonly Step[] }
}

/** The same protocol where delays are bounded: one run in the simulator. */
export interface BoundedReport {
  readonly verdict: Verdict
  readonly because?: string
  readonly decisions: number
  readonly virtualSeconds: number
  readonly replay: string
}

/** A protocol with coins, in the same asynchronous world, against the same adversary. */
export interface CoinReport {
  readonly protocol: string
  readonly nodes: number
  readonly runs: number
  /** The runs in which every process decided. */
  readonly decided: number
  /** Until the last process had decided. */
  readonly steps: { readonly mean: number; readonly most: number }
  /** For how many of them the adversary kept the outcome open, as far as it could see ahead. */
  readonly openSteps: { readonly mean: number; readonly most: number }
  readonly rounds: { readonly mean: number; readonly most: number }
}

/** What `quorate run flp --json` prints. */
export interface FlpReport {
  readonly schema: 'quorate.flp/1'
  readonly protocol: string
  readonly nodes: number
  readonly seed: number
  readonly stepsAsked: number
  /**
   * `held`: the outcome stayed open for as long as asked, and was decided where delays are bounded, and
   * by coins. `violated`: the protocol broke a promise. `inconclusive`: a limit of the search was reached.
   */
  readonly verdict: Verdict
  readonly because?: string
  readonly violation?: {
    readonly property: string
    readonly message: string
    /** What each process proposes where the path begins. */
    readonly proposals: readonly string[]
    readonly path: readonly Step[]
  }
  readonly values: readonly [string, string]
  readonly initial: readonly InitialReport[]
  /** The place in `initial` where the schedule begins; null where none is bivalent. */
  readonly start: number | null
  readonly stages: readonly StageReport[]
  readonly schedule: ScheduleReport | null
  readonly bounded: BoundedReport | null
  readonly coins: CoinReport | null
  readonly wallSeconds: number
}
