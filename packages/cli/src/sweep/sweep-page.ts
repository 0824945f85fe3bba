import type { SweepReport } from '@quorate/core/experiments'
export function sweepPage(report: SweepReport): string {
  return JSON.stringify(report)
}
