import type { NodeId } from '../../model/index.ts'
import { Minimisation } from '../../shrinking/minimise.ts'
import { formatFault } from '../../simulator/faults/fault-spec.ts'
import { formatDuration } from '../../simulator/faults/units.ts'
import { faultsEndOf } from '../plan-figures.ts'
import { progressBoundMicros } from '../progress.ts'
import type { Scenario } from '../scenario.ts'
import { byzantineSpecs, explicitScenario, tidied } from './explicit-scenario.ts'
import { leastNamed, withoutNodes } from './fewer-nodes.ts'
import type { Shown } from './shrinking.ts'

/** Yields scenarios to try, and is told whether they show the violation too: the best is then the one that was tried. */
export type Reductions = Generator<Scenario, void, boolean>

/**
 * All reductions of a run, one after the other, cheap ones first: what shortens the run makes every
 * later test cheaper.
 */
export function* reductions(best: () => Shown): Reductions {
  yield explicitScenario(best().experiment)
  yield* untilViolation(best)
  yield* fewerFaults(best)
  yield* smallerWorld(best)
  yield* simplerWorld(best)
  yield* fewerFaults(best)
  yield* shorterFaults(best)
}

/** The run ends where the violation is complete. */
function* untilViolation(best: () => Shown): Reductions {
  const { experiment, property, plan } = best()
  const { trace, nowMicros } = experiment.world
  const events = property.witness?.events ?? []
  const sawAll = events.length > 0 && events.every((event) => event < trace.length)
  const endMicros =
    property.kind === 'liveness'
      ? faultsEndOf(plan) + progressBoundMicros
      : sawAll
        ? Math.max(1, ...events.map((event) => trace.at(event).timeMicros))
        : nowMicros
  if (endMicros < plan.endMicros) yield edited(best(), { for: formatDuration(endMicros) })
}

function edited({ scenario, plan }: Shown, changes: Partial<Scenario>): Scenario {
  return tidied({ ...scenario, ...changes }, plan)
}

/** Elements of one list of the scenario, as few as show the violation. */
function* fewest<T>(
  best: () => Shown,
  list: readonly T[],
  withList: (part: readonly T[]) => Scenario,
): Reductions {
  const search = new Minimisation(list)
  while (!search.over) {
    const shown: boolean = yield withList(search.candidate)
    search.answer(shown)
    if (shown) yield* untilViolation(best)
  }
}

function* fewerFaults(best: () => Shown): Reductions {
  const faults = best().scenario.faults ?? []
  yield* fewest(best, faults, (part) => edited(best(), { faults: part }))
}

/** Fewer nodes, the fewest first; each number with a few seeds, for fewer nodes draw everything anew. */
function* smallerWorld(best: () => Shown): Reductions {
  const { plan } = best()
  if (!plan.scenario.hashPower) {
    const order = leastNamed(plan)
    for (const nodes of smallerNumbers(plan.nodes)) {
      const gone = new Set<NodeId>(order.slice(0, plan.nodes - nodes))
      if (yield withoutNodes(plan, gone)) break
    }
    yield* untilViolation(best)
  }
  const byzantine = byzantineSpecs(best().plan)
  yield* fewest(best, byzantine, (part) => edited(best(), { byzantine: part }))
  for (const [i, spec] of byzantineSpecs(best().plan).entries()) {
    const silent = spec.replace(/=.*/, '=silent')
    const specs = byzantineSpecs(best().plan)
    if (spec !== silent) yield edited(best(), { byzantine: specs.with(i, silent) })
  }
  const { clients } = best().plan
  for (const fewer of smallerNumbers(clients)) if (yield edited(best(), { clients: fewer })) break
  yield* untilViolation(best)
}

/** Numbers below one, from 1 on: each while they are small, then fewer and fewer. */
function smallerNumbers(number: number): number[] {
  const numbers: number[] = []
  for (let smaller = 1; smaller < number; smaller += Math.ceil(smaller / 8)) numbers.push(smaller)
  return numbers
}

/** A network on which every message takes as long. */
const evenNetwork = { name: 'even', regions: ['one place'], oneWayLatencyMs: [[1]], jitter: 0 }

/** Whatever makes the world like a real one and plays no part. */
function* simplerWorld(best: () => Shown): Reductions {
  const { plan, scenario } = best()
  if (plan.protocol.shape !== 'chain') {
    if ((yield edited(best(), { network: evenNetwork })) === false && scenario.network !== 'lan')
      yield edited(best(), { network: 'lan' })
  }
  if (scenario.membershipChanges) yield edited(best(), { membershipChanges: false })
  if (scenario.disk !== 'none') yield edited(best(), { disk: 'none' })
  yield* untilViolation(best)
  const parameters = Object.entries(best().scenario.parameters ?? {})
  yield* fewest(best, parameters, (part) =>
    edited(best(), { parameters: Object.fromEntries(part) }),
  )
}

/** Faults that end at once, and those that end after the run not at all. */
function* shorterFaults(best: () => Shown): Reductions {
  for (const [i, fault] of best().plan.faults.entries()) {
    if (fault.forMicros === undefined) continue
    const change = (forMicros: number | undefined) => {
      const specs = best().plan.faults.map(formatFault)
      return edited(best(), { faults: specs.with(i, formatFault({ ...fault, forMicros })) })
    }
    if (yield change(undefined)) continue
    if (fault.forMicros > 1_000) yield change(1_000)
  }
}
