import { type Micros, microsPerMillisecond, type Resilience } from '../../model/index.ts'

/** No clock may run faster or slower than true time by more: rounds allow for it. */
export const largestDriftPpm = 1_000

export const generalsParameters = {
  traitors: {
    what: 'm, the number of traitors that the algorithm is run for: orders are passed on in m rounds',
    unit: 'nodes',
    initial: 1,
    minimum: 0,
    maximum: 1_000,
  },
  roundMs: {
    what: 'how long a round lasts: longer than any message takes to arrive and be handled',
    unit: 'ms',
    initial: 100,
    minimum: 0.1,
    maximum: 3_600_000,
  },
} as const

/** What a general may need to handle what others send it in one round, beside `perMessageMicros` each. */
const handlingMicros: Micros = 10_000

/**
 * The shortest round in which a message arrives wherever it was sent: Δ and the time to handle it,
 * and as much as the fastest clock can be ahead of the slowest when the last round ends.
 * @param messages how many messages reach a general in its busiest round
 * @param perMessageMicros what one of them costs
 */
export function roundFor(
  boundMicros: Micros,
  traitors: number,
  messages: number,
  perMessageMicros: Micros,
): number {
  const spanMicros = boundMicros + handlingMicros + messages * perMessageMicros
  const rounds = traitors + 2
  // At the end of round r two clocks differ by at most 2 r ε R: R ≥ span + 2 (m + 2) ε R.
  const apart = (2 * rounds * largestDriftPpm) / 1_000_000
  return Math.ceil(spanMicros / (1 - apart)) / microsPerMillisecond
}

/**
 * The algorithm cannot be run for more traitors than the bound allows among so many generals, unless
 * that is what is to be shown.
 * @throws RangeError with one line that says what would be right
 */
export function checkTraitors(
  traitors: number,
  nodes: number,
  { bound, maximumFaulty }: Resilience,
  allowExcessFaults: boolean,
): void {
  const allowed = maximumFaulty(nodes)
  if (traitors <= allowed || allowExcessFaults) return
  const among = nodes === 1 ? '1 general' : `${nodes} generals`
  throw new RangeError(
    `parameter traitors is ${traitors}: among ${among} it must be at most ${allowed} (${bound}), or allow it with --allow-excess-faults`,
  )
}
