import type { Micros } from '../model/index.ts'

/** How a node that does not follow its protocol behaves. It still cannot sign for another. */
export type ByzantineStrategy =
  /** Runs the protocol and never sends anything. */
  | { readonly kind: 'silent' }
  /** Runs the protocol and sends everything late. */
  | { readonly kind: 'delayed'; readonly delayMicros: Micros }
