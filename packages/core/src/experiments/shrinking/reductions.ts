import { causalOrderOf } from '../../causality/index.ts'
import { microsPerSecond } from '../../model/index.ts'
import { Minimisation } from '../../shrinking/minimise.ts'
import type { Fault } from '../../simulator/faults/fault.ts'
import { formatFault } from '../../simulator/faults/fault-spec.ts'
import { formatDuration } from '../../simulator/faults/units.ts'
import type { Step } from '../../simulator/steps/step.ts'
import { formatStep } from '../../simulator/steps/step-spec.ts'
import { type Plan, withholdingBreaks } from '../plan.ts'
import { faultsEndOf } from '../plan-figures.ts'
import { progressBoundMicros } from '../progress.ts'
import type { Scenario } from '../scenario.ts'
import { byzantineSpecs, explicitScenario, tidied } from './explicit-scenario.ts'
import { withoutIdleClients } from './fewer-clients.ts'
import { leastNamed, withoutNodes } from './fewer-nodes.ts'
import { otherLuck } from './other-luck.ts'
import { type RecordedStep, recordedSteps } from './recorded-steps.ts'
import type { Shown } from './shrinking.ts'
import { inOrder, sortsOf } from './step-sorts.ts'
import { TimeTable } from './time-table.ts'

/** A run to try. */
export interface Candidate {
  readonly scenario: Scenario
  /** The scenario's plan, where it is known from another one's: the lists of steps may be long, and are tried by the hundred. */
  readonly plan?: Plan
  /** What is sent is to be recorded, for a list of the steps. */
  readonly recordSendings?: boolean
  /** The run is of use only if it shows the violation within so many events; left out, if it is not much longer than the best. */
  readonly longest?: number
}

/** Yields runs to try, and is told whether they show the violation too: then the best is the one that was tried. */
export type Reductions = Generator<Candidate, void, boolean>

/** What reductions know of how far the search is. */
export interface Search {
  best(): Shown
  /** The share of what may be tried that is spent. */
  spentShare(): number
}

/** While the world draws everything anew at each change, no more than this is spent on changing it. */
const drawnShare = 0.7

/**
 * All reductions of a run, over and over until none of them shows the violation.
 *
 * First the run is told apart from what was drawn for it, and cut off where the violation is
 * complete: that makes every later test cheaper. Then a smaller world is looked for, in which all
 * that is left to be drawn is drawn anew. Then, where the model allows it, the run becomes the list
 * of its steps, from which anything can be taken without a change to the rest.
 */
export function* reductions(search: Search): Reductions {
  const given = search.best()
  yield* toldApart(search)
  const listsSteps = mayWithhold(search.best())
  if (!search.best().plan.steps) {
    if (given.plan.interventions.length === 0) yield* shorterByLuck(search, given)
    yield* smallerWorld(search, listsSteps ? drawnShare : 1)
    yield* simplerWorld(search)
  }
  for (let before = ''; before !== textOf(search.best()); ) {
    before = textOf(search.best())
    if (listsSteps && !search.best().plan.steps) yield* listedSteps(search)
    yield* fewerFaults(search)
    if (search.best().plan.steps) {
      yield* fewerSteps(search)
      yield { scenario: withoutIdleClients(search.best().plan) }
    }
    yield* smallerWorld(search, 1)
    yield* simplerWorld(search)
    yield* shorterFaults(search)
    yield* shorterWaits(search)
  }
}

/** Without anything that is drawn, and no longer than until the violation. */
function* toldApart(search: Search): Reductions {
  yield { scenario: explicitScenario(search.best().experiment) }
  yield* untilViolation(search)
}

function* shorterByLuck(search: Search, given: Shown): Reductions {
  const tries = otherLuck(
    given,
    () => search.best(),
    () => search.spentShare(),
  )
  for (let next = tries.next(); !next.done; ) {
    const shown = yield next.value
    if (shown) yield* toldApart(search)
    next = tries.next(shown)
  }
}

