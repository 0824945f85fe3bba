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
import { recordedSteps } from './recorded-steps.ts'
import type { Shown } from './shrinking.ts'
import { inOrder, sortsOf } from './step-sorts.ts'

/** A run to try. */
export interface Candidate {
  readonly scenario: Scenario
  /** The scenario's plan, where it is known from another one's: the lists of steps may be long, and are tried by the hundred. */
  readonly plan?: Plan
  /** What is sent is to be recorded, for a list of the steps. */
  readonly recordSendings?: boolean
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
const drawnShare = 0.4

/**
 * All reductions of a run, over and over until none of them shows the violation.
 *
 * First the run is told apart from what was drawn for it, and cut off where the violation is
 * complete: that makes every later test cheaper. Then a smaller world is looked for, in which all
 * that is left to be drawn is drawn anew. Then, where the model allows it, the run becomes the list
 * of its steps, from which anything can be taken without a change to the rest.
 */
export function* reductions(search: Search): Reductions {
  yield { scenario: explicitScenario(search.best().experiment) }
  yield* untilViolation(search)
  const listsSteps = mayWithhold(search.best())
  if (!search.best().plan.steps) {
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
  const steps = recordedSteps(search.best().experiment).map(formatStep)
  yield edited(search.best(), { steps })
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

/** Only those listed steps that do happen: one that waits for another that was left out does not. */
function* happened(search: Search): Reductions {
  const listed = search.best().plan.steps?.length ?? 0
  if (!(yield { ...withSteps(search, search.best().plan.steps ?? []), recordSendings: true }))
    return
  const steps = inOrder(recordedSteps(search.best().experiment))
  if (steps.length < listed) yield withSteps(search, steps)
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
  yield* untilViolation(search)
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
    if (yield { scenario: withoutNodes(plan, gone) }) break
  }
  if (plan.steps) {
    for (let node = search.best().plan.nodes - 1; node >= 0 && search.best().plan.nodes > 1; node--)
      yield { scenario: withoutNodes(search.best().plan, new Set([node])) }
  }
  yield* untilViolation(search)
}

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
  const networks = plan.steps ? ['lan'] : [evenNetwork, 'lan']
  const isSimple =
    scenario.network === 'lan' || (!plan.steps && typeof scenario.network === 'object')
  if (plan.protocol.shape !== 'chain' && !isSimple) {
    for (const network of networks) if (yield edited(search.best(), { network })) break
  }
  if (scenario.membershipChanges) yield edited(search.best(), { membershipChanges: false })
  if (scenario.disk !== 'none') yield edited(search.best(), { disk: 'none' })
  const parameters = Object.entries(search.best().scenario.parameters ?? {})
  yield* fewest(search, parameters, (part) =>
    edited(search.best(), { parameters: Object.fromEntries(part) }),
  )
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
