import { type Experiment, rounded, whole } from '@quorate/core/experiments'
import { ProgressLine } from './progress-line.ts'

/** Events between two looks at the clock, the terminal and the signals. */
const eventsPerSlice = 20_000
/** What asks a run to end with what is known so far. A second one ends the process. */
const interruptions = ['SIGINT', 'SIGTERM'] as const

/** How a run went. */
export interface Going {
  readonly wallSeconds: number
  readonly interrupted: boolean
}

/**
 * Runs an experiment to its end, or until so many events have happened, with a live line on stderr.
 * Ctrl-C ends it early.
 */
export async function runToEnd(
  experiment: Experiment,
  untilEvent = Number.POSITIVE_INFINITY,
): Promise<Going> {
  const { trace } = experiment.world
  return interruptible(
    () =>
      trace.length >= untilEvent ||
      experiment.advance(Math.min(eventsPerSlice, untilEvent - trace.length)),
    (seconds) => liveLine(experiment, seconds),
  )
}

/**
 * Does something slice by slice, until a slice says that it was the last, with a live line on stderr.
 * Ctrl-C ends it early.
 * @param live what the line says, so many seconds after the beginning
 */
export async function interruptible(
  slice: () => boolean,
  live: (seconds: number) => string,
): Promise<Going> {
  const progress = new ProgressLine()
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  let interrupted = false
  const interrupt = () => {
    interrupted = true
  }
  for (const signal of interruptions) process.once(signal, interrupt)
  while (!interrupted && !slice()) {
    progress.show(() => live(seconds()))
    // Lets signals in.
    await new Promise(setImmediate)
  }
  progress.clear()
  for (const signal of interruptions) process.removeListener(signal, interrupt)
  return { wallSeconds: seconds(), interrupted }
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
