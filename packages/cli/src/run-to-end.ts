import { type Experiment, rounded, whole } from '@quorate/core/experiments'
import { type Going, inSlices } from './until-interrupted.ts'

/** Events between two looks at the clock, the terminal and the signals. */
const eventsPerSlice = 20_000

/**
 * Runs an experiment to its end, or until so many events have happened, with a live line on stderr.
 * Ctrl-C ends it early.
 */
export async function runToEnd(
  experiment: Experiment,
  untilEvent = Number.POSITIVE_INFINITY,
): Promise<Going> {
  const { trace } = experiment.world
  return inSlices(
    () =>
      trace.length >= untilEvent ||
      experiment.advance(Math.min(eventsPerSlice, untilEvent - trace.length)),
    (seconds) => liveLine(experiment, seconds),
  )
}

function liveLine({ world, plan, chain, decisions }: Experiment, seconds: number): string {
  const what = chain ? 'blocks' : 'decisions'
  const virtual = (world.nowMicros / 1_000_000).toFixed(1)
  const end = rounded(plan.endMicros / 1_000_000)
  const parts =
    plan.until === undefined
      ? [`${virtual} of ${end} s`, `${whole(decisions)} ${what}`]
      : [`${whole(decisions)} of ${whole(plan.until)} ${what}`, `${virtual} s`]
  const events = world.trace.length
  const speed = `${whole(Math.round(events / seconds))} a second`
  return [...parts, `${whole(events)} events`, speed].join(', ')
}
