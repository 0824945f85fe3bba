import { type Micros, microsPerMillisecond } from '../../model/index.ts'

/** What the clocks of the processors may be off the true rate: rounds have room for it. */
export const largestDriftPpm = 1_000

export const dlsParameters = {
  roundMs: {
    what: 'how long a round lasts at first; twice Δ and the time to handle its messages, where Δ is known',
    unit: 'ms',
    initial: 1_400,
    minimum: 0.1,
    maximum: 3_600_000,
  },
  roundGrowthMs: {
    what: 'by how much the rounds of a phase last longer than those of the one before: where Δ is not known, they get long enough in the end (§4.2)',
    unit: 'ms',
    initial: 14,
    minimum: 0,
    maximum: 3_600_000,
  },
} as const

/** What a processor may need to verify and write down what comes in one round. */
const handlingMicros: Micros = 20_000

/** Rounds for a network that keeps Δ: all begin a round within Δ of each other, and messages take Δ. */
export function usualDlsParameters(
  _nodes: number,
  boundMicros: Micros,
): { readonly roundMs: number; readonly roundGrowthMs: number } {
  const roundMs = Math.ceil((2 * boundMicros + handlingMicros) / microsPerMillisecond)
  return { roundMs, roundGrowthMs: roundMs / 100 }
}
