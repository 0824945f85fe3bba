import type { Micros } from '../model/index.ts'

const million = 1_000_000
/** Half or one and a half times the true rate: far beyond any quartz, and where the arithmetic stays exact. */
const largestDriftPpm = 500_000

export interface ClockError {
  /** What the clock reads at virtual time 0; may be negative. */
  readonly offsetMicros: Micros
  /** Parts in a million by which it runs fast (slow if negative); an integer from −500,000 to 500,000. */
  readonly driftPpm: number
}

/**
 * One node's clock: a line through virtual time with an offset and a rate of its own. All arithmetic
 * is on integers and exact, at any virtual time. The clock never runs backwards, unless a fault
 * makes it jump.
 *
 * A jump changes what the clock reads and nothing else: timers measure spans on the clock's rate, as
 * the monotonic clock of an operating system does.
 */
export class Clock {
  #driftPpm = 0
  /** The line's last bend: the clock read `#localStart` at the virtual time `#globalStart`. */
  #globalStart: Micros = 0
  #localStart: Micros = 0

  constructor(error: ClockError = { offsetMicros: 0, driftPpm: 0 }) {
    this.#localStart = checkedInteger('clock offset', error.offsetMicros)
    this.#driftPpm = checkedDrift(error.driftPpm)
  }

  get driftPpm(): number {
    return this.#driftPpm
  }

  /** What the clock reads at a virtual time, which must not be before its last bend. */
  localNow(globalMicros: Micros): Micros {
    const elapsed = globalMicros - this.#globalStart
    if (this.#driftPpm === 0) return this.#localStart + elapsed
    return this.#localStart + timesRatio(elapsed, million + this.#driftPpm, million)
  }

  /** The shortest span of virtual time in which the clock is sure to advance by `localMicros`, at its present rate. */
  globalDelay(localMicros: Micros): Micros {
    if (this.#driftPpm === 0) return localMicros
    return 0 - timesRatio(0 - localMicros, million, million + this.#driftPpm)
  }

  /** The first virtual time at which the clock reads `localMicros` or more, at its present rate; not before its last bend. */
  globalAt(localMicros: Micros): Micros {
    return this.#globalStart + Math.max(0, this.globalDelay(localMicros - this.#localStart))
  }

  /** A fault: the clock reads `byMicros` more (less if negative) from now on. */
  jump(globalMicros: Micros, byMicros: Micros): void {
    this.#bend(globalMicros)
    this.#localStart += checkedInteger('clock jump', byMicros)
  }

  /** From now on the clock runs at another rate; what it reads now does not change. */
  setDrift(globalMicros: Micros, driftPpm: number): void {
    this.#bend(globalMicros)
    this.#driftPpm = checkedDrift(driftPpm)
  }

  #bend(globalMicros: Micros): void {
    this.#localStart = this.localNow(globalMicros)
    this.#globalStart = globalMicros
  }
}

/** ⌊x × numerator / denominator⌋ without a product beyond 2^53, where both are at most 1.5 million. */
function timesRatio(x: number, numerator: number, denominator: number): number {
  const whole = Math.floor(x / denominator)
  const rest = x - whole * denominator
  return whole * numerator + Math.floor((rest * numerator) / denominator)
}

function checkedInteger(what: string, micros: number): number {
  if (Number.isSafeInteger(micros)) return micros
  throw new RangeError(`${what} ${micros}: must be an integer of microseconds`)
}

function checkedDrift(ppm: number): number {
  if (Number.isInteger(ppm) && Math.abs(ppm) <= largestDriftPpm) return ppm
  const range = `from ${-largestDriftPpm} to ${largestDriftPpm}`
  throw new RangeError(`clock drift ${ppm}: must be an integer of parts in a million ${range}`)
}
