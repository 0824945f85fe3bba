/** How much is spent on a reproduction: seconds for a first look, or minutes for figures to rely on. */
export type Effort = 'quick' | 'full'

/** One published figure beside ours. */
export interface Row {
  /** What it is a figure of: `q = 0.1, 6 confirmations`. */
  readonly name: string
  /** As published; of a formula, its value. */
  readonly theirs: number
  readonly ours: number
  /** Of ours, where it was measured in random runs. */
  readonly standardError?: number
  /** When the two agree, in words: `3 standard errors`. It was said before the figure was known. */
  readonly tolerance: string
  readonly agrees: boolean
  /** How many runs, or attempts, or blocks ours was measured in; 1 for what was computed. */
  readonly runs: number
  /** How ours was come by: what was run, and with which seeds. */
  readonly how: string
  /** What ours was computed from, to be drawn, where that is more than one figure. */
  readonly points?: readonly (readonly [x: number, y: number])[]
  /** Why the two differ, where they do and the reason is known. */
  readonly finding?: string
}

/** A curve to draw. */
interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** `curve`: a formula; `points`: measured; left out: measured, and joined by a line. */
  readonly style?: 'curve' | 'points'
}

/** One axis of a plot. */
interface Axis {
  /** With its unit: `downtime, ms`. */
  readonly label: string
  readonly scale: 'linear' | 'log'
}

/** The figures of one reproduction as a picture. */
interface Plot {
  readonly x: Axis
  readonly y: Axis
  /** Of the rows that a run gave: the measured points, and the published curve. */
  series(rows: readonly Row[]): Series[]
}

/** One published result, and how to measure it anew. */
export interface Reproduction {
  /** As typed on the command line: `double-spend`. */
  readonly name: string
  /** As a heading. */
  readonly title: string
  /** The paper and the place in it. */
  readonly source: string
  /**
   * Measures. The same effort gives the same rows, on every machine.
   * @param progress told now and then how much is done, of how much
   */
  run(effort: Effort, progress?: (done: number, total: number) => void): Row[]
  readonly plot?: Plot
}

/** How many standard errors a measured figure may be from the published one. */
const mostErrors = 3

/** A row for what was measured: it agrees within three standard errors. */
export function measuredRow(row: {
  readonly name: string
  readonly theirs: number
  readonly ours: number
  readonly standardError: number
  readonly runs: number
  readonly how: string
}): Row {
  const agrees = Math.abs(row.ours - row.theirs) <= mostErrors * row.standardError
  return { ...row, tolerance: `${mostErrors} standard errors`, agrees }
}

/** A row for what was computed: it agrees to so many decimal places of the published figure. */
export function computedRow(row: {
  readonly name: string
  readonly theirs: number
  readonly ours: number
  readonly decimals: number
  readonly how: string
}): Row {
  const { name, theirs, ours, decimals, how } = row
  let unit = 1
  for (let i = 0; i < decimals; i += 1) unit /= 10
  // Half a unit of the last place, and what rounding does to a half.
  const agrees = Math.abs(ours - theirs) <= unit * 0.5001
  const tolerance = decimals === 0 ? 'exactly' : `${decimals} decimal places`
  return { name, theirs, ours, tolerance, agrees, runs: 1, how }
}
