/** How many of the latest blocks are named one by one. */
const dense = 10
/** No peer may send a longer locator (MAX_LOCATOR_SZ of Bitcoin Core). */
export const maximumLocator = 101

/**
 * The heights that a block locator names, highest first: the ten latest one by one, then in steps that
 * double, and the genesis block last. Whoever gets them finds the last block in common to within a
 * factor of two of its distance, in a few dozen hashes.
 */
export function locatorHeights(tipHeight: number): number[] {
  const heights: number[] = []
  let step = 1
  for (let height = tipHeight; height > 0; height -= step) {
    if (heights.length >= dense) step *= 2
    heights.push(height)
  }
  heights.push(0)
  return heights
}
