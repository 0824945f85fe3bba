import type { Micros } from '../../model/index.ts'
import type { Step } from '../../simulator/steps/step.ts'

/** Whether a step is of some sort. */
type Sort = (step: Step) => boolean

/**
 * Sorts of steps of which all may be needless at once: those of one kind, of one client, of one node,
 * of one link, messages of one kind and timeouts of one timer.
 */
export function sortsOf(steps: readonly Step[]): Sort[] {
  const names = new Set(steps.flatMap((step) => namesOf(step)))
  return [...names].map((name) => (step) => namesOf(step).includes(name))
}

/** The names of the sorts that a step is of, from the most general on. */
function namesOf(step: Step): string[] {
  const { kind } = step
  switch (kind) {
    case 'ask':
      return [kind, `client ${step.client}`, `node ${step.to}`]
    case 'deliver': {
      const link = `link ${step.from}>${step.to}`
      return [`node ${step.from}`, `node ${step.to}`, `${kind} ${step.message}`, link]
    }
    case 'answer':
      return [kind, `client ${step.client}`, `node ${step.from}`]
    case 'draw':
      return [kind, `node ${step.node}`]
    case 'timeout':
      return [`node ${step.node}`, `${kind} ${step.timer}`, `${kind} ${step.timer} ${step.node}`]
  }
}

/** When a step happens: of what travels, when it arrives. */
export function happensMicros(step: Step): Micros {
  return 'atMicros' in step ? step.atMicros : step.sentMicros + step.takesMicros
}

/** Steps in the order in which they happen. */
export function inOrder(steps: readonly Step[]): Step[] {
  return [...steps].sort((left, right) => happensMicros(left) - happensMicros(right))
}
