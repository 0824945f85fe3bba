import { expect, test } from 'vitest'
import { edges, heights, layers } from './ziggurat.ts'

test('the layers of the ziggurat lie under e^−x, stack up to 1 and have one area', () => {
  const area = (edges[0] as number) * (heights[1] as number)
  for (let layer = 1; layer < layers; layer++) {
    const edge = edges[layer] as number
    expect(heights[layer]).toBeCloseTo(Math.exp(-edge), 14)
    expect(edge).toBeGreaterThan(edges[layer + 1] as number)
    const thickness = (heights[layer + 1] as number) - (heights[layer] as number)
    expect(edge * thickness).toBeCloseTo(area, 12)
  }
  // The base has the same area: its rectangle and the tail beyond it, whose area is its height.
  expect((heights[1] as number) * ((edges[1] as number) + 1)).toBeCloseTo(area, 12)
  expect([edges[layers], heights[layers]]).toEqual([0, 1])
})
