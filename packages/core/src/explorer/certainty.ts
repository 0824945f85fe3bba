/** How sure a search is of what it says about the states that it was to see. */
export type Certainty =
  /** No state was taken for another. */
  | { readonly kind: 'exact' }
  /**
   * States were told apart by a hash alone: two that have the same one count as one, and what lies
   * behind the second was not seen.
   */
  | {
      readonly kind: 'hashed'
      /** Of each hash. */
      readonly bits: number
      /** An upper bound of the probability that any state was passed over. */
      readonly omissionProbability: number
    }
  /** States were told apart by a few bits each in one array: some were passed over, and what lies behind them. */
  | {
      readonly kind: 'bitstate'
      /** Of the array. */
      readonly bits: number
      /** How many bits stand for a state. */
      readonly hashes: number
      /** Bits of the array for each state seen (Holzmann's hash factor): from 100 on, next to none is passed over. */
      readonly hashFactor: number
      /** The expected share of the states that were reached, but taken for others. */
      readonly omittedShare: number
    }
  /** Random walks: what was seen is a sample. */
  | {
      readonly kind: 'sampled'
      readonly seed: number
      readonly walks: number
      /** In all walks together. */
      readonly steps: number
    }
