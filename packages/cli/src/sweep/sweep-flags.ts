import { type Scenario, type Sweep, sweepFrom, usualSeeds } from '@quorate/core/experiments'
import { UsageError } from '../exit-codes.ts'
import { isDecimal, looksLikeFile, networkOf, type RunFlags, scenarioOf } from '../run-flags.ts'
import { readDataFile } from '../scenario-file.ts'

/** The flags that say what is swept. */
export interface SweepFlags extends RunFlags {
  readonly seeds?: string
  readonly runs?: number
  readonly vary?: string[]
}

/** What is swept: a sweep's file, or a scenario (a file or a protocol), with the flags on top. */
export function sweepOf(subject: string, flags: SweepFlags): Sweep {
  if (flags.seed !== undefined)
    throw new UsageError('a sweep has no one --seed: write --seeds 1-1000, or --runs 1000')
  if (flags.seeds !== undefined && flags.runs !== undefined)
    throw new UsageError('--seeds and --runs say the same: give one of the two')
  const base = baseOf(subject)
  const scenario = scenarioOf(base ? JSON.stringify(base.scenario) : subject, flags)
  const varied = (flags.vary ?? []).map((text) => variationOf(text, scenario))
  const [twice] = varied.map(([field]) => field).filter((field, i, all) => all.indexOf(field) < i)
  if (twice !== undefined)
    throw new UsageError(`--vary has ${twice} twice: give all its values at once`)
  const given = flags.seeds ?? (flags.runs === undefined ? undefined : `1-${flags.runs}`)
  return {
    scenario,
    vary: { ...base?.vary, ...Object.fromEntries(varied) },
    seeds: given ?? base?.seeds ?? usualSeeds,
  }
}

/** The sweep in a file; undefined if the subject is a scenario's file, or no file. */
function baseOf(subject: string): Sweep | undefined {
  if (!looksLikeFile(subject) || subject.trimStart().startsWith('{')) return undefined
  return readDataFile(subject, (data) =>
    typeof data === 'object' && data !== null && 'scenario' in data ? sweepFrom(data) : undefined,
  )
}

/** Fields whose names as flags are not those of the scenario. */
const fieldOfFlag = new Map([
  ['fault', 'faults'],
  ['think-time', 'thinkTime'],
  ['hash-power', 'hashPower'],
  ['membership-changes', 'membershipChanges'],
  ['allow-excess-faults', 'allowExcessFaults'],
])
const numeric = ['nodes', 'until', 'clients', 'rate', 'reads']
const switches = ['chaos', 'membershipChanges', 'allowExcessFaults']
const lists = ['faults', 'byzantine']

function variationOf(text: string, scenario: Scenario): [string, unknown[]] {
  const [, name = '', values = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (name === '')
    throw new UsageError(`--vary '${text}': write it like nodes=3,5,7 or param.heartbeatMs=20,50`)
  const field = (fieldOfFlag.get(name) ?? name).replace(/^param\./, 'parameters.')
  // Faults and shares have commas of their own.
  const parts = values.split(values.includes(';') || field === 'hashPower' ? ';' : ',')
  return [field, parts.map((part) => valueIn(field, part.trim(), name, scenario))]
}

function valueIn(field: string, text: string, name: string, scenario: Scenario): unknown {
  if (numeric.includes(field) || field.startsWith('parameters.'))
    return numberIn(text, `--vary ${name}: '${text}' must be a number`)
  if (switches.includes(field)) {
    if (text !== 'true' && text !== 'false')
      throw new UsageError(`--vary ${name}: '${text}' must be true or false`)
    return text === 'true'
  }
  if (field === 'hashPower')
    return text
      .split(',')
      .map((share) => numberIn(share, `--vary ${name}: '${text}': write 3,1,1;1,1,1`))
  if (lists.includes(field)) {
    const earlier = scenario[field as 'faults' | 'byzantine'] ?? []
    return text === 'none' ? earlier : [...earlier, text]
  }
  return field === 'network' ? networkOf(text) : text
}

function numberIn(text: string, otherwise: string): number {
  if (!isDecimal(text.trim())) throw new UsageError(otherwise)
  return Number(text)
}
