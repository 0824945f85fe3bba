import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Components } from './components.ts'

/** The successors of each state, and which are goals; whatever state 0 does not reach is left out. */
interface Graph {
  readonly successors: readonly (readonly number[])[]
  readonly goals: ReadonlySet<number>
}

function explored({ successors, goals }: Graph): Components {
  const components = new Components(
    successors.length,
    (state, tell) => successors[state]?.forEach(tell),
    (state) => goals.has(state),
  )
  while (components.advance(3));
  return components
}

/** The states that a way of one step or more leads to. */
function reachable({ successors }: Graph, from: number): Set<number> {
  const seen = new Set<number>()
  const waiting = [...(successors[from] ?? [])]
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (seen.has(state)) continue
    seen.add(state)
    waiting.push(...(successors[state] ?? []))
  }
  return seen
}

/** The same by the definitions, one pair of states after the other. */
function naive(graph: Graph) {
  const ways = graph.successors.map((_, state) => reachable(graph, state))
  const leadsTo = (from: number, to: number): boolean => ways[from]?.has(to) ?? false
  const components = new Map<string, number[]>()
  for (const state of graph.successors.keys()) {
    const members = [...graph.successors.keys()].filter(
      (other) => other === state || (leadsTo(state, other) && leadsTo(other, state)),
    )
    components.set(members.join(), members)
  }
  const without = [...components.values()].filter((all) => !all.some((s) => graph.goals.has(s)))
  const isBottom = (all: readonly number[]) =>
    all.every((state) => [...(ways[state] ?? [])].every((next) => all.includes(next)))
  const isCyclic = (all: readonly number[]) => all.every((state) => leadsTo(state, state))
  const firsts = (some: number[][]) => some.map((all) => Math.min(...all)).sort((a, b) => a - b)
  return {
    count: components.size,
    goals: graph.goals.size,
    hopeless: [...graph.successors.keys()].filter(
      (state) => !graph.goals.has(state) && ![...graph.goals].some((goal) => leadsTo(state, goal)),
    ).length,
    deadEnds: firsts(without.filter(isBottom)),
    detours: firsts(without.filter((all) => !isBottom(all) && isCyclic(all))),
  }
}

const graphs: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc
    .record({
      edges: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 24 }),
      goals: fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }),
    })
    .map(({ edges, goals }) => {
      const successors = Array.from({ length: count }, (): number[] => [])
      for (const [from, to] of edges) successors[from]?.push(to)
      // All can be reached from state 0.
      for (let state = 1; state < count; state += 1) {
        const all = reachable({ successors, goals: new Set() }, 0)
        if (!all.has(state)) successors[state >> 1]?.push(state)
      }
      return { successors, goals: new Set(goals) }
    }),
)

describe('strongly connected components', () => {
  test('are those of the definition, and so is what leads to a goal', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { count, goals, hopeless, deadEnds, detours } = explored(graph)
        const firsts = (some: readonly { readonly first: number }[]) =>
          some.map(({ first }) => first).sort((a, b) => a - b)
        expect({
          count,
          goals,
          hopeless,
          deadEnds: firsts(deadEnds),
          detours: firsts(detours),
        }).toEqual(naive(graph))
      }),
      { numRuns: 2_000 },
    )
  })

  test('a long path takes no stack', () => {
    const length = 200_000
    const line = Array.from({ length }, (_, i) => (i + 1 < length ? [i + 1] : [0]))
    expect(explored({ successors: line, goals: new Set() }).deadEnds).toEqual([
      { first: 0, size: length, isBottom: true, isCyclic: true },
    ])
  })
})
