import type { Micros } from '../../model/index.ts'
import type { Random } from '../../model/random.ts'
import { exp } from '../exact-math.ts'

/**
 * How long the first bit of a message takes from one place to another.
 * - `constant`: always the same.
 * - `uniform`: anything from `lowMicros` to `highMicros`, alike.
 * - `logNormal`: half of the messages take less than the median; `sigma` is the deviation of the logarithm.
 * - `measured`: an average; a share `jitter` of it is an exponentially distributed wait, the rest is certain.
 * - `pareto`: at least `scaleMicros`, with the heavy tail of `shape` (above 1), and `addedMicros` always.
 */
export type LatencyModel =
  | { readonly kind: 'constant'; readonly micros: Micros }
  | { readonly kind: 'uniform'; readonly lowMicros: Micros; readonly highMicros: Micros }
  | { readonly kind: 'logNormal'; readonly medianMicros: Micros; readonly sigma: number }
  | { readonly kind: 'measured'; readonly meanMicros: Micros; readonly jitter: number }
  | {
      readonly kind: 'pareto'
      readonly scaleMicros: Micros
      readonly shape: number
      readonly addedMicros: Micros
    }

const constant = 0
const uniform = 1
const logNormal = 2
const exponential = 3
const pareto = 4

/** The latency models of every pair of regions, in columns, so that a draw costs no indirection. */
export class LatencyTable {
  readonly #regions: number
  readonly #kinds: Uint8Array
  /** What is certain; what is drawn is `#scales`, shaped by `#shapes`. */
  readonly #floors: Float64Array
  readonly #scales: Float64Array
  readonly #shapes: Float64Array

  /** @param models from each region (row) to each (column) */
  constructor(models: readonly (readonly LatencyModel[])[]) {
    const pairs = models.flat()
    this.#regions = models.length
    this.#kinds = new Uint8Array(pairs.length)
    this.#floors = new Float64Array(pairs.length)
    this.#scales = new Float64Array(pairs.length)
    this.#shapes = new Float64Array(pairs.length)
    pairs.forEach((model, pair) => {
      this.#set(pair, model)
    })
  }

  /** For one message from a region to another, to the nearest microsecond. */
  draw(from: number, to: number, random: Random): Micros {
    const pair = from * this.#regions + to
    const scale = this.#scales[pair] as number
    let drawn = 0
    switch (this.#kinds[pair] as number) {
      case uniform:
        drawn = scale * random.next()
        break
      case logNormal:
        drawn = random.logNormal(scale, this.#shapes[pair] as number)
        break
      case exponential:
        drawn = random.exponential(scale)
        break
      case pareto:
        drawn = random.pareto(scale, this.#shapes[pair] as number)
    }
    return Math.round((this.#floors[pair] as number) + drawn)
  }

  #set(pair: number, model: LatencyModel): void {
    switch (model.kind) {
      case 'constant':
        this.#kinds[pair] = constant
        this.#floors[pair] = model.micros
        break
      case 'uniform':
        this.#kinds[pair] = uniform
        this.#floors[pair] = model.lowMicros
        this.#scales[pair] = model.highMicros - model.lowMicros
        break
      case 'logNormal':
        this.#kinds[pair] = logNormal
        this.#scales[pair] = model.medianMicros
        this.#shapes[pair] = model.sigma
        break
      case 'measured':
        this.#kinds[pair] = exponential
        this.#floors[pair] = model.meanMicros * (1 - model.jitter)
        this.#scales[pair] = model.meanMicros * model.jitter
        break
      case 'pareto':
        this.#kinds[pair] = pareto
        this.#floors[pair] = model.addedMicros
        this.#scales[pair] = model.scaleMicros
        this.#shapes[pair] = model.shape
    }
  }
}

/** What a message takes on average, in microseconds, not rounded. */
export function meanLatency(model: LatencyModel): number {
  switch (model.kind) {
    case 'constant':
      return model.micros
    case 'uniform':
      return (model.lowMicros + model.highMicros) / 2
    case 'logNormal':
      return model.medianMicros * exp((model.sigma * model.sigma) / 2)
    case 'measured':
      return model.meanMicros
    case 'pareto':
      return model.addedMicros + (model.scaleMicros * model.shape) / (model.shape - 1)
  }
}

/** Between two machines of one zone (IBM Cloud 2024, see data/network): for tables with no figure within a region. */
const sameZoneMs = 0.045

/**
 * Models for a table of average one-way latencies in milliseconds, from each region (row) to each
 * (column); 0 stands for two machines of one zone.
 */
export function measuredLatencies(
  oneWayMs: readonly (readonly number[])[],
  jitter: number,
): LatencyModel[][] {
  return oneWayMs.map((row) =>
    row.map((milliseconds) => ({
      kind: 'measured',
      meanMicros: (milliseconds === 0 ? sameZoneMs : milliseconds) * 1_000,
      jitter,
    })),
  )
}

/** Half of each round trip. */
export function halved(roundTripMs: readonly (readonly number[])[]): number[][] {
  return roundTripMs.map((row) => row.map((milliseconds) => milliseconds / 2))
}
