import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import { drawnByShare, fullMesh, peerGraph } from './peer-graph.ts'

/** Many links, or so few that the graph falls apart. */
const degrees = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 60 }),
  fc.array(fc.constant(1), { minLength: 6, maxLength: 60 }),
)

function reachable(neighbours: readonly (readonly number[])[]): number {
  const seen = new Set([0])
  for (const node of seen) for (const other of neighbours[node] ?? []) seen.add(other)
  return seen.size
}

describe('a peer graph', () => {
  test('links both ways, never a node with itself, nobody twice, and everybody with the rest', () => {
    fc.assert(
      fc.property(fc.nat(), degrees, (seed, outbound) => {
        const neighbours = peerGraph(outbound, new Random(seed))
        expect(neighbours).toHaveLength(outbound.length)
        neighbours.forEach((linked, node) => {
          expect(linked).toEqual([...new Set(linked)].sort((x, y) => x - y))
          expect(linked).not.toContain(node)
          for (const other of linked) expect(neighbours[other]).toContain(node)
        })
        expect(reachable(neighbours)).toBe(outbound.length)
      }),
    )
  })

  test('gives each node the links that it opens, where enough others are left', () => {
    fc.assert(
      fc.property(fc.nat(), degrees, (seed, outbound) => {
        const neighbours = peerGraph(outbound, new Random(seed))
        let links = 0
        neighbours.forEach((linked, node) => {
          links += linked.length / 2
          const wanted = Math.min(outbound[node] as number, outbound.length - 1)
          expect(linked.length).toBeGreaterThanOrEqual(wanted)
        })
        // Each link was opened by one of its ends, but for those that join parts (of three nodes or more).
        const opened = outbound.reduce((sum, degree) => sum + degree, 0)
        expect(links).toBeLessThanOrEqual(opened + outbound.length / 3)
      }),
    )
  })

  test('is the same for the same seed and another for another', () => {
    const outbound = new Array<number>(50).fill(4)
    expect(peerGraph(outbound, new Random(1))).toEqual(peerGraph(outbound, new Random(1)))
    expect(peerGraph(outbound, new Random(1))).not.toEqual(peerGraph(outbound, new Random(2)))
  })
})

test('a full mesh links each node with all others', () => {
  expect(fullMesh(1)).toEqual([[]])
  expect(fullMesh(4)).toEqual([
    [1, 2, 3],
    [0, 2, 3],
    [0, 1, 3],
    [0, 1, 2],
  ])
})

test('classes drawn by share have exactly their shares, in another order for another seed', () => {
  const cumulative = [0.25, 0.25, 0.9, 1]
  const classes = drawnByShare(cumulative, 40, new Random(1))
  const counts = [0, 1, 2, 3].map((wanted) => classes.filter((drawn) => drawn === wanted).length)
  expect(counts).toEqual([10, 0, 26, 4])
  expect(drawnByShare(cumulative, 40, new Random(2))).not.toEqual(classes)
  expect(drawnByShare([0.2, 0.9999999], 5, new Random(1)).sort((x, y) => x - y)).toEqual([
    0, 1, 1, 1, 1,
  ])
})
