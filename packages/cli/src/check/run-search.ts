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

/** Searches to the end, with a live line on stderr. Ctrl-C ends it early. */
export async function runSearch(search: Search, name: string): Promise<SearchGoing> {
  const outlook = new Outlook()
  return inSlices(
    () => search.advance(statesPerSlice),
    (seconds) => {
      outlook.note(seconds, search.progress())
      return `${name}: ${liveLine(search.progress(), seconds, outlook)}`
    },
  )
}

/** Looks at a finished exploration once more, for what is reached in the end. */
export async function runLiveness(
  check: LivenessCheck<AnyNode>,
  name: string,
): Promise<SearchGoing & { readonly result: LivenessResult }> {
  const going = await inSlices(
    () => check.advance(statesPerSlice),
    () => {
      const { visited, states } = check.progress()
      return `${name}: what is reached in the end, ${whole(visited)} of ${whole(states)} states`
    },
  )
  return { ...going, result: check.result() }
}

/**
 * @param advance returns whether anything is left to do
 * @param line how far it is, after so many seconds
 */
async function inSlices(
  advance: () => boolean,
  line: (seconds: number) => string,
): Promise<SearchGoing> {
  const progress = new ProgressLine()
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  let interrupted = false
  const interrupt = () => {
    interrupted = true
  }
  for (const signal of interruptions) process.once(signal, interrupt)
  while (!interrupted && advance()) {
    const text = line(seconds())
    progress.show(() => text)
    // Lets signals in.
    await new Promise(setImmediate)
  }
  progress.clear()
  for (const signal of interruptions) process.removeListener(signal, interrupt)
  return { seconds: seconds(), interrupted }
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
