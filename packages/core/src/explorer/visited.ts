import type { Certainty } from './certainty.ts'

/** The states that a search has seen, each known by its fingerprint alone. Several threads may share one. */
export interface Visited {
  /**
   * Takes a state for whoever asks first.
   * @param depth how many events led to it
   */
  claim(low: number, high: number, depth: number): Claim
  /** Whether a state that was claimed at this depth is to be expanded, and by whoever asks alone. */
  expand(low: number, high: number, depth: number): Expansion
  /** How sure a search is that saw so many states. */
  certainty(states: number): Certainty
}

/**
 * `new`: nobody had claimed it. `shallower`: somebody had, after more events than this, so that with a
 * bound of the depth more follows it now; `from the limit` says that nothing had followed it yet.
 */
export type Claim = 'new' | 'seen' | 'shallower' | 'shallower, from the limit'

/** `again`: it was expanded before, but deeper. `no`: somebody else does, who came there by a shorter way. */
export type Expansion = 'first' | 'again' | 'no'
