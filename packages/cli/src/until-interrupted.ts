import { ProgressLine } from './progress-line.ts'

/** What asks a command to end with what is known so far. A second one ends the process. */
const interruptions = ['SIGINT', 'SIGTERM'] as const

/** How something went that Ctrl-C can end early. */
export interface Going {
  readonly wallSeconds: number
  readonly interrupted: boolean
}

/** Does something that Ctrl-C asks to end early, and says how long it took. */
export async function untilInterrupted<T>(
  act: (signal: AbortSignal) => Promise<T>,
): Promise<Going & { readonly result: T }> {
  const started = performance.now()
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  for (const signal of interruptions) process.once(signal, interrupt)
  try {
    const result = await act(controller.signal)
    const wallSeconds = (performance.now() - started) / 1000
    return { wallSeconds, interrupted: controller.signal.aborted, result }
  } finally {
    for (const signal of interruptions) process.removeListener(signal, interrupt)
  }
}

/**
 * Does something slice by slice, until a slice says that it was the last, with a live line on stderr.
 * Ctrl-C ends it early.
 * @param live what the line says, so many seconds after the beginning
 */
export async function inSlices(
  slice: () => boolean,
  live: (seconds: number) => string,
): Promise<Going> {
  const progress = new ProgressLine()
  const started = performance.now()
  const { result: _, ...going } = await untilInterrupted(async (signal) => {
    while (!signal.aborted && !slice()) {
      progress.show(() => live((performance.now() - started) / 1000))
      // Lets signals in.
      await new Promise(setImmediate)
    }
  })
  progress.clear()
  return going
}
