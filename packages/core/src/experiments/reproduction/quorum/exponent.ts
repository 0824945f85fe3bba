import { ln } from '../../../simulator/exact-math.ts'

/**
 * The exponent k of y ≈ c·nᵏ: the slope of the straight line through the logarithms, by least squares.
 * @param points at least two, all positive
 */
export function exponentOf(points: readonly { readonly n: number; readonly y: number }[]): number {
  const logs = points.map(({ n, y }) => ({ x: ln(n), y: ln(y) }))
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length
  let slope = 0
  let spread = 0
  for (const { x, y } of logs) {
    slope += (x - meanX) * (y - meanY)
    spread += (x - meanX) * (x - meanX)
  }
  return slope / spread
}
