/**
 * What keeps the states of a search, as vectors of 32-bit integers. A vector is written at `end`, in
 * the array that `reserve` returned, and then entered.
 */
export interface StateStore {
  /** How many vectors there are. */
  readonly count: number
  /** Whether the vector entered last was new. */
  readonly added: boolean
  /** Where the next vector is to be written. */
  readonly end: number
  readonly words: Int32Array
  /** Makes room for a vector at `end`. The array that it returns stays the same until the next call. */
  reserve(length: number): Int32Array
  /** The place of the vector of this length that was written at `end`. */
  enter(length: number): number
  /** Where the vector at `place` begins in `words`. */
  start(place: number): number
  /** Just after the vector's last word. */
  stop(place: number): number
}
