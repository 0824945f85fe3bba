import type { JsonShape } from '../../model/json-shape.ts'
import { planOf } from '../plan.ts'
import { counted, whole } from '../quantity.ts'
import { type Scenario, ScenarioError, scenarioSchema } from '../scenario.ts'
import { checkData, scenarioFrom } from '../scenario-shape.ts'
import { fingerprint } from './fingerprint.ts'

/** Many runs as data: one scenario, what is varied in it, and the seeds that every variation gets. */
export interface Sweep {
  /** What all runs have in common; a seed in it says nothing. */
  readonly scenario: Scenario
  /** By field of the scenario (`nodes`, `network`, `parameters.heartbeatMs`) its values: every combination is a point. */
  readonly vary: { readonly [field: string]: readonly unknown[] }
  /** The first and the last seed: `1-1000`. */
  readonly seeds: string
}

/** One combination of what is varied. */
export interface SweepPoint {
  readonly settings: { readonly [field: string]: unknown }
  /** The settings for people: `nodes 3, network wan`; empty where nothing is varied. */
  readonly label: string
  /** Without a seed. */
  readonly scenario: Scenario
  /** The name of the scenario: its fingerprint. */
  readonly name: string
}

/** The seeds of a sweep that says nothing of them. */
export const usualSeeds = '1-100'

/** So many points and runs a sweep may have: its rows are held in memory. */
const mostPoints = 1_000
const mostRuns = 1_000_000

/** What cannot be varied: it decides nothing of a run, or is the same for all. */
const fixedFields = ['seed', 'title', 'expect', 'interventions', '$schema', 'parameters']

/** A sweep with everything checked, and its runs numbered: all points with the first seed, then with the second, and so on. */
export class SweepPlan {
  readonly sweep: Sweep
  /** Names the sweep: the same for the same runs, whatever their scenario is called. */
  readonly hash: string
  readonly points: readonly SweepPoint[]
  readonly firstSeed: number
  readonly seedCount: number

  /** @throws ScenarioError: one line that says what is wrong, and at which point */
  constructor(given: Sweep) {
    const { seed: _, ...scenario } = given.scenario
    this.sweep = { scenario, vary: given.vary, seeds: given.seeds }
    const [first, last] = seedsOf(given.seeds)
    this.firstSeed = first
    this.seedCount = last - first + 1
    this.points = pointsOf(this.sweep)
    if (this.runs > mostRuns)
      throw new ScenarioError(
        `${counted(this.points.length, 'point')} with ${counted(this.seedCount, 'seed')} each ${this.runs === 1 ? 'is' : 'are'} ${whole(this.runs)} runs: at most ${whole(mostRuns)} are possible`,
      )
    for (const { scenario, label } of this.points) {
      within(label, () => planOf({ ...scenario, seed: first }))
    }
    this.hash = fingerprint({ points: this.points.map(({ name }) => name), first, last })
  }

  get runs(): number {
    return this.points.length * this.seedCount
  }

  pointOf(run: number): number {
    return run % this.points.length
  }

  seedOf(run: number): number {
    return this.firstSeed + Math.floor(run / this.points.length)
  }

  scenarioOf(run: number): Scenario {
    const { scenario } = this.points[this.pointOf(run)] as SweepPoint
    return { ...scenario, seed: this.seedOf(run) }
  }
}

/** The name of a scenario whatever its seed: the same for all that decides the same. */
export function scenarioName({ seed: _, title: __, $schema: ___, ...decides }: Scenario): string {
  return fingerprint(decides)
}

/**
 * Checks that data from outside has the shape of a sweep.
 * @throws ScenarioError that names the place and says what would be right
 */
export function sweepFrom(data: unknown): Sweep {
  checkData(data, sweepShape, 'the sweep')
  const { scenario, vary = {}, seeds = usualSeeds } = data as Partial<Sweep>
  return { scenario: scenarioFrom(scenario), vary, seeds: String(seeds) }
}

const sweepShape: JsonShape = {
  type: 'object',
  required: ['scenario'],
  additionalProperties: false,
  properties: {
    scenario: { type: 'object' },
    vary: { type: 'object', additionalProperties: { type: 'array' } },
    seeds: { type: ['string', 'integer'] },
  },
}

function seedsOf(text: string): [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text)
  const first = Number(match?.[1])
  const last = Number(match?.[2] ?? match?.[1])
  if (!match || !Number.isSafeInteger(last) || first > last)
    throw new ScenarioError(`seeds are '${text}': write the first and the last, such as 1-1000`)
  return [first, last]
}

function pointsOf({ scenario, vary }: Sweep): SweepPoint[] {
  let all: { readonly [field: string]: unknown }[] = [{}]
  for (const [field, values] of Object.entries(vary)) {
    checkField(field)
    if (values.length === 0) throw new ScenarioError(`vary.${field} has no values`)
    if (new Set(values.map(fingerprint)).size < values.length)
      throw new ScenarioError(`vary.${field} has a value twice`)
    all = all.flatMap((settings) => values.map((value) => ({ ...settings, [field]: value })))
    if (all.length > mostPoints)
      throw new ScenarioError(`what is varied makes more than ${mostPoints} points`)
  }
  return all.map((settings) => {
    const label = labelOf(settings)
    const varied = within(label, () => scenarioFrom(applied(scenario, settings)))
    return { settings, label, scenario: varied, name: scenarioName(varied) }
  })
}

function checkField(field: string): void {
  if (/^parameters\.[a-z]\w*$/i.test(field)) return
  const known = Object.keys(scenarioSchema.properties).filter((name) => !fixedFields.includes(name))
  if (!known.includes(field))
    throw new ScenarioError(
      `'${field}' cannot be varied: it may be ${known.join(', ')} or parameters.NAME`,
    )
}

function applied(scenario: Scenario, settings: SweepPoint['settings']): unknown {
  const varied: { [field: string]: unknown } = { ...scenario }
  const parameters: { [name: string]: unknown } = { ...scenario.parameters }
  for (const [field, value] of Object.entries(settings)) {
    const [, parameter] = field.split('.')
    if (parameter === undefined) varied[field] = value
    else parameters[parameter] = value
  }
  return Object.keys(parameters).length > 0 ? { ...varied, parameters } : varied
}

function labelOf(settings: SweepPoint['settings']): string {
  return Object.entries(settings)
    .map(([field, value]) => `${fieldName(field)} ${valueText(value)}`)
    .join(', ')
}

/** A field that is varied, as people read it. */
export function fieldName(field: string): string {
  return field.replace(/^parameters\./, '')
}

/** The seeds, as people read them. */
export function seedsText(seeds: string): string {
  return `${seeds.includes('-') ? 'seeds' : 'seed'} ${seeds}`
}

/** A value that a field takes, as people read it. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(' ')
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value !== 'object' || value === null) return String(value)
  // A network of one's own may have a name.
  const { name } = value as { readonly name?: unknown }
  return typeof name === 'string' ? name : fingerprint(value)
}

/** @param label the point at which something is done; errors name it */
function within<T>(label: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (label !== '' && error instanceof ScenarioError)
      throw new ScenarioError(`at ${label}: ${error.message}`)
    throw error
  }
}
