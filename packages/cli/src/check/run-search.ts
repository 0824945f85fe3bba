import { byteCount, rounded, wallTime, whole } from '@quorate/core/experiments'
import type {
  ExplorationResult,
  LivenessCheck,
  LivenessResult,
  SearchProgress,
} from '@quorate/core/explorer'
import type { AnyNode } from '@quorate/core/model'
import { ProgressLine } from '../progress-line.ts'

/** A search through the states of a world, in slices. */
export interface Search {
  /** Returns whether anything is left to do. */
  advance(states: number): boolean
  progress(): SearchProgress
  result(): ExplorationResult
}

/** How a search went. */
export interface SearchGoing {
  readonly seconds: number
  readonly interrupted: boolean
}

const interruptions = ['SIGINT', 'SIGTERM'] as const
/** States between two looks at the clock, the terminal and the signals. */
const statesPerSlice = 5_000
/** The remaining time is judged by what the latest so many seconds have brought. */
const windowSeconds = 3

/** The live line of a search. */
export class ProgressReport {
  readonly #name: string
  readonly #line = new ProgressLine()
  readonly #started = performance.now()
  readonly #outlook = new Outlook()

  /** @param name of the world */
  constructor(name: string) {
    this.#name = name
  }

  show(progress: SearchProgress): void {
    const seconds = (performance.now() - this.#started) / 1000
    this.#outlook.note(seconds, progress)
    this.#line.show(() => `${this.#name}: ${liveLine(progress, seconds, this.#outlook)}`)
  }

  clear(): void {
    this.#line.clear()
  }
}

/** Searches to the end, with a live line on stderr. Ctrl-C ends it early. */
export async function runSearch(search: Search, name: string): Promise<SearchGoing> {
  const report = new ProgressReport(name)
  const going = await inSlices(
    () => search.advance(statesPerSlice),
    () => report.show(search.progress()),
  )
  report.clear()
  return going
}

/** Looks at a finished exploration once more, for what is reached in the end. */
export async function runLiveness(
  check: LivenessCheck<AnyNode>,
  name: string,
): Promise<SearchGoing & { readonly result: LivenessResult }> {
  const line = new ProgressLine()
  const going = await inSlices(
    () => check.advance(statesPerSlice),
    () =>
      line.show(() => {
        const { visited, states } = check.progress()
        return `${name}: what is reached in the end, ${whole(visited)} of ${whole(states)} states`
      }),
  )
  line.clear()
  return { ...going, result: check.result() }
}

/** Goes on until there is nothing left to do, or Ctrl-C. */
async function inSlices(advance: () => boolean, show: () => void): Promise<SearchGoing> {
  const { result: _, ...going } = await until(async (signal) => {
    while (!signal.aborted && advance()) {
      show()
      // Lets signals in.
      await new Promise(setImmediate)
    }
  })
  return going
}

/** Does something that Ctrl-C ends early, and says how long it took. */
export async function until<T>(
  act: (signal: AbortSignal) => Promise<T>,
): Promise<SearchGoing & { readonly result: T }> {
  const started = performance.now()
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  for (const signal of interruptions) process.once(signal, interrupt)
  try {
    const result = await act(controller.signal)
    const seconds = (performance.now() - started) / 1000
    return { seconds, interrupted: controller.signal.aborted, result }
  } finally {
    for (const signal of interruptions) process.removeListener(signal, interrupt)
  }
}

function liveLine(now: SearchProgress, seconds: number, outlook: Outlook): string {
  const speed = `${whole(Math.round(now.uniqueStates / seconds))} a second`
  const memory = byteCount(process.memoryUsage().rss)
  const parts = [
    `${whole(now.uniqueStates)} states`,
    `depth ${whole(now.depth)}`,
    speed,
    memory,
    `${whole(now.waiting)} to expand, ${outlook.text()}`,
  ]
  return parts.join(', ')
}

interface Point {
  readonly seconds: number
  readonly found: number
  readonly expanded: number
}

/**
 * How long a search may still take, judged as a branching process: where each expanded state brings r
 * new ones, with r < 1, those that wait bring waiting / (1 − r) expansions in all.
 */
export class Outlook {
  readonly #points: Point[] = []
  #waiting = 0

  note(seconds: number, { uniqueStates, waiting }: SearchProgress): void {
    this.#points.push({ seconds, found: uniqueStates, expanded: uniqueStates - waiting })
    this.#waiting = waiting
    const oldest = this.#points[1]
    if (oldest && oldest.seconds < seconds - windowSeconds) this.#points.shift()
  }

  /** The seconds that remain; undefined while the search grows, or where too little is known. */
  remainingSeconds(): number | undefined {
    const first = this.#points[0]
    const last = this.#points.at(-1)
    if (!first || !last || last.expanded === first.expanded) return undefined
    const expanded = last.expanded - first.expanded
    const ratio = (last.found - first.found) / expanded
    if (ratio >= 1) return undefined
    const perSecond = expanded / (last.seconds - first.seconds)
    return this.#waiting / (1 - ratio) / perSecond
  }

  text(): string {
    const seconds = this.remainingSeconds()
    if (seconds === undefined) return 'growing'
    return seconds < 1
      ? 'nearly done'
      : `about ${wallTime(Number(rounded(seconds).replaceAll(',', '')))} left`
  }
}
