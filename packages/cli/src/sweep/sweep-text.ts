import type { SweepReport } from '@quorate/core/experiments'
export function sweepText(report: SweepReport, _columns: number): string {
  return JSON.stringify(report)
}
