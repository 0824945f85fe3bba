import type { Micros } from '../../model/index.ts'
import { Random } from '../../model/random.ts'
import { formatFault } from '../../simulator/faults/fault-spec.ts'
import { formatDuration } from '../../simulator/faults/units.ts'
import type { Plan } from '../plan.ts'
import type { Scenario } from '../scenario.ts'
import type { Candidate } from './reduction.ts'
import type { Shown } from './shrinking.ts'

/** No run is tried for fewer events. */
const shortestTry = 100
/** How far a try goes, against the run that it is to be shorter than, and at most: the shorter, the cheaper, and the more is gained. */
const shares = [0.1, 0.2, 0.4, 0.8]
const longest = 4_000

/**
 * Runs of the given scenario, and of the shortest one known, with other seeds, and often with fewer
 * nodes, with clients that ask for less, and with faults that strike sooner; each only as far as is
 * worth while. What a run shows after ten thousand events another may show after three hundred, and
 * then all other reductions are thirty times as cheap: for in a log nearly all that happened is in the
 * causal past of a violation.
 *
 * @param name of the tries: those of another name are others
 */
export class OtherLuck {
  private readonly given: Shown
  private readonly random: Random

  constructor(given: Shown, name: string) {
    this.given = given
    this.random = new Random(given.plan.seed).split(name)
  }

  /** One more run to try, that is shorter than the best. */
  next(best: Shown): Candidate {
    const { random } = this
    const { length } = best.experiment.world.trace
    const like = random.pick([this.given, best])
    const scenario = { ...like.scenario, ...luck(like, random) }
    const events = Math.min(longest, Math.floor(length * random.pick(shares)))
    return { scenario, longest: Math.max(shortestTry, events) }
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
    // A decision is demanded of every node, so that each must have been asked for one.
    ...(property.name === 'termination' ? {} : lessAsked(plan, random)),
    ...sooner(plan, random),
    ...(mayEndEarlier && share < 1 ? { for: shorter(endMicros, share) } : {}),
  }
}

function isOfTheEnd(property: string): boolean {
  return property !== 'progress' && property !== 'termination'
}

function shorter(micros: Micros, share: number): string {
  return formatDuration(Math.max(1, Math.round(micros * share)))
}

/** Faults that strike earlier, all by as much: what happens before the first of them is often of no use. */
function sooner({ faults }: Plan, random: Random): Partial<Scenario> {
  const share = random.pick([0, 0, 0.5, 0.9])
  if (share === 0 || faults.length === 0) return {}
  const byMicros = Math.round(Math.min(...faults.map(({ atMicros }) => atMicros)) * share)
  const moved = faults.map((fault) => ({ ...fault, atMicros: fault.atMicros - byMicros }))
  return { faults: moved.map(formatFault) }
}

/** Fewer clients, who take their time. */
function lessAsked({ scenario, workload, clients }: Plan, random: Random): Partial<Scenario> {
  const fewer = random.pick([clients, clients, Math.min(clients, 2), Math.min(clients, 1)])
  const thinkTime = random.pick([undefined, undefined, '50ms', '300ms', '3s'])
  return {
    ...(fewer < clients ? { clients: fewer } : {}),
    ...(workload === 'key-value' && scenario.rate === undefined && thinkTime ? { thinkTime } : {}),
  }
}
