export { FlpDemonstration } from './demonstration.ts'
export type {
  BoundedReport,
  CoinReport,
  FlpReport,
  InitialReport,
  ScheduleReport,
  StageReport,
  StepsToDecide,
  Valency,
} from './report.ts'
export { type FlpOptions, type FlpSettings, flpSettings } from './settings.ts'
