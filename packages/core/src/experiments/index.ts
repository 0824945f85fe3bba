export { campaignRun, campaignScenario, campaignVariants, type Hunt, hunt } from './campaign.ts'
export {
  type Compared,
  type Comparison,
  type ComparisonSettings,
  checkComparison,
  compared,
  usualComparison,
} from './comparison/comparison.ts'
export { Experiment, type ExperimentOptions } from './experiment.ts'
export { type Plan, planOf } from './plan.ts'
export { byteCount, counted, rounded, timeSpan, wallTime, whole } from './quantity.ts'
export { replayCommand } from './replay-command.ts'
export type { ChainReport, PropertyReport, RunReport, Verdict } from './report.ts'
export { reproductions } from './reproduction/index.ts'
export type { Effort, Reproduction, Row } from './reproduction/reproduction.ts'
export { type Scenario, ScenarioError, scenarioSchema } from './scenario.ts'
export { scenarioFrom } from './scenario-shape.ts'
export { type RunSize, sizeText } from './shrinking/run-size.ts'
export { Shrinking, type ShrinkOptions, type Shrunk, shrink } from './shrinking/shrinking.ts'
export * from './sweep/index.ts'
export { decodeTraceFile, encodeTraceFile, type RecordedRun } from './trace-file.ts'
