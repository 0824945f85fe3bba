import { byteCount, rounded, wallTime, whole } from '@quorate/core/experiments'
import type {
  ExplorationResult,
  LivenessCheck,
  LivenessResult,
  SearchProgress,
} from '@quorate/core/explorer'
import type { AnyNode } from '@quorate/core/model'
import { ProgressLine } from '../progress-line.ts'
import { type Going, inSlices } from '../until-interrupted.ts'

/** A search through the states of a world, in slices. */
export interface Search {
  /** Returns whether anything is left to do. */
  advance(states: number): boolean
  progress(): SearchProgress
  result(): ExplorationResult
}

/** States between two looks at the clock, the terminal and the signals. */
const statesPerSlice = 5_000
/** The remaining time is judged by what the latest so many seconds have brought. */
const windowSeconds = 3

/** The live line of a search that others do, in threads. */
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
    this.#outlook.note(progress)
    const seconds = (performance.now() - this.#started) / 1000
    this.#line.show(() => `${this.#name}: ${liveLine(progress, seconds, this.#outlook)}`)
  }

  clear(): void {
    this.#line.clear()
  }
}

/**
 * Searches to the end, with a live line on stderr. Ctrl-C ends it early.
 * @param isEnough whether to end it though there is more to see
 */
export async function runSearch(
  search: Search,
  name: string,
  isEnough?: () => boolean,
): Promise<Going> {
  const outlook = new Outlook()
  return inSlices(
    () => {
      const over = !search.advance(statesPerSlice)
      outlook.note(search.progress())
      return over || isEnough?.() === true
    },
    (seconds) => `${name}: ${liveLine(search.progress(), seconds, outlook)}`,
  )
}

/** Looks at a finished exploration once more, for what is reached in the end. */
export async function runLiveness(
  check: LivenessCheck<AnyNode>,
  name: string,
): Promise<Going & { readonly result: LivenessResult }> {
  const going = await inSlices(
    () => !check.advance(statesPerSlice),
    () => {
      const { visited, states } = check.progress()
      return `${name}: what is reached in the end, ${whole(visited)} of ${whole(states)} states`
    },
  )
  return { ...going, result: check.result() }
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
class Outlook {
  readonly #points: Point[] = []
  #waiting = 0

  note({ uniqueStates, waiting }: SearchProgress, seconds = performance.now() / 1000): void {
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