function textOf({ scenario }: Shown): string {
  return JSON.stringify(scenario)
}

function edited({ scenario, plan }: Shown, changes: Partial<Scenario>): Candidate {
  return { scenario: tidied({ ...scenario, ...changes }, plan) }
}

/**
 * Whether the violation still is one where some messages and timeouts have not come yet: what must
 * never happen must not happen then either, but what must happen at last may have been withheld.
 */
function mayWithhold({ plan, property }: Shown): boolean {
  return property.kind === 'safety' && withholdingBreaks(plan) === undefined
}

/** The run ends where the violation is complete. */
function* untilViolation(search: Search): Reductions {
  const { experiment, property, plan } = search.best()
  const { trace, nowMicros } = experiment.world
  const events = property.witness?.events ?? []
  const sawAll = events.length > 0 && events.every((event) => event < trace.length)
  const endMicros =
    property.kind === 'liveness'
      ? faultsEndOf(plan) + progressBoundMicros
      : sawAll
        ? Math.max(1, ...events.map((event) => trace.at(event).timeMicros))
        : nowMicros
  if (endMicros < plan.endMicros) yield edited(search.best(), { for: formatDuration(endMicros) })
}

/** Elements of one list of the scenario, as few as show the violation. */
function* fewest<T>(
  search: Search,
  list: readonly T[],
  withList: (part: readonly T[]) => Candidate,
  smallest = 1,
): Reductions {
  const minimisation = new Minimisation(list, smallest)
  while (!minimisation.over) minimisation.answer(yield withList(minimisation.candidate))
  yield* untilViolation(search)
}

function* fewerFaults(search: Search): Reductions {
  const { faults = [] } = search.best().scenario
  yield* fewest(search, faults, (part) => edited(search.best(), { faults: part }))
}

/** The same run as the list of its steps. */
function* listedSteps(search: Search): Reductions {
  if (!(yield { scenario: search.best().scenario, recordSendings: true })) return
  const recorded = recordedSteps(search.best().experiment)
  const past = pastOfViolation(search.best())
  if (yield edited(search.best(), { steps: stepsIn(recorded, past).map(formatStep) })) return
  yield edited(search.best(), { steps: recorded.map(({ step }) => formatStep(step)) })
}

/** The events that may have caused the violation; undefined where it names none. */
function pastOfViolation({ experiment, property }: Shown): ReadonlySet<number> | undefined {
  const { world } = experiment
  const events = (property.witness?.events ?? []).filter((event) => event < world.trace.length)
  if (events.length === 0) return undefined
  const order = causalOrderOf(world)
  return new Set(events.flatMap((event) => [...order.past(event).events, event]))
}

/** The steps that have their events among these; all of them where there is no telling. */
function stepsIn(
  recorded: readonly RecordedStep[],
  events: ReadonlySet<number> | undefined,
): Step[] {
  return inOrder(
    recorded
      .filter(({ event }) => !events || event === undefined || events.has(event))
      .map(({ step }) => step),
  )
}

/** The list without whole sorts of steps, then without commands and what they brought about, then without any single step. */
function* fewerSteps(search: Search): Reductions {
  for (const sort of sortsOf(search.best().plan.steps ?? [])) {
    yield withSteps(
      search,
      (search.best().plan.steps ?? []).filter((step) => !sort(step)),
    )
  }
  yield* happened(search)
  const asks = (search.best().plan.steps ?? []).filter(({ kind }) => kind === 'ask')
  const others = (search.best().plan.steps ?? []).filter(({ kind }) => kind !== 'ask')
  yield* fewest(search, asks, (part) => withSteps(search, inOrder([...part, ...others])))
  for (let pieces = coarsest; ; pieces *= finer) {
    yield* happened(search)
    const { steps = [] } = search.best().plan
    const smallest = Math.floor(steps.length / pieces)
    yield* fewest(search, steps, (part) => withSteps(search, part), Math.max(1, smallest))
    if (smallest <= 1) break
  }
}

