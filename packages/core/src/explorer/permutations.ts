import type { NodeId } from '../model/identity.ts'
import type { Renaming } from '../model/schema/rename.ts'

/** Every way to exchange these nodes among all `count`, in lexicographic order. */
export function permutationsOf(nodes: readonly NodeId[], count: number): Renaming[] {
  const sorted = [...nodes].sort((left, right) => left - right)
  return orders(sorted).map((order) => {
    const renaming = Array.from({ length: count }, (_, node) => node)
    for (const [i, node] of sorted.entries()) renaming[node] = order[i] as NodeId
    return renaming
  })
}

function orders(nodes: readonly NodeId[]): NodeId[][] {
  if (nodes.length === 0) return [[]]
  return nodes.flatMap((first) =>
    orders(nodes.filter((node) => node !== first)).map((rest) => [first, ...rest]),
  )
}
