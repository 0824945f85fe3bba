import type { Output, Reply } from '../model/output.ts'

/** One way that a step of one node can go. */
export interface StepWay {
  /** The place of the node's state after the step. */
  readonly next: number
  /** The envelopes that left, as places in ascending order. */
  readonly sent: readonly number[]
  readonly outputs: readonly Output[]
  readonly replies: readonly Reply[]
  /** What the step drew at random, where it had a choice. */
  readonly drawn: readonly number[]
  /** What the protocol threw, if it did: then the step did not end. */
  readonly thrown: string | undefined
}

export interface StepOutcome extends StepWay {
  /** No two outcomes of an exploration have the same number, whatever the node, its state and the event. */
  readonly number: number
}
