export type { CheckWorld } from '../model/check-world.ts'
export { type BitstateMemory, bitstate } from './bitstate.ts'
export type { Bounds } from './bounds.ts'
export type { Certainty } from './certainty.ts'
export { CommandList } from './command-list.ts'
export {
  type Counterexample,
  decodeCounterexample,
  encodeCounterexample,
  looksLikeCounterexample,
} from './counterexample.ts'
export {
  type CounterexampleReplay,
  type ExploredSubject,
  optionsOfSubject,
  replayCounterexample,
} from './counterexample-replay.ts'
export { DepthFirst, type SharedSearch } from './depth-first.ts'
export {
  Exploration,
  type ExplorationResult,
  type ExploredViolation,
  explore,
  type SearchProgress,
} from './exploration.ts'
export { FingerprintTable } from './fingerprint-table.ts'
export { Guided, type GuidedWalks } from './guided.ts'
export type { HistoryVariable, Observation } from './history.ts'
export type { Attacker, Hearing } from './liars.ts'
export {
  checkLiveness,
  fairness,
  type Lasso,
  LivenessCheck,
  type LivenessResult,
  type LivenessViolation,
} from './liveness.ts'
export type { Timing } from './lockstep.ts'
export {
  type ModelParameter,
  type ReferenceModel,
  referenceModels,
} from './models/reference-models.ts'
export type {
  ExploreOptions,
  IgnoredMessages,
  NetworkModel,
  Opening,
  Sometimes,
  WorldView,
} from './options.ts'
export type { Reduction } from './partial-order.ts'
export { type Replay, type ReplayedStep, replay } from './replay.ts'
export type { ClockModel, DiskModel, ExploredCommand, PositionModel } from './shared-world.ts'
export { describeStep, type EnvelopeView, type Step, type StepEffects } from './step.ts'
export type { SymmetryOption } from './symmetry.ts'
export { type Tally, tallied } from './tally.ts'
export type { Twin } from './twins.ts'
export { UnsoundProtocol } from './unsound-protocol.ts'
export { UnsoundReduction } from './unsound-reduction.ts'
export type { Visited } from './visited.ts'
export { worldOptions } from './world.ts'
export { worldFrom } from './world-shape.ts'
