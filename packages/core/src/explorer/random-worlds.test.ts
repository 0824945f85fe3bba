import { describe, expect, test } from 'vitest'
import type { AnyNode, Invariant, NodeId } from '../model/index.ts'
import {
  bitstate,
  checkLiveness,
  DepthFirst,
  Exploration,
  type ExplorationResult,
  type ExploreOptions,
  explore,
  Guided,
  replay,
} from './index.ts'
import { countOrbits } from './testing/orbits.ts'
import { isCalm, randomWorld } from './testing/random-world.ts'
import { stateTexts } from './testing/state-text.ts'

const everything = Number.POSITIVE_INFINITY
/** A world of more states is passed over. */
const mostStates = 500

interface Explored {
  readonly seed: number
  readonly options: ExploreOptions
  readonly exploration: Exploration<AnyNode>
  readonly result: ExplorationResult
}

/** The worlds of some seeds that are small, each explored breadth first; the first state of each is one. */
function* worldsOf(
  count: number,
  optionsOf: (seed: number) => ExploreOptions = randomWorld,
): Generator<Explored> {
  for (let seed = 0; seed < count; seed += 1) {
    const options = optionsOf(seed)
    const bounds = { ...options.bounds, states: mostStates }
    const exploration = new Exploration({ ...options, bounds })
    exploration.advance(everything)
    const result = exploration.result()
    if (result.verdict === 'inconclusive' || result.violation?.path.length === 0) continue
    yield { seed, options, exploration, result }
  }
}

/** All ends, all histories, and how much nodes can do. */
function preserved(exploration: Exploration<AnyNode>): object {
  const { nodeStates, runs, verdict, uniqueStates } = exploration.result()
  if (verdict !== 'held') return { verdict }
  const { setting, space } = exploration.graph()
  const textOf = stateTexts(setting, space)
  const ends: string[] = []
  const histories = new Set<string>()
  for (let state = 0; state < uniqueStates; state += 1) {
    let goesOn = false
    const note = () => {
      goesOn = true
    }
    space.expand(state, { reached: note, threw: note })
    if (!goesOn) ends.push(textOf(state))
    histories.add(JSON.stringify(setting.histories?.at(space.history(state)) ?? null))
  }
  return { verdict, ends: ends.sort(), histories: [...histories].sort(), nodeStates, runs }
}

const phaseOf = (nodes: ReadonlyMap<NodeId, AnyNode>, node: NodeId) =>
  (nodes.get(node) as { phase: number } | undefined)?.phase

const neverCalm: Invariant<AnyNode> = {
  property: 'node 1 is never calm',
  broken: (nodes) =>
    phaseOf(nodes, 1) === 2 ? { nodes: [1], message: 'node 1 is calm' } : undefined,
}

