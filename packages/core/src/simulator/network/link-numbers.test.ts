import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../model/random.ts'
import { LinkNumbers, noLink } from './link-numbers.ts'
import { fullMesh, peerGraph } from './peer-graph.ts'

test('every link has a number of its own, and what is no link has none', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), fc.nat(5), (seed, nodes, degree) => {
      const random = new Random(seed)
      const neighbours = peerGraph(new Array<number>(nodes).fill(degree), random)
      const numbers = new LinkNumbers(neighbours)
      const links = neighbours.flatMap((linked, from) => linked.map((to) => [from, to] as const))
      expect(numbers.count).toBe(links.length)
      const inAnyOrder = random.shuffle(links.map((link, number) => ({ link, number })))
      for (const { link, number } of inAnyOrder) expect(numbers.of(...link)).toBe(number)
      // Past the last node there are clients.
      for (let from = 0; from < nodes + 2; from++) {
        for (let to = 0; to < nodes + 2; to++) {
          const linked = neighbours[from]?.includes(to) === true
          expect(numbers.of(from, to) !== noLink).toBe(linked)
        }
      }
    }),
  )
})

test('links are found in order too, as one who sends to all neighbours asks for them', () => {
  const numbers = new LinkNumbers(fullMesh(4))
  const found = fullMesh(4).flatMap((linked, from) => linked.map((to) => numbers.of(from, to)))
  expect(found).toEqual(Array.from({ length: 12 }, (_, number) => number))
})
