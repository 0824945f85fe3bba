import type { Micros } from '../../model/index.ts'
import { Random } from '../../model/random.ts'
import { formatDuration } from '../../simulator/faults/units.ts'
import type { Plan } from '../plan.ts'
import type { Scenario } from '../scenario.ts'
import type { Candidate } from './reductions.ts'
import type { Shown } from './shrinking.ts'

/** A run of so many events is short enough: the rest is for the other reductions, which know what they do. */
const shortEnough = 300
const shortestTry = 100
/** It is left at that once so much of what may be tried was spent in vain, and at the latest once so much was spent. */
const shareInVain = 0.25
const shareInAll = 0.5
/** Tries that cannot be run cost nothing: so many end it too. */
const mostInVain = 2_000
/** How far a try goes, against the shortest run known, and at most: the shorter, the cheaper, and the more is gained. */
const shares = [0.1, 0.3, 0.8, 0.8]
const longest = 15_000

/**
 * Runs of the given scenario, and of the shortest one known, with other seeds, and often with fewer
 * nodes and with clients that ask for less; each only as far as is worth while. What a run shows after
 * ten thousand events another may show after three hundred, and then all other reductions are thirty
 * times as cheap: for in a log nearly all that happened is in the causal past of a violation.
 */
export function* otherLuck(
  given: Shown,
  best: () => Shown,
  spentShare: () => number,
): Generator<Candidate, void, boolean> {
  const random = new Random(given.plan.seed).split('other luck')
  let end = shareInVain
  for (let inVain = 0; inVain < mostInVain && spentShare() < end; inVain++) {
    const { length } = best().experiment.world.trace
    if (length <= shortEnough) return
    const like = random.pick([given, best()])
    const scenario = { ...like.scenario, ...luck(like, random) }
    const events = Math.min(longest, Math.floor(length * random.pick(shares)))
    if (yield { scenario, longest: Math.max(shortestTry, events) }) {
      inVain = 0
      end = Math.min(shareInAll, spentShare() + shareInVain)
    }
  }
}

function luck({ plan, property }: Shown, random: Random): Partial<Scenario> {
  const { scenario, nodes, endMicros } = plan
  const seed = random.below(2 ** 31)
  const fewerNodes = random.bernoulli(0.4) ? 1 + random.below(nodes) : nodes
  const share = random.pick([1, 1, 0.3, 0.1])
  // What must have happened by the end of the run is not to be asked of a shorter one, but for progress, which has its time.
  const mayEndEarlier = property.kind === 'safety' || !isOfTheEnd(property.name)
  return {
    seed,
    ...(scenario.hashPower || fewerNodes === nodes ? {} : { nodes: fewerNodes }),
    ...lessAsked(plan, random),
    ...(mayEndEarlier && share < 1 ? { for: shorter(endMicros, share) } : {}),
  }
}

function isOfTheEnd(property: string): boolean {
  return property !== 'progress' && property !== 'termination'
}

function shorter(micros: Micros, share: number): string {
  return formatDuration(Math.max(1, Math.round(micros * share)))
}

/** Fewer clients, who take their time. */
function lessAsked({ scenario, workload, clients }: Plan, random: Random): Partial<Scenario> {
  const fewer = random.pick([clients, clients, Math.min(clients, 2), Math.min(clients, 1)])
  const thinkTime = random.pick([undefined, undefined, '50ms', '300ms'])
  return {
    ...(fewer < clients ? { clients: fewer } : {}),
    ...(workload === 'key-value' && scenario.rate === undefined && thinkTime ? { thinkTime } : {}),
  }
}
