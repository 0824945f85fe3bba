import type { Micros } from '../model/index.ts'

/** Each power of two is cut into this many buckets, so that a bucket is at most 1/256 of its values wide. */
const bucketsPerOctave = 256
const octaveBits = 8
const twoTo22 = 4_194_304
const twoTo31 = 2_147_483_648
/** Up to 2^53: 512 exact buckets, and 256 for each of the 44 powers of two above. */
const buckets = 2 * bucketsPerOctave + 44 * bucketsPerOctave

/** How many values are at least `fromMicros` and less than `toMicros`. */
export interface LatencyRange {
  readonly fromMicros: Micros
  readonly toMicros: Micros
  readonly count: number
}

/**
 * How long many things took, in a fixed 96 kB however many there were: a histogram with buckets
 * that widen with the value (as in HdrHistogram), exact to the microsecond up to 511 µs and to 0.4%
 * above, for any integer up to 2^53 − 1.
 */
export class LatencyHistogram {
  count = 0
  maximumMicros: Micros = 0
  minimumMicros: Micros = 0
  #sum = 0
  readonly #counts = new Float64Array(buckets)

  /** @throws RangeError for a span that is negative or no integer of microseconds */
  record(micros: Micros): void {
    if (!(micros >= 0 && Number.isSafeInteger(micros))) {
      throw new RangeError(`span ${micros}: must be an integer of microseconds from 0`)
    }
    const bucket = bucketOf(micros)
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1
    if (micros > this.maximumMicros) this.maximumMicros = micros
    if (micros < this.minimumMicros || this.count === 0) this.minimumMicros = micros
    this.count++
    this.#sum += micros
  }

  /** The arithmetic mean, or 0 of nothing. */
  get meanMicros(): number {
    return this.count === 0 ? 0 : this.#sum / this.count
  }

  /**
   * The smallest recorded value that `percent` percent of all do not exceed, rounded up within its
   * bucket but never past the maximum; 0 of nothing.
   * @param percent from 0 to 100
   */
  percentile(percent: number): Micros {
    if (!(percent >= 0 && percent <= 100)) {
      throw new RangeError(`percentile ${percent}: must be from 0 to 100`)
    }
    const rank = Math.max(1, Math.ceil((percent / 100) * this.count))
    let seen = 0
    for (let bucket = 0; bucket < buckets; bucket++) {
      seen += this.#counts[bucket] as number
      if (seen >= rank) return Math.min(firstOf(bucket + 1) - 1, this.maximumMicros)
    }
    return this.maximumMicros
  }

  /** Adds all that another histogram holds. */
  add(other: LatencyHistogram): void {
    if (other.count === 0) return
    for (let bucket = 0; bucket < buckets; bucket++) {
      const sum = (this.#counts[bucket] as number) + (other.#counts[bucket] as number)
      this.#counts[bucket] = sum
    }
    if (this.count === 0 || other.minimumMicros < this.minimumMicros) {
      this.minimumMicros = other.minimumMicros
    }
    this.maximumMicros = Math.max(this.maximumMicros, other.maximumMicros)
    this.count += other.count
    this.#sum += other.#sum
  }

  /**
   * How many values lie in each range of time, in steps of 1, 2 and 5, from the first range that has
   * any to the last. Values within 0.4% of a border may stand on its other side.
   */
  ranges(): LatencyRange[] {
    const ranges: LatencyRange[] = []
    let bucket = 0
    for (let fromMicros = 0, toMicros = 1, step = 1; fromMicros <= this.maximumMicros; step++) {
      let count = 0
      while (bucket < buckets && firstOf(bucket) < toMicros) {
        count += this.#counts[bucket++] as number
      }
      if (count > 0 || ranges.length > 0) ranges.push({ fromMicros, toMicros, count })
      fromMicros = toMicros
      toMicros *= step % 3 === 2 ? 2.5 : 2
    }
    return ranges
  }
}

/** Values from 2^(8+s) to 2^(9+s) share buckets of 2^s; s is 0 for all below. */
function bucketOf(micros: number): number {
  const inWord = micros < twoTo31
  const high = inWord ? micros : Math.floor(micros / twoTo22)
  const shift = Math.max(0, 31 - Math.clz32(high) - octaveBits)
  const mantissa = high >> shift
  return (inWord ? shift : shift + 22) * bucketsPerOctave + mantissa
}

function firstOf(bucket: number): number {
  if (bucket < 2 * bucketsPerOctave) return bucket
  const shift = Math.floor(bucket / bucketsPerOctave) - 1
  const mantissa = (bucket % bucketsPerOctave) + bucketsPerOctave
  return shift < 22 ? mantissa * (1 << shift) : mantissa * (1 << (shift - 22)) * twoTo22
}
