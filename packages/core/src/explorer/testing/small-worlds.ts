import type { AnyNode, CheckWorld, Mutant, Protocol } from '../../model/index.ts'
import { checkLiveness, Exploration, explore, worldOptions } from '../index.ts'

/** What the exploration of a world comes to, in figures to compare. */
export interface WorldCounts {
  readonly uniqueStates: number
  readonly generatedStates: number
  readonly depth: number
}

/** Larger worlds are asked for safety alone: whether a goal is reached takes as long again. */
const mostStatesForLiveness = 400_000

/**
 * Explores one of the protocol's worlds whole.
 * @throws Error where something is violated, or never reached in the end, or not everything was seen
 */
export function exploreWorld<N extends AnyNode>(protocol: Protocol<N>, name: string): WorldCounts {
  const world = protocol.worlds?.find((known) => known.name === name)
  if (world === undefined) throw new Error(`${protocol.title} has no world '${name}'`)
  const exploration = new Exploration(worldOptions(protocol, world))
  exploration.advance(Number.POSITIVE_INFINITY)
  const { violation, complete, uniqueStates, generatedStates, depth } = exploration.result()
  if (violation) throw new Error(`${violation.property}: ${violation.message}`)
  if (!complete) throw new Error('not everything was seen')
  const isSmall = uniqueStates <= mostStatesForLiveness
  if (protocol.eventually && world.liveness !== false && isSmall) {
    const { verdict, violation: never } = checkLiveness(exploration, protocol.eventually)
    if (verdict !== 'held') throw new Error(`${protocol.eventually.property}: ${never?.message}`)
  }
  return { uniqueStates, generatedStates, depth }
}

/** How a planted bug shows in the first world that shows it: its own, or one of the protocol's. */
export interface ShownBug {
  readonly property: string
  readonly steps: number
}

/**
 * The shortest counterexample of a planted bug.
 * @throws Error where no world shows it, or where the honest protocol breaks the same in as many steps
 */
export function shortestCounterexample<N extends AnyNode>(
  protocol: Protocol<N>,
  name: string,
): ShownBug {
  const mutant = protocol.mutants.find((known) => known.name === name)
  if (mutant === undefined) throw new Error(`${protocol.title} has no planted bug '${name}'`)
  for (const world of worldsOf(protocol, mutant)) {
    const { violation } = explore(worldOptions(protocol, world, mutant.node))
    if (!violation) continue
    const { property, path } = violation
    const options = worldOptions(protocol, world)
    const honest = explore({ ...options, bounds: { ...options.bounds, depth: path.length } })
    if (honest.violation) throw new Error(`the honest protocol breaks ${honest.violation.property}`)
    return { property, steps: path.length }
  }
  throw new Error('no world shows it')
}

/**
 * How many steps lead to where a planted bug keeps the goal out of reach, in the first of the
 * protocol's worlds in which it does; undefined where none does.
 */
export function stepsToHopeless<N extends AnyNode>(
  protocol: Protocol<N>,
  name: string,
): number | undefined {
  const mutant = protocol.mutants.find((known) => known.name === name)
  if (!mutant || !protocol.eventually)
    throw new Error(`${protocol.title}: no '${name}', or no goal`)
  for (const world of protocol.worlds ?? []) {
    const exploration = new Exploration(worldOptions(protocol, world, mutant.node))
    exploration.advance(Number.POSITIVE_INFINITY)
    const { violation } = checkLiveness(exploration, protocol.eventually)
    if (violation) return violation.path.length
  }
  return undefined
}

function worldsOf(protocol: Protocol, { world }: Pick<Mutant, 'world'>): readonly CheckWorld[] {
  return world ? [world] : (protocol.worlds ?? [])
}
