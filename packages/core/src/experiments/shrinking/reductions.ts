import { microsPerSecond } from '../../model/index.ts'
import { Minimisation } from '../../shrinking/minimise.ts'
import type { Fault } from '../../simulator/faults/fault.ts'
import { formatFault } from '../../simulator/faults/fault-spec.ts'
import { withholdingBreaks } from '../plan.ts'
import type { Scenario } from '../scenario.ts'
import { byzantineSpecs, explicitScenario } from './explicit-scenario.ts'
import { withoutIdleClients } from './fewer-clients.ts'
import { leastNamed, withoutNodes } from './fewer-nodes.ts'
import { FewerSteps } from './fewer-steps.ts'
import { OtherLuck } from './other-luck.ts'
import {
  type Candidate,
  edited,
  fewest,
  lengthOf,
  type Reductions,
  type Search,
  untilViolation,
} from './reduction.ts'
import { shorterLiveness } from './shorter-liveness.ts'
import type { Shown } from './shrinking.ts'
import { TimeTable } from './time-table.ts'

/** While the world draws everything anew at each change, no more than this is spent on changing it. */
const drawnShare = 0.7

/**
 * All reductions of a run, over and over until none of them shows the violation.
 *
 * First the run is told apart from what was drawn for it, and cut off where the violation is
 * complete: that makes every later test cheaper. Then a smaller world is looked for, in which all
 * that is left to be drawn is drawn anew. Then, where the model allows it, the run becomes the list
 * of its steps, from which anything can be taken without a change to the rest. And where that is still
 * long, other runs are reduced as well.
 */
export function* reductions(search: Search): Reductions {
  const given = search.best()
  yield* toldApart(search)
  const first = search.best()
  const isDrawn = !first.plan.steps && given.plan.interventions.length === 0
  if (isDrawn) yield* shorterByLuck(search, given)
  const drawn = search.best()
  yield* smallest(search, given)
  search.settle()
  if (isDrawn) yield* otherStarts(search, { given, first, drawn })
}

/** Everything is left out that can be. */
function* smallest(search: Search, given: Shown, isWorthwhile = () => true): Reductions {
  const steps = new FewerSteps(search)
  if (!search.best().plan.steps) {
    const listsSteps = mayWithhold(search.best())
    yield* shorterLiveness(search, given)
    yield* smallerWorld(search, listsSteps ? drawnShare : 1)
    yield* simplerWorld(search)
    if (listsSteps) {
      yield* steps.listed()
      yield* fewerFaults(search)
      yield* steps.inPieces()
    }
  }
  for (let before = ''; before !== textOf(search.best()) && isWorthwhile(); ) {
    before = textOf(search.best())
    yield* fewerFaults(search)
    yield* smallerWorld(search, 1)
    yield* simplerWorld(search)
    yield* shorterLiveness(search, given)
    yield* shorterFaults(search)
    yield* shorterWaits(search)
    if (search.best().plan.steps) yield* steps.oneByOne()
  }
}

/** A result of so many steps is small enough not to look for others. */
const fewSteps = 40
/** Other starts are looked for until so much of what may be tried is spent. */
const startsShare = 0.5
/** Another start is given up where it comes to so many times the steps of the smallest result at first. */
const hopeful = 1.5

/** No longer run is another start, and none is looked for any more once so many times the events of one were tried in vain. */
const longestStart = 5_000
const startsInVain = 500

/**
 * Other runs that show the same are reduced too, where what is left is still long: what one run needs
 * a hundred steps for another may show in twenty, and its length alone does not tell.
 */
function* otherStarts(
  search: Search,
  { given, first, drawn }: { readonly given: Shown; readonly first: Shown; readonly drawn: Shown },
): Reductions {
  const tries = new OtherLuck(given, 'starts')
  let isFirst = first !== drawn && lengthOf(first) < longestStart
  for (let least = stepsOf(search); least > fewSteps && search.spentShare() < startsShare; ) {
    const share = startsShare - search.spentShare()
    const events = startsInVain * lengthOf(drawn)
    if (isFirst) yield { scenario: first.scenario, longest: lengthOf(first) }
    else if (yield* lucky(search, () => tries.next(drawn), events, share)) yield* toldApart(search)
    else return
    isFirst = false
    const isWorthwhile = () => stepsOf(search) < least * hopeful
    yield* smallest(search, given, isWorthwhile)
    if (!isWorthwhile()) continue
    search.settle()
    least = Math.min(least, stepsOf(search))
  }
}

