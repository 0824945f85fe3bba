/**
 * How far an exploration goes. Without a number, nothing of the kind happens; `Infinity` stands for
 * any number, and then the kind is not counted in the state, so that more states are equal. What the
 * bounds leave finite is explored to the end, unless `depth` or `states` ends it first.
 */
export interface Bounds {
  /** Timeouts in all, or of each timer by its name (a timer that is not named never fires). */
  readonly timeouts?: number | { readonly [timer: string]: number }
  readonly crashes?: number
  /** Of nodes that are down. Any number where absent; 0 where who crashes has failed for good. */
  readonly restarts?: number
  readonly losses?: number
  /** Finite: each adds a message to the network. */
  readonly duplications?: number
  /** Finite: blocks found by any miner. */
  readonly blocks?: number
  /** Events in a row. Infinite where absent. */
  readonly depth?: number
  /** Unique states. Infinite where absent; a little more may be found before it ends. */
  readonly states?: number
}

/** How many events of one kind there may be, and the word of a state that counts them. */
export interface Budget {
  readonly limit: number
  /** From the first budget's word; undefined where nothing needs counting. */
  readonly word: number | undefined
}

/** Bounds laid out for states: a word for each kind of event whose number is bounded. */
export class Budgets {
  readonly timeouts: readonly Budget[]
  readonly crashes: Budget
  readonly restarts: Budget
  readonly losses: Budget
  readonly duplications: Budget
  readonly blocks: Budget
  /** How many words of a state they take. */
  words = 0

  /** @throws RangeError for a bound that is no natural number, or a timer that does not exist */
  constructor(bounds: Bounds, timers: readonly string[]) {
    this.timeouts = this.#timeoutBudgets(bounds.timeouts ?? 0, timers)
    this.crashes = this.#budget('crashes', bounds.crashes ?? 0)
    this.restarts = this.#budget('restarts', bounds.restarts ?? Number.POSITIVE_INFINITY)
    this.losses = this.#budget('losses', bounds.losses ?? 0)
    this.duplications = this.#budget('duplications', finite('duplications', bounds.duplications))
    this.blocks = this.#budget('blocks', finite('blocks', bounds.blocks))
    checkBound('depth', bounds.depth ?? Number.POSITIVE_INFINITY)
    checkBound('states', bounds.states ?? Number.POSITIVE_INFINITY)
  }

  #timeoutBudgets(timeouts: NonNullable<Bounds['timeouts']>, timers: readonly string[]): Budget[] {
    if (typeof timeouts === 'number') {
      const shared = this.#budget('timeouts', timeouts)
      return timers.map(() => shared)
    }
    for (const name of Object.keys(timeouts)) {
      if (!timers.includes(name)) {
        throw new RangeError(
          `bounds: '${name}' is no timer: the timers are ${timers.join(', ') || 'none'}`,
        )
      }
    }
    return timers.map((name) => this.#budget(`timeouts of ${name}`, timeouts[name] ?? 0))
  }

  #budget(what: string, limit: number): Budget {
    checkBound(what, limit)
    if (limit === 0 || limit === Number.POSITIVE_INFINITY) return { limit, word: undefined }
    this.words += 1
    return { limit, word: this.words - 1 }
  }
}

function finite(what: string, limit: number | undefined): number {
  if (limit === Number.POSITIVE_INFINITY) {
    throw new RangeError(`bounds: ${what} must be a finite number`)
  }
  return limit ?? 0
}

function checkBound(what: string, limit: number): void {
  if ((Number.isSafeInteger(limit) && limit >= 0) || limit === Number.POSITIVE_INFINITY) return
  throw new RangeError(`bounds: ${what} is ${limit}: must be a natural number or Infinity`)
}
