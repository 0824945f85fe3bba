import type { StepWay } from './step-outcome.ts'

/** Whether nobody can tell two ways that a step can go apart. */
export function sameEffect(left: StepWay, right: StepWay): boolean {
  return (
    left.next === right.next &&
    left.thrown === right.thrown &&
    left.sent.length === right.sent.length &&
    left.sent.every((envelope, i) => envelope === right.sent[i]) &&
    saidOf(left) === saidOf(right)
  )
}

/** What a step put out and answered, as text to compare. */
function saidOf({ outputs, replies }: StepWay): string {
  return JSON.stringify([outputs, replies])
}
