import {
  type Estimate,
  type MeasureName,
  type PointReport,
  type SweepReport,
  whole,
} from '@quorate/core/experiments'
import { shortNumber } from '../pictures/number-text.ts'

/** A figure of a point as it is shown: which, under what name, and by which estimate. */
export interface Column {
  readonly name: MeasureName
  readonly title: string
  /** After a plot's title, with the unit. */
  readonly unit: string
  readonly by: 'median' | 'mean'
}

const columns: readonly Column[] = [
  { name: 'latencyP50Ms', title: 'p50', unit: 'ms', by: 'median' },
  { name: 'latencyP99Ms', title: 'p99', unit: 'ms', by: 'median' },
  { name: 'staleRate', title: 'stale', unit: 'share of blocks', by: 'mean' },
  { name: 'maxReorgDepth', title: 'reorganised', unit: 'blocks', by: 'mean' },
  { name: 'messagesPerDecision', title: 'messages a decision', unit: '', by: 'mean' },
  { name: 'events', title: 'events', unit: 'a run', by: 'mean' },
  { name: 'faults', title: 'faults', unit: 'a run', by: 'mean' },
]

/** The figures that some point has and that are not always zero, the more telling ones first. */
export function columnsOfSweep({ points }: SweepReport): Column[] {
  return columns.filter(({ name }) =>
    points.some(({ measures }) => (measures[name]?.most ?? 0) > 0),
  )
}

/** `12.3 [11.9, 12.8]`; `12.3 [11.9, 12.8] of 7` where not all runs have it; a dash where none has. */
export function figureText({ measures, runs }: PointReport, { name, by }: Column): string {
  const measure = measures[name]
  if (!measure) return '–'
  const of = measure.runs < runs ? ` of ${whole(measure.runs)}` : ''
  return estimateText(measure[by], shortNumber) + of
}

/** `99.7% [99.1, 99.9]`. */
export function shareText(share: Estimate): string {
  return estimateText(share, percent).replace(' [', '% [')
}

function estimateText({ value, low, high }: Estimate, text: (value: number) => string): string {
  if (low === null || high === null) return text(value)
  return `${text(value)} [${text(low)}, ${text(high)}]`
}

/** Hundredths, with a digit more where it tells something from all or none. */
function percent(share: number): string {
  const digits = share > 0.99 || share < 0.01 ? 2 : 1
  return String(Number((share * 100).toFixed(digits)))
}

/** What the brackets are, and that a figure may leave runs out. */
export function intervalsText({ points }: SweepReport): string {
  const text =
    'In brackets: 95% intervals. Shares are by Wilson’s score, p50 and p99 (in ms) medians over the runs by their ranks, other figures means by Student’s t.'
  const partial = points.some(({ measures, runs }) =>
    Object.values(measures).some((measure) => measure.runs < runs),
  )
  return partial
    ? `${text} “of 7” is said where only 7 runs have the figure: those in which anything was decided, or answered.`
    : text
}