/** A list of steps is cut in so many pieces at first, and later in so many times as many; in between it is rid of what does not happen any more. */
const coarsest = 8
const finer = 4

/** Only those listed steps that may have caused the violation; or else those that do happen, which one that waits for another that was left out does not. */
function* happened(search: Search): Reductions {
  const listed = search.best().plan.steps?.length ?? 0
  if (!(yield { ...withSteps(search, search.best().plan.steps ?? []), recordSendings: true }))
    return
  const recorded = recordedSteps(search.best().experiment)
  const past = stepsIn(recorded, pastOfViolation(search.best()))
  if (past.length < recorded.length && (yield withSteps(search, past))) return
  if (recorded.length < listed) yield withSteps(search, stepsIn(recorded, undefined))
}

function withSteps(search: Search, steps: readonly Step[]): Candidate {
  const { scenario } = edited(search.best(), { steps: steps.map(formatStep) })
  return { scenario, plan: { ...search.best().plan, scenario, steps } }
}

/** Fewer nodes, liars and clients, the fewest first. */
function* smallerWorld(search: Search, share: number): Reductions {
  yield* fewerNodes(search, share)
  const byzantine = byzantineSpecs(search.best().plan)
  yield* fewest(search, byzantine, (part) => edited(search.best(), { byzantine: part }))
  for (const [i, spec] of byzantineSpecs(search.best().plan).entries()) {
    const silent = spec.replace(/=.*/, '=silent')
    const specs = byzantineSpecs(search.best().plan)
    if (spec !== silent) yield edited(search.best(), { byzantine: specs.with(i, silent) })
  }
  const { clients, steps } = search.best().plan
  if (steps) return
  for (const fewer of smallerNumbers(clients)) {
    if (search.spentShare() > share) return
    if (yield edited(search.best(), { clients: fewer })) break
  }
  yield* slowerClients(search, share)
  yield* untilViolation(search)
}

/** Clients that take their time: the longer, the fewer commands. */
function* slowerClients(search: Search, share: number): Reductions {
  const { workload, scenario, thinkMicros = 0 } = search.best().plan
  if (workload !== 'key-value') return
  const { rate: _rate, ...closed } = scenario
  for (const seconds of [30, 3, 0.3]) {
    if (search.spentShare() > share || seconds * microsPerSecond <= thinkMicros) return
    if (yield { scenario: { ...closed, thinkTime: `${seconds}s` } }) return
  }
}

/** Without the nodes that faults and steps name least; then, where steps are listed, without any single one. */
function* fewerNodes(search: Search, share: number): Reductions {
  const { plan } = search.best()
  // An attacker's share of the hash power would grow.
  if (plan.scenario.hashPower) return
  const order = leastNamed(plan)
  for (const nodes of smallerNumbers(plan.nodes)) {
    if (search.spentShare() > share) return
    const gone = new Set(order.slice(0, plan.nodes - nodes))
    if (yield* anySeed(search, withoutNodes(plan, gone))) break
  }
  if (plan.steps) {
    for (let node = search.best().plan.nodes - 1; node >= 0 && search.best().plan.nodes > 1; node--)
      yield { scenario: withoutNodes(search.best().plan, new Set([node])) }
  }
  yield* untilViolation(search)
}

/** Where the world is drawn anew and its runs are short, a few draws tell more than one. */
function* anySeed(search: Search, scenario: Scenario): Generator<Candidate, boolean, boolean> {
  const { plan, experiment } = search.best()
  const isShort = !plan.steps && experiment.world.trace.length <= shortEvents
  const seeds = isShort ? [0, 1, 2, 3].map((more) => plan.seed + more) : [plan.seed]
  for (const seed of seeds) if (yield { scenario: { ...scenario, seed } }) return true
  return false
}

