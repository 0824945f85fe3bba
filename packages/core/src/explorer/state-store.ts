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
  /** Makes room for a vector at `end`, which may move for it. The array that it returns stays the same until the next call. */
  reserve(length: number): Int32Array
  /** The place of the vector of this length that was written at `end`. */
  enter(length: number): number
  /** The array in which the vector at `place` lies: for a look at it, not beyond the next vector. */
  wordsOf(place: number): Int32Array
  /** Where the vector at `place` begins in its array. */
  start(place: number): number
  /** Just after the vector's last word. */
  stop(place: number): number
}
