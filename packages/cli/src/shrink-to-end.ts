import { type Scenario, Shrinking, type Shrunk, sizeText, whole } from '@quorate/core/experiments'
import { inSlices } from './until-interrupted.ts'

/** Events between two looks at the clock, the terminal and the signals. */
const eventsPerSlice = 20_000

/**
 * Reduces a violated run to its end, with a live line on stderr. Ctrl-C ends it early, with the best so far.
 * @returns `shrunk` undefined where it was interrupted before the run itself had been run again
 */
export async function shrinkToEnd(
  scenario: Scenario,
): Promise<{ readonly shrunk: Shrunk | undefined; readonly interrupted: boolean }> {
  const shrinking = new Shrinking(scenario)
  const { interrupted } = await inSlices(
    () => shrinking.advance(eventsPerSlice),
    () => liveLine(shrinking),
  )
  return { shrunk: shrinking.result, interrupted }
}

function liveLine({ result, tests }: Shrinking): string {
  const so = result ? `shrinking, so far to ${sizeText(result.to)}` : 'shrinking'
  return `${so}, ${whole(tests)} runs tried`
}
