import { counted } from '@quorate/core/experiments'
import type {
  Certainty,
  ExplorationResult,
  ExploredViolation,
  ExploreOptions,
  LivenessResult,
  Step,
} from '@quorate/core/explorer'
import { canProve, certaintyText } from './certainty-text.ts'
import type { CheckedWorld, CheckSubject } from './check-subject.ts'
import type { Searched } from './search-world.ts'

type CheckVerdict = ExplorationResult['verdict']

/** A property, and whether every state that was seen keeps it. */
export interface CheckedProperty {
  readonly name: string
  /** `sometimes`: some state is expected to show it. */
  readonly kind: 'safety' | 'liveness' | 'sometimes'
  readonly held: boolean
  /** What was seen is too little to say: it may hold after all. */
  readonly undecided?: true
  /** Events to the first state that breaks it; of `sometimes`, to the first that shows it. */
  readonly steps?: number
  readonly message?: string
}

export interface CheckedWorldReport {
  readonly name: string
  readonly world: object
  readonly verdict: CheckVerdict
  readonly because?: string
  readonly uniqueStates: number
  readonly generatedStates: number
  readonly depth: number
  readonly complete: boolean
  /** How sure it is that states which count as one are one. */
  readonly certainty: Certainty
  /** How many states others have counted in the same model. */
  readonly expectedStates?: number
  readonly properties: readonly CheckedProperty[]
  readonly seconds: number
  readonly statesPerSecond: number
  readonly liveness?: LivenessResult
  /** Where states that differ only in who is who count as one: how many ways there are to exchange nodes. */
  readonly symmetry?: { readonly group: number }
  /** Where orders of events that make no difference were left out. */
  readonly reduction?: 'partial-order'
  readonly counterexample?: CounterexampleReport
}

interface CounterexampleReport {
  readonly property: string
  readonly message: string
  readonly nodes: readonly number[]
  /** From the first state to where the property is broken. */
  readonly steps: readonly Step[]
  /** How many steps there were when it was found, where the search finds no shortest ones and left out what did not matter. */
  readonly foundAfter?: number
  /** Of what is never reached: the steps that lead from there back there, for ever. */
  readonly cycle?: readonly Step[]
}

/** What `quorate check --json` prints: the sums over all worlds, and each of them. */
export interface CheckReport
  extends Pick<
    CheckedWorldReport,
    | 'verdict'
    | 'because'
    | 'uniqueStates'
    | 'generatedStates'
    | 'depth'
    | 'complete'
    | 'properties'
    | 'seconds'
    | 'statesPerSecond'
  > {
  readonly schema: 'quorate.check/1'
  /** The protocol, with a planted bug, or the model. */
  readonly subject: string
  readonly search: string
  readonly worlds: readonly CheckedWorldReport[]
}

export function worldReport(world: CheckedWorld, searched: Searched): CheckedWorldReport {
  const { result, liveness, wallSeconds: seconds } = searched
  const properties = [...propertiesOf(world.options, result), ...livenessOf(world, liveness)]
  const counterexample = counterexampleOf(result, liveness)
  const telling = [...faultsOf(world, result, properties), ...reservations(searched)]
  const [fault] = telling
  return {
    name: world.name,
    world: world.data,
    verdict: fault?.verdict ?? 'held',
    ...(fault ? { because: fault.because } : {}),
    uniqueStates: result.uniqueStates,
    generatedStates: result.generatedStates,
    depth: result.depth,
    complete: result.complete,
    certainty: result.certainty,
    ...(world.expectedStates === undefined ? {} : { expectedStates: world.expectedStates }),
    properties,
    seconds,
    statesPerSecond: perSecond(result.uniqueStates, seconds),
    ...(liveness ? { liveness } : {}),
    ...(result.symmetry ? { symmetry: result.symmetry } : {}),
    ...(result.reduction ? { reduction: result.reduction } : {}),
    ...(counterexample ? { counterexample } : {}),
  }
}

interface Telling {
  readonly verdict: CheckVerdict
  readonly because: string
}

/** What is wrong with the world. */
function faultsOf(
  { expectedStates }: CheckedWorld,
  result: ExplorationResult,
  properties: readonly CheckedProperty[],
): Telling[] {
  const broken = properties.find(
    ({ kind, held, message }) => kind !== 'sometimes' && !held && message,
  )
  if (broken) return [{ verdict: 'violated', because: `${broken.name}: ${broken.message}` }]
  if (!result.complete) return []
  // That nothing shows what should be possible means something only where all was seen.
  const unseen = properties.find(({ kind, held }) => kind === 'sometimes' && !held)
  if (unseen) return [{ verdict: 'violated', because: `${unseen.name}: no state shows it` }]
  // Orbits are fewer than the states that others have counted.
  const comparable = expectedStates !== undefined && result.symmetry === undefined
  if (comparable && expectedStates !== result.uniqueStates) {
    const because = `${result.uniqueStates} states, and others have counted ${expectedStates}`
    return [{ verdict: 'violated', because }]
  }
  return []
}

