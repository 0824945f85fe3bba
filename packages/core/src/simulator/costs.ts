/** What things cost a node of the simulated world, so that throughput and saturation mean something. */
export interface Costs {
  /** Handling one message, request or reply. */
  readonly messageMicros: number
  readonly signMicros: number
  readonly verifyMicros: number
  readonly hashMicros: number
}

/** A server of today: Ed25519 and SHA-256 in native code, a message handled in a few microseconds. */
export const usualCosts: Costs = {
  messageMicros: 5,
  signMicros: 30,
  verifyMicros: 80,
  hashMicros: 1,
}

/** Nothing takes time but the network and the disk. */
export const noCosts: Costs = { messageMicros: 0, signMicros: 0, verifyMicros: 0, hashMicros: 0 }
