import type { AnyNode } from '../model/machine.ts'
import type { Setting } from './options.ts'
import type { StateSpace } from './state-space.ts'
import type { Step } from './step.ts'

/** The states that a search has seen, for whoever looks at all of them again. */
export interface StateGraph<N extends AnyNode> {
  readonly setting: Setting<N>
  readonly space: StateSpace<N>
  /** Whether what follows the state was explored: not where a constraint or a bound forbids it. */
  isExplored(state: number): boolean
  /** The events on a way to the state; where the search was breadth first, a shortest one. */
  pathTo(state: number): readonly Step[]
}
