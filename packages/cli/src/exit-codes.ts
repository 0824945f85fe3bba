import type { RunReport } from '@quorate/core/experiments'

/** What the command's exit code says. */
export const exitCodes = {
  held: 0,
  violated: 1,
  wrongUse: 2,
  inconclusive: 3,
  internalError: 70,
  interrupted: 130,
} as const

/** By the verdict; where the scenario expects one, by whether it came. */
export function exitCodeOf({ verdict, asExpected }: RunReport): number {
  if (asExpected === undefined) return exitCodes[verdict]
  return asExpected ? exitCodes.held : exitCodes.violated
}

/** Wrong use, or input that cannot be used: one line for the person, exit code 2, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A message as one line: what it quotes may have line breaks and control characters, which are written out. */
export function oneLine(message: string): string {
  return message.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
}
