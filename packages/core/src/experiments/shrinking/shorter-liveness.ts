import { edited, lengthOf, type Reductions, type Search } from './reduction.ts'
import type { Shown } from './shrinking.ts'

/**
 * What must happen at last is waited for: but no longer than shows that it does not happen, and where
 * less goes on meanwhile.
 */
export function* shorterLiveness(search: Search, given: Shown): Reductions {
  const { plan, property } = search.best()
  if (property.kind !== 'liveness') return
  if (property.name !== 'progress' && property.name !== 'termination') {
    yield* shorterRun(search)
    return
  }
  // A protocol's timers fit the network; on the slowest one they are set for its bound.
  const { network: _network, parameters: _parameters, ...rest } = plan.scenario
  const { parameters } = given.scenario
  yield {
    scenario: { ...rest, network: 'wan', ...(parameters && { parameters }) },
    longest: lengthOf(search.best()) * 0.8,
  }
}

/** Such properties state themselves by when a run must show them: the shortest run that is long enough. */
function* shorterRun(search: Search): Reductions {
  let tooShortMs = 0
  for (;;) {
    const endMs = search.best().plan.endMicros / 1_000
    const ms = Math.round((tooShortMs + endMs) / 2)
    if (ms <= tooShortMs || ms >= endMs || endMs - tooShortMs < endMs / 20) return
    if (!(yield edited(search.best(), { for: `${ms}ms` }))) tooShortMs = ms
  }
}