describe('in worlds drawn at random', () => {
  test('partial order reduction leaves out no end, no history, no step and no error', () => {
    let smaller = 0
    let threw = 0
    for (const { seed, options, exploration, result } of worldsOf(700)) {
      const bounds = { ...options.bounds, states: 20 * mostStates }
      const reduced = new Exploration({ ...options, bounds, reduction: 'partial-order' })
      reduced.advance(everything)
      expect([seed, preserved(reduced)]).toEqual([seed, preserved(exploration)])
      if (reduced.result().uniqueStates < result.uniqueStates) smaller += 1
      if (result.violation) threw += 1
    }
    expect(Math.min(smaller, threw)).toBeGreaterThan(30)
  })

  test('symmetry counts the orbits, and finds what breaks in as many steps', () => {
    let whole = 0
    let broken = 0
    const symmetric = (seed: number): ExploreOptions => ({
      ...randomWorld(seed, { symmetric: true }),
      invariants: seed % 2 === 0 ? [neverCalm] : [],
    })
    for (const { seed, options, result } of worldsOf(500, symmetric)) {
      const { verdict, uniqueStates, violation, symmetry } = explore({
        ...options,
        symmetry: 'nodes',
      })
      expect([seed, verdict]).toEqual([seed, result.verdict])
      expect([seed, violation?.path.length]).toEqual([seed, result.violation?.path.length])
      if (violation) {
        const { nodes, steps } = replay(options, violation.path)
        const shown = neverCalm.broken(nodes) ?? steps.at(-1)?.thrown
        expect([seed, shown]).not.toEqual([seed, undefined])
        broken += 1
      } else if (symmetry?.group === factorial(options.nodes)) {
        const all = Array.from({ length: options.nodes }, (_, node) => node)
        expect([seed, uniqueStates]).toEqual([seed, countOrbits(options, all).orbits])
        whole += 1
      }
    }
    expect(Math.min(whole, broken)).toBeGreaterThan(20)
  })

  test('depth first sees what breadth first sees, whatever the bound of the depth; what it finds replays', () => {
    const watched = (seed: number): ExploreOptions => ({
      ...randomWorld(seed),
      invariants: seed % 3 === 0 ? [neverCalm] : [],
      sometimes: [{ property: 'calm', holds: ({ nodes }) => isCalm(nodes) }],
      ...(seed % 5 === 0 ? { constraint: (nodes) => phaseOf(nodes, 0) !== 1 } : {}),
    })
    let cut = 0
    for (const { seed, options, result } of worldsOf(300, watched)) {
      const bounds = { ...options.bounds, states: 20 * mostStates }
      const search = new DepthFirst({ ...options, bounds })
      while (search.advance(50));
      const found = search.result()
      if (!result.violation) expect([seed, seenIn(found)]).toEqual([seed, seenIn(result)])
      else if (found.violation) {
        const { path } = found.violation
        expect(path.length).toBeGreaterThanOrEqual(result.violation.path.length)
        expect(replay(options, path).steps).toHaveLength(path.length)
      } else expect(found.verdict).toBe('inconclusive')
      const near = { ...options, bounds: { ...options.bounds, depth: seed % 7 } }
      const nearby = new DepthFirst(near)
      while (nearby.advance(7));
      expect([seed, seenIn(nearby.result())]).toEqual([seed, seenIn(explore(near))])
      if (nearby.result().verdict === 'inconclusive') cut += 1
    }
    expect(cut).toBeGreaterThan(30)
  })

  test('searches that pass states over never say that anything is proved, and see no state that is none', () => {
    let passedOver = 0
    for (const { seed, options, result } of worldsOf(300)) {
      if (result.violation) continue
      const bits = bitstate(options, { bytes: 64 * (1 + (seed % 20)) })
      const walks = new Guided(options, { seed, steps: 200, length: 20 })
      for (const search of [bits, walks]) {
        while (search.advance(100));
        const { verdict, complete, uniqueStates } = search.result()
        expect({ seed, verdict, complete }).toEqual({
          seed,
          verdict: 'inconclusive',
          complete: false,
        })
        expect(uniqueStates).toBeLessThanOrEqual(result.uniqueStates)
        if (uniqueStates < result.uniqueStates) passedOver += 1
      }
    }
    expect(passedOver).toBeGreaterThan(30)
  })

  test('liveness: the states without a goal are those from which a plain search finds none', () => {
    let hopeless = 0
    let lassos = 0
    for (const { seed, options, exploration, result } of worldsOf(400)) {
      if (result.violation) continue
      const { verdict, statesWithoutGoal, violation } = checkLiveness(
        exploration,
        { property: 'calm', reached: isCalm },
        1_000,
      )
      const expected = statesWithout(exploration)
      expect([seed, statesWithoutGoal]).toEqual([seed, expected])
      if (expected === 0) expect(verdict).toBe('held')
      else hopeless += 1
      if (!violation || violation.cycle.length === 0) continue
      const round = replay(options, [...violation.path, ...violation.cycle]).steps
      const before = violation.path.length === 0 ? 0 : round[violation.path.length - 1]?.state
      expect([seed, round.at(-1)?.state]).toEqual([seed, before])
      lassos += 1
    }
    expect(hopeless).toBeGreaterThan(30)
    expect(lassos).toBeGreaterThan(3)
  })
})

function seenIn({ verdict, complete, uniqueStates, generatedStates, ...rest }: ExplorationResult) {
  if (rest.violation) return { verdict }
  const shown = rest.sometimes.map(({ depth }) => depth !== undefined)
  return { verdict, complete, uniqueStates, generatedStates, shown }
}

function factorial(count: number): number {
  return count <= 1 ? 1 : count * factorial(count - 1)
}

/** States from which no calm one can be reached, found by going back from those that are, until nothing changes. */
function statesWithout(exploration: Exploration<AnyNode>): number {
  const { setting, space } = exploration.graph()
  const states = Array.from({ length: space.states.count }, (_, state) => state)
  const followers = states.map((state) => {
    const found: number[] = []
    space.expand(state, { reached: (next) => found.push(next), threw: () => {} })
    return found
  })
  const hopeful = states.map((state) => {
    const live = new Map<NodeId, AnyNode>()
    for (const [place, node] of setting.nodes.entries()) {
      const fields = node.node(space.local(state, place))
      if (fields && !setting.twins.isTwin(node.self)) live.set(node.self, fields)
    }
    return isCalm(live)
  })
  for (let moved = true; moved; ) {
    moved = false
    for (const state of states) {
      if (hopeful[state] || !followers[state]?.some((next) => hopeful[next])) continue
      hopeful[state] = true
      moved = true
    }
  }
  return hopeful.filter((isHopeful) => !isHopeful).length
}