/** Why no more can be said. */
function reservations({ result, liveness, interrupted }: Searched): Telling[] {
  const { verdict, bounds, certainty, uniqueStates, endedBy } = result
  if (interrupted) {
    const because = 'interrupted before all was seen; nothing so far breaks a property'
    return [{ verdict: 'inconclusive', because }]
  }
  if (verdict === 'held' && liveness?.verdict !== 'inconclusive') return []
  const seen = `nothing breaks a property in ${counted(uniqueStates, 'state')}`
  const limits = [
    ...(bounds.depth === undefined ? [] : [`${counted(bounds.depth, 'event')} in a row`]),
    ...(bounds.states === undefined ? [] : [counted(bounds.states, 'state')]),
  ]
  const within = limits.length === 0 ? '' : ` within ${limits.join(' and ')}`
  const rest = canProve(certainty)
    ? `and there is more to see${endedBy === 'memory' ? ', for which --memory leaves no room' : ''}`
    : `which proves nothing: ${certaintyText(certainty)}`
  return [{ verdict: 'inconclusive', because: `${seen}${within}, ${rest}` }]
}

function livenessOf(
  { goal, asked }: CheckedWorld,
  liveness: LivenessResult | undefined,
): CheckedProperty[] {
  if (!liveness) {
    // Before all is seen there is nothing to decide it on.
    const name = goal?.property
    return asked && name ? [{ name, kind: 'liveness', held: false, undecided: true }] : []
  }
  const { property: name, verdict, violation } = liveness
  const said = violation ? { steps: violation.path.length, message: violation.message } : {}
  const held = verdict === 'held'
  const undecided = verdict === 'inconclusive' ? { undecided: true as const } : {}
  return [{ name, kind: 'liveness', held, ...undecided, ...said }]
}

function counterexampleOf(
  { violation }: ExplorationResult,
  liveness: LivenessResult | undefined,
): CounterexampleReport | undefined {
  if (violation) {
    const { path: steps, foundAfter } = violation
    return { ...withoutPath(violation), steps, ...(foundAfter === undefined ? {} : { foundAfter }) }
  }
  const never = liveness?.violation
  if (!never) return undefined
  const { cycle, ...rest } = never
  return { ...withoutPath(rest), steps: rest.path, ...(cycle.length > 0 ? { cycle } : {}) }
}

function withoutPath({
  property,
  message,
  nodes,
}: ExploredViolation): Omit<CounterexampleReport, 'steps'> {
  return { property, message, nodes }
}

export function checkReport(
  subject: CheckSubject,
  search: string,
  worlds: readonly CheckedWorldReport[],
  interrupted: boolean,
): CheckReport {
  const sum = (of: (world: CheckedWorldReport) => number) =>
    worlds.reduce((total, world) => total + of(world), 0)
  const inconclusive = worlds.filter(({ verdict }) => verdict === 'inconclusive')
  const telling =
    worlds.find(({ verdict }) => verdict === 'violated') ?? inconclusive.at(interrupted ? -1 : 0)
  const seconds = sum((world) => world.seconds)
  const uniqueStates = sum((world) => world.uniqueStates)
  const because = telling?.because
  return {
    schema: 'quorate.check/1',
    subject: subject.name,
    search,
    verdict: telling?.verdict ?? 'held',
    ...(because === undefined ? {} : { because: `${telling?.name}: ${because}` }),
    uniqueStates,
    generatedStates: sum((world) => world.generatedStates),
    depth: Math.max(0, ...worlds.map((world) => world.depth)),
    complete: worlds.length === subject.worlds.length && worlds.every((world) => world.complete),
    properties: merged(worlds),
    seconds,
    statesPerSecond: perSecond(uniqueStates, seconds),
    worlds,
  }
}

/** Each property once: it holds where it holds in every world, and is possible where some world shows it. */
function merged(worlds: readonly CheckedWorldReport[]): CheckedProperty[] {
  const byName = new Map<string, CheckedProperty>()
  for (const property of worlds.flatMap((world) => world.properties)) {
    const known = byName.get(property.name)
    if (!known || tellsMore(property, known)) byName.set(property.name, property)
  }
  return [...byName.values()]
}

/** Whether what one world says of a property counts for more than what another says. */
function tellsMore(one: CheckedProperty, other: CheckedProperty): boolean {
  if (one.kind === 'sometimes') {
    return one.held ? !other.held : !other.held && isUndecided(one) && !isUndecided(other)
  }
  return !one.held && (other.held || (isUndecided(other) && !isUndecided(one)))
}

const isUndecided = ({ undecided }: CheckedProperty): boolean => undecided === true

function propertiesOf(options: ExploreOptions, result: ExplorationResult): CheckedProperty[] {
  const { violation } = result
  const broken = (name: string) => (violation?.property === name ? violation : undefined)
  const invariants = options.invariants ?? options.protocol?.invariants ?? []
  const names = new Set([
    ...invariants.map(({ property }) => property),
    ...(options.history?.always ?? []).map(({ property }) => property),
    ...(options.settled ?? []).map(({ property }) => property),
    ...(violation ? [violation.property] : []),
  ])
  const safety = [...names].map((name): CheckedProperty => {
    const found = broken(name)
    if (!found) return { name, kind: 'safety', held: true }
    return { name, kind: 'safety', held: false, steps: found.path.length, message: found.message }
  })
  const possible = result.sometimes.map(
    ({ property: name, depth: steps }): CheckedProperty =>
      steps === undefined
        ? { name, kind: 'sometimes', held: false, ...(result.complete ? {} : { undecided: true }) }
        : { name, kind: 'sometimes', held: true, steps },
  )
  return [...safety, ...possible]
}

function perSecond(states: number, seconds: number): number {
  return seconds > 0 ? Math.round(states / seconds) : 0
}
