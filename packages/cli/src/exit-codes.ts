import type { Verdict } from '@quorate/core/experiments'

/** What the command's exit code says. */
export const exitCodes = {
  held: 0,
  violated: 1,
  wrongUse: 2,
  inconclusive: 3,
  internalError: 70,
  interrupted: 130,
} as const

export function exitCodeOf(verdict: Verdict): number {
  return exitCodes[verdict]
}

/** Wrong use, or input that cannot be used: one line for the person, exit code 2, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
