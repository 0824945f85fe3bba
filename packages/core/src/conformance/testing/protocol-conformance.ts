import { declarationTests } from './protocol-declaration.ts'
import { runTests } from './protocol-runs.ts'
import type { ProtocolUnderTest } from './protocol-under-test.ts'

export interface ProtocolTest {
  /** A sentence about a protocol. */
  readonly name: string
  /** @throws Error where the protocol does not */
  run(): void
}

/** How much is tried. */
export interface Effort {
  readonly seeds: readonly number[]
  /** Of these, the runs in which every message is encoded and decoded, which may take long. */
  readonly encodedSeeds: readonly number[]
  /** In how many events at the beginning of a run the nodes are looked at after each. */
  readonly watchedEvents: number
  /** Hostile inputs in all, shared by the three decoders. */
  readonly hostileInputs: number
}

/**
 * What every protocol of the catalogue must pass, as tests for any test runner: that it declares what
 * it promises, and keeps the duties that a protocol has towards its host. Whether it keeps its
 * promises is for the checkers to say.
 */
export function protocolConformance(under: ProtocolUnderTest, effort: Effort): ProtocolTest[] {
  return [...declarationTests(under), ...runTests(under, effort)]
}
