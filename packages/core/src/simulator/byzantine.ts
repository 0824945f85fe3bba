import type { Micros } from '../model/index.ts'

/** How a node that does not follow its protocol behaves. It still cannot sign for another. */
export type ByzantineStrategy =
  /** Runs the protocol and never sends anything. */
  | { readonly kind: 'silent' }
  /** Runs the protocol and sends everything late. */
  | { readonly kind: 'delayed'; readonly delayMicros: Micros }
  /**
   * Two honest copies under one identity, each seen by part of the network: equivocation without a
   * line of attack code (Bano et al., "Twins: BFT Systems Made Robust", 2020). Who sees which copy is
   * drawn anew every period.
   */
  | { readonly kind: 'twins'; readonly periodMicros: Micros }
  /** Runs the protocol, and of what it sends so large a share has some bits wrong. */
  | { readonly kind: 'corrupting'; readonly probability: number }
  /** Runs an attack that was written for the protocol: one of its `attacks`. */
  | { readonly kind: 'attack'; readonly name: string }
