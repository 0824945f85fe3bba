import { exp, ln } from '../simulator/exact-math.ts'

/** How many layers the area under the curve is cut into, all of one area. */
export const layers = 256
/** Where the base layer's tail begins, and the area of a layer (Marsaglia and Tsang 2000). */
const tail = 7.69711747013105
const area = 3.949659822581572e-3

/**
 * The ziggurat of the exponential density e^−x (Marsaglia and Tsang, "The ziggurat method for
 * generating random variables", 2000): rectangles stacked over each other, layer i from height
 * `heights[i]` to `heights[i + 1]` and from 0 to `edges[i]`, of which everything left of
 * `edges[i + 1]` lies under the curve. Layer 0 is as wide as its area makes it, tail and all.
 */
export const edges = new Float64Array(layers + 1)
export const heights = new Float64Array(layers + 1)

edges[0] = area / exp(-tail)
edges[1] = tail
for (let i = 1; i < layers; i++) {
  const edge = edges[i] as number
  heights[i] = exp(-edge)
  edges[i + 1] = -ln((heights[i] as number) + area / edge)
}
edges[layers] = 0
heights[layers] = 1
