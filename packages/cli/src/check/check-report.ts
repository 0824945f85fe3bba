import type { ExplorationResult, ExploreOptions, Step } from '@quorate/core/explorer'
import type { CheckedWorld, CheckSubject } from './check-subject.ts'
import type { SearchGoing } from './run-search.ts'

export type CheckVerdict = ExplorationResult['verdict']

/** A property, and whether every state that was seen keeps it. */
export interface CheckedProperty {
  readonly name: string
  /** `sometimes`: some state is expected to show it. */
  readonly kind: 'safety' | 'liveness' | 'sometimes'
  readonly held: boolean
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
  readonly properties: readonly CheckedProperty[]
  readonly seconds: number
  readonly statesPerSecond: number
  readonly counterexample?: {
    readonly property: string
    readonly message: string
    readonly nodes: readonly number[]
    readonly steps: readonly Step[]
  }
}

/** What `quorate check --json` prints: the sums over all worlds, and each of them. */
export interface CheckReport extends Omit<CheckedWorldReport, 'name' | 'world' | 'counterexample'> {
  readonly schema: 'quorate.check/1'
  /** The protocol, with a planted bug, or the model. */
  readonly subject: string
  readonly search: string
  readonly worlds: readonly CheckedWorldReport[]
}

export function worldReport(
  world: CheckedWorld,
  result: ExplorationResult,
  going: SearchGoing,
): CheckedWorldReport {
  const properties = propertiesOf(world.options, result)
  const unseen = properties.find(({ kind, held }) => kind === 'sometimes' && !held)
  const { violation } = result
  // That nothing shows what should be possible means something only where all was seen.
  const lacking = unseen && result.complete && !violation ? unseen : undefined
  const because = becauseOf(result, lacking, going)
  return {
    name: world.name,
    world: world.data,
    verdict: lacking ? 'violated' : result.verdict,
    ...(because === undefined ? {} : { because }),
    uniqueStates: result.uniqueStates,
    generatedStates: result.generatedStates,
    depth: result.depth,
    complete: result.complete,
    properties,
    seconds: going.seconds,
    statesPerSecond: perSecond(result.uniqueStates, going.seconds),
    ...(violation
      ? {
          counterexample: {
            property: violation.property,
            message: violation.message,
            nodes: violation.nodes,
            steps: violation.path,
          },
        }
      : {}),
  }
}

export function checkReport(
  subject: CheckSubject,
  search: string,
  worlds: readonly CheckedWorldReport[],
): CheckReport {
  const sum = (of: (world: CheckedWorldReport) => number) =>
    worlds.reduce((total, world) => total + of(world), 0)
  const telling =
    worlds.find(({ verdict }) => verdict === 'violated') ??
    worlds.find(({ verdict }) => verdict === 'inconclusive')
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
    const worse = property.kind === 'sometimes' ? property.held : !property.held
    if (!known || (worse && known.held === (property.kind !== 'sometimes'))) {
      byName.set(property.name, property)
    }
  }
  return [...byName.values()]
}

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
        ? { name, kind: 'sometimes', held: false }
        : { name, kind: 'sometimes', held: true, steps },
  )
  return [...safety, ...possible]
}

function becauseOf(
  { violation, verdict, bounds }: ExplorationResult,
  lacking: CheckedProperty | undefined,
  { interrupted }: SearchGoing,
): string | undefined {
  if (violation) return `${violation.property}: ${violation.message}`
  if (lacking) return `${lacking.name}: no state shows it`
  if (verdict === 'held') return undefined
  if (interrupted) return 'interrupted before all was seen; nothing so far breaks a property'
  const limits = [
    ...(bounds.depth === undefined ? [] : [`${bounds.depth} events in a row`]),
    ...(bounds.states === undefined ? [] : [`${bounds.states} states`]),
  ]
  return `nothing breaks a property within ${limits.join(' and ') || 'the bounds'}, and there is more to see`
}

function perSecond(states: number, seconds: number): number {
  return seconds > 0 ? Math.round(states / seconds) : 0
}
