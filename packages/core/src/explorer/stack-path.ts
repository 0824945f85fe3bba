import type { AnyNode } from '../model/machine.ts'
import type { SearchStack } from './search-stack.ts'
import type { StateSpace } from './state-space.ts'
import type { Step } from './step.ts'

/** The events that led to a state on the stack: each is found by expanding again what it followed. */
export function stackPath<N extends AnyNode>(
  space: StateSpace<N>,
  stack: SearchStack<N>,
  place: number,
): Step[] {
  return stack.wayTo(place).map((at) => stepTo(space, stack, at))
}

function stepTo<N extends AnyNode>(
  space: StateSpace<N>,
  stack: SearchStack<N>,
  place: number,
): Step {
  let found: Step | undefined
  stack.closed = true
  space.expand(stack.parents[place] as number, {
    reached: () => {
      if (stack.isLatest(place)) found ??= space.step()
    },
    threw: () => {},
  })
  stack.closed = false
  if (!found) throw new Error(`no step leads to state ${place} of the stack`)
  return found
}
