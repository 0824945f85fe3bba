import type { AnyNode } from '../../model/index.ts'
import { Exploration } from '../exploration.ts'
import type { ExploreOptions } from '../options.ts'
import { permutationsOf } from '../permutations.ts'
import { stateTexts } from './state-text.ts'

/**
 * How many orbits the states of a world fall into, counted from all of them: each state is written
 * out as text, once for every way to exchange the nodes, and the least text names its orbit.
 */
export function countOrbits<N extends AnyNode>(
  options: ExploreOptions<N>,
  interchangeable: readonly number[],
): { readonly orbits: number; readonly states: number } {
  const exploration = new Exploration<N>(options)
  exploration.advance(Number.POSITIVE_INFINITY)
  const { setting, space } = exploration.graph()
  const textOf = stateTexts(setting, space)
  const renamings = permutationsOf(interchangeable, options.nodes)
  const orbits = new Set<string>()
  for (let state = 0; state < space.states.count; state += 1) {
    orbits.add(renamings.map((renaming) => textOf(state, renaming)).sort()[0] as string)
  }
  return { orbits: orbits.size, states: space.states.count }
}
