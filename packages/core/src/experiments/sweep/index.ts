export type { Estimate } from './intervals.ts'
export { type RunRow, rowFrom, sweepRun } from './run-row.ts'
export { type ShrunkRow, shrunkRowFrom, shrunkRun } from './shrunk-row.ts'
export {
  fieldName,
  type Sweep,
  SweepPlan,
  scenarioName,
  seedsText,
  sweepFrom,
  usualSeeds,
  valueText,
} from './sweep.ts'
export {
  type CrashedRun,
  type FailureReport,
  hasFailed,
  listedFailures,
  type Measure,
  type MeasureName,
  type PointReport,
  type SweepReport,
  sweepReport,
} from './sweep-report.ts'
