import type { ChainParameters } from './chain-parameters.ts'

/**
 * The new money, in satoshis, that the block at this height may create (GetBlockSubsidy of Bitcoin
 * Core, which has to stop at 64 halvings because it shifts; here nothing is left long before).
 */
export function subsidyAt(height: number, parameters: ChainParameters): number {
  const halvings = Math.floor(height / parameters.halvingInterval)
  return Math.floor(parameters.initialSubsidy / 2 ** halvings)
}

/** All the money that blocks up to this height may have created; the genesis block's was never spendable. */
export function largestSupplyAt(height: number, parameters: ChainParameters): number {
  let supply = 0
  let from = 1
  while (from <= height) {
    const subsidy = subsidyAt(from, parameters)
    if (subsidy === 0) break
    const nextHalving =
      (Math.floor(from / parameters.halvingInterval) + 1) * parameters.halvingInterval
    const until = Math.min(height + 1, nextHalving)
    supply += subsidy * (until - from)
    from = until
  }
  return supply
}