const shortEvents = 500

/** Numbers below one, from 1 on: each while they are small, then with larger and larger gaps. */
function smallerNumbers(number: number): number[] {
  const numbers: number[] = []
  for (let smaller = 1; smaller < number; smaller += Math.ceil(smaller / 5)) numbers.push(smaller)
  return numbers
}

/** A network on which every message takes as long. */
const evenNetwork = { name: 'even', regions: ['one place'], oneWayLatencyMs: [[1]], jitter: 0 }

/** Whatever makes the world like a real one and plays no part. */
function* simplerWorld(search: Search): Reductions {
  const { plan, scenario } = search.best()
  if (plan.protocol.shape !== 'chain') yield* plainNetwork(search)
  const { thinkTime, rate, reads, ...asListed } = scenario
  if (plan.steps && (thinkTime ?? rate ?? reads) !== undefined) yield { scenario: asListed }
  if (scenario.membershipChanges) yield edited(search.best(), { membershipChanges: false })
  if (scenario.disk !== 'none') yield edited(search.best(), { disk: 'none' })
  const parameters = Object.entries(search.best().scenario.parameters ?? {})
  yield* fewest(search, parameters, (part) =>
    edited(search.best(), { parameters: Object.fromEntries(part) }),
  )
}

/** A plain network; of a run whose steps are listed none, where nobody else brings one: it plays no part there. */
function* plainNetwork(search: Search): Reductions {
  const { plan, scenario } = search.best()
  const usual = (plan.mutant?.scenario ?? {}) as Partial<Scenario>
  if (plan.steps && usual.network === undefined) {
    const { network, ...rest } = scenario
    if (network !== undefined) yield { scenario: rest }
    return
  }
  if (scenario.network === 'lan' || (!plan.steps && typeof scenario.network === 'object')) return
  const networks = plan.steps ? ['lan'] : [evenNetwork, 'lan']
  for (const network of networks) if (yield edited(search.best(), { network })) return
}

/** Faults that meet fewer nodes, that last no longer than the run, and that end at once. */
function* shorterFaults(search: Search): Reductions {
  yield* fewerTargets(search)
  for (const [i, fault] of search.best().plan.faults.entries()) {
    const lasting = (forMicros: number | undefined) => withFault(search, i, { ...fault, forMicros })
    const { forMicros } = fault
    if (forMicros === undefined || (yield lasting(undefined))) continue
    if (forMicros > 1_000) yield lasting(1_000)
  }
}

/** Whatever happens, one thing a millisecond; but for the waits that matter, such as those until a timer is due. */
function* shorterWaits(search: Search): Reductions {
  const { plan } = search.best()
  if (!plan.steps || plan.steps.length > mostTimed) return
  const table = new TimeTable(plan)
  if (yield { scenario: table.with([]) }) return
  // All that follow are in whole milliseconds, so that the first of them may not be shown, and a later one is.
  const waits = new Minimisation(table.longGaps)
  let shown = yield { scenario: table.with(table.longGaps) }
  if (!shown) return
  while (!waits.over) {
    shown = yield { scenario: table.with(waits.candidate) }
    waits.answer(shown)
  }
}

/** Of a longer list nobody reads the times. */
const mostTimed = 300

function* fewerTargets(search: Search): Reductions {
  for (const [i, fault] of search.best().plan.faults.entries()) {
    const { action } = fault
    if (!('target' in action) || action.target.kind !== 'nodes') continue
    const { nodes } = action.target
    if (nodes.length < 2) continue
    yield* fewest(search, nodes, (part) =>
      withFault(search, i, {
        ...fault,
        action: { ...action, target: { kind: 'nodes', nodes: part } },
      }),
    )
  }
}

function withFault(search: Search, place: number, fault: Fault): Candidate {
  const faults = search.best().plan.faults.with(place, fault).map(formatFault)
  return edited(search.best(), { faults })
}
