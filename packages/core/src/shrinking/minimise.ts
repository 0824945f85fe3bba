/**
 * What is left of a list when nothing more can be left out of it, and whether that is known.
 */
export interface Minimised<T> {
  /** In the order of the whole list. */
  readonly kept: readonly T[]
  /** Whether each single element was tried without, and is needed: false where the tests ran out. */
  readonly minimal: boolean
  /** How many lists were tried. */
  readonly tests: number
}

export interface MinimiseOptions {
  /** At most so many lists are tried; left out, as many as it takes: at most quadratic in the length of the list. */
  readonly maximumTests?: number
  /** Asked before each test: true where what a test costs is spent. */
  exhausted?(): boolean
}

/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002):
 * a shortest list that still fails, in the sense that no single element can be left out of it.
 *
 * Deterministic: the same list and the same answers give the same result. `stillFails` is not asked
 * of the whole list, which is known to fail; and may be asked of the empty one.
 * @param stillFails whether a part of the list, in its order, shows the failure too
 */
export function minimise<T>(
  list: readonly T[],
  stillFails: (part: readonly T[]) => boolean,
  options: MinimiseOptions = {},
): Minimised<T> {
  const { maximumTests = Number.POSITIVE_INFINITY } = options
  const search = new Minimisation(list)
  while (!search.over && search.tests < maximumTests && !options.exhausted?.()) {
    search.answer(stillFails(search.candidate))
  }
  return search.result
}

/**
 * The same, one question at a time: for whoever cannot answer at once, or wants to be interrupted.
 * While it is not `over`, `candidate` is the next part to try, and `answer` says what it showed.
 *
 * Pieces of the list are left out, first the whole, then halves, quarters and so on down to single
 * elements; these are gone through until none of them can be left out. (The paper's tests of a
 * single piece alone are left out but for the halves: what only one piece of many would show is found
 * by leaving out the others.) Pieces are tried from the end: what comes late in a run has fewer
 * consequences, so that leaving it out leaves more of the rest as it was.
 */
export class Minimisation<T> {
  tests = 0
  /** Nothing is left to be tried: what is kept is minimal. */
  over = false
  private kept: readonly T[]
  /** The length of the pieces that are left out now. */
  private size: number
  /** The piece that is left out now ends there. */
  private end: number
  /** Whether a piece of this size was left out since all were gone through from the end. */
  private shorter = false
  private readonly smallest: number

  /** @param smallest no pieces shorter than that are tried: with more than 1, what is kept may not be minimal */
  constructor(list: readonly T[], smallest = 1) {
    this.kept = list
    this.smallest = smallest
    this.size = list.length
    this.end = list.length
    this.over = list.length === 0
  }

  get result(): Minimised<T> {
    const minimal = this.over && (this.smallest <= 1 || this.kept.length === 0)
    return { kept: this.kept, minimal, tests: this.tests }
  }

  /** What is kept, without the piece that is tried now. */
  get candidate(): readonly T[] {
    return [...this.kept.slice(0, this.start), ...this.kept.slice(this.end)]
  }

  private get start(): number {
    return Math.max(0, this.end - this.size)
  }

  /** @param fails whether the candidate showed the failure */
  answer(fails: boolean): void {
    if (this.over) throw new Error('the list is minimal: there is nothing to be answered')
    this.tests++
    const { start } = this
    if (fails) {
      this.kept = this.candidate
      this.shorter = true
    }
    this.end = start
    if (this.end === 0) this.goThroughAgain()
  }

  /** All pieces of this size were tried. */
  private goThroughAgain(): void {
    const { length } = this.kept
    this.end = length
    const next = Math.max(1, Math.min(Math.floor(this.size / 2), Math.ceil(length / 2)))
    const last = this.size === 1 ? !this.shorter : next < this.smallest
    if (length === 0 || last) this.over = true
    else this.size = next
    this.shorter = false
  }
}