function stepsOf(search: Search): number {
  return search.best().plan.steps?.length ?? 0
}

/** Without anything that is drawn, and no longer than until the violation. */
function* toldApart(search: Search): Reductions {
  yield { scenario: explicitScenario(search.best().experiment) }
  yield* untilViolation(search)
}

/** A run of so many events is short enough: the rest is for the other reductions, which know what they do. */
const shortEnough = 300
/** Shorter runs are not looked for any more once so much of what may be tried was spent in vain, or so many times the events of the run: of a short one there is less to be gained. */
const shareInVain = 0.35
/** What must happen at last is not missed by chance in a short run: a few tries are enough. */
const shareForLiveness = 0.1
const timesInVain = 60
/** And at the latest once so much was spent. */
const shareInAll = 0.5
/** Tries that cannot be run cost nothing: so many end it too. */
const mostInVain = 2_000

/** Another run that shows the same, and is shorter. */
function* shorterByLuck(search: Search, given: Shown): Reductions {
  const tries = new OtherLuck(given, 'shorter')
  const share = given.property.kind === 'liveness' ? shareForLiveness : shareInVain
  while (search.spentShare() < shareInAll) {
    const { length } = search.best().experiment.world.trace
    if (length <= shortEnough) return
    if (!(yield* lucky(search, () => tries.next(search.best()), timesInVain * length, share)))
      return
    yield* toldApart(search)
  }
}

/**
 * Tries until one shows the violation, or so many events or such a share of what may be tried is spent.
 * @returns whether one does
 */
function* lucky(
  search: Search,
  next: () => Candidate,
  events: number,
  share: number,
): Generator<Candidate, boolean, boolean> {
  const lastShare = search.spentShare() + share
  const lastEvents = search.spentEvents() + events
  for (let inVain = 0; inVain < mostInVain; inVain++) {
    if (search.spentShare() > lastShare || search.spentEvents() > lastEvents) return false
    if (yield next()) return true
  }
  return false
}

function textOf({ scenario }: Shown): string {
  return JSON.stringify(scenario)
}

/**
 * Whether the violation still is one where some messages and timeouts have not come yet: what must
 * never happen must not happen then either, but what must happen at last may have been withheld.
 */
function mayWithhold({ plan, property }: Shown): boolean {
  return property.kind === 'safety' && withholdingBreaks(plan) === undefined
}

function* fewerFaults(search: Search): Reductions {
  const { faults = [] } = search.best().scenario
  yield* fewest(search, faults, (part) => ({
    ...edited(search.best(), { faults: part }),
    longest: mayBeLonger(search),
  }))
}

/** Where nodes do not fail any more they do more: that a fault is needless counts for more than that the run is short. */
function mayBeLonger(search: Search): number {
  const length = lengthOf(search.best())
  return Math.min(length * 3, length * 1.25 + 3_000)
}

/** Fewer nodes, liars and clients, the fewest first. */
function* smallerWorld(search: Search, share: number): Reductions {
  yield* fewerNodes(search, share)
  if (search.best().plan.steps) yield { scenario: withoutIdleClients(search.best().plan) }
  const byzantine = byzantineSpecs(search.best().plan)
  yield* fewest(search, byzantine, (part) => ({
    ...edited(search.best(), { byzantine: part }),
    longest: mayBeLonger(search),
  }))
  for (const [i, spec] of byzantineSpecs(search.best().plan).entries()) {
    const silent = spec.replace(/=.*/, '=silent')
    const specs = byzantineSpecs(search.best().plan)
    if (spec !== silent) yield edited(search.best(), { byzantine: specs.with(i, silent) })
  }
  const { clients, steps, nodes } = search.best().plan
  if (steps) return
  // A decision is demanded of every node, so that each must have been asked for one.
  const askedAtLeast = search.best().property.name === 'termination' ? nodes : 0
  for (const fewer of smallerNumbers(clients).filter((number) => number >= askedAtLeast)) {
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
  yield { scenario: table.withTimeoutsInTheirTime() }
  // All that follow are in whole milliseconds, so that the first of them may not be shown, and a later one is.
  const gaps = new TimeTable(search.best().plan)
  if (!(yield { scenario: gaps.with(gaps.longGaps) })) return
  const waits = new Minimisation(gaps.longGaps)
  while (!waits.over) waits.answer(yield { scenario: gaps.with(waits.candidate) })
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
