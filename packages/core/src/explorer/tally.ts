import type { AnyNode } from '../model/machine.ts'
import type { Certainty } from './certainty.ts'
import type { ExplorationResult, ExploredViolation } from './exploration.ts'
import type { ExploreOptions } from './options.ts'

/** What one search has seen, or one of several that share what they have seen: plain data. */
export interface Tally {
  /** States that it was the first to see. */
  readonly uniqueStates: number
  readonly generatedStates: number
  /** The most events in a row that it took. */
  readonly depth: number
  /** States that nothing was to follow, because the bound of the depth was reached; below zero where another search had counted them. */
  readonly atLimit: number
  /** Whether nothing waits to be expanded. */
  readonly exhausted: boolean
  readonly nodeStates: number
  readonly envelopes: number
  readonly runs: number
  readonly exampleDepths: readonly (number | undefined)[]
  readonly violation: ExploredViolation | undefined
}

/**
 * The result of searches that have seen all states together, each once. Of what each of them had to
 * make for itself (states of single nodes, messages) it has those of the search that made most.
 */
export function tallied<N extends AnyNode>(
  { bounds = {}, sometimes = [] }: Pick<ExploreOptions<N>, 'bounds' | 'sometimes'>,
  tallies: readonly Tally[],
  certainty: Certainty,
): ExplorationResult {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((all, one) => all + of(one), 0)
  const most = (of: (tally: Tally) => number) => Math.max(...tallies.map(of))
  const violation = shortest(tallies)
  const exhausted = tallies.every((tally) => tally.exhausted) && sum((one) => one.atLimit) === 0
  const complete = !violation && exhausted && certainty.kind === 'hashed'
  return {
    verdict: violation ? 'violated' : complete ? 'held' : 'inconclusive',
    uniqueStates: sum((one) => one.uniqueStates),
    generatedStates: sum((one) => one.generatedStates),
    depth: most((one) => one.depth),
    complete,
    certainty,
    bounds,
    nodeStates: most((one) => one.nodeStates),
    envelopes: most((one) => one.envelopes),
    runs: sum((one) => one.runs),
    sometimes: sometimes.map(({ property }, i) => ({
      property,
      depth: leastOf(tallies.map(({ exampleDepths }) => exampleDepths[i])),
    })),
    violation,
  }
}

function shortest(tallies: readonly Tally[]): ExploredViolation | undefined {
  const found = tallies.flatMap(({ violation }) => (violation ? [violation] : []))
  return found.sort((left, right) => left.path.length - right.path.length)[0]
}

function leastOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
