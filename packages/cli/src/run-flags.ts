import { type Scenario, scenarioFrom } from '@quorate/core/experiments'
import type { Command } from 'commander'
import { UsageError } from './exit-codes.ts'
import { readNetworkFile, readScenarioFile, scenarioIn } from './scenario-file.ts'

/** The flags of a run, as they were given. */
export interface RunFlags {
  readonly nodes?: number
  readonly seed?: number
  readonly network?: string
  readonly synchrony?: string
  readonly fault?: string[]
  readonly chaos?: boolean
  readonly byzantine?: string[]
  readonly allowExcessFaults?: boolean
  readonly for?: string
  readonly until?: number
  readonly workload?: string
  readonly clients?: number
  readonly thinkTime?: string
  readonly rate?: number
  readonly reads?: number
  readonly param?: string[]
  readonly passing?: string
  readonly disk?: string
  readonly hashPower?: string
  readonly membershipChanges?: boolean
  readonly trace?: string
  readonly json?: boolean
}

/** Adds the flags that say what is run. */
export function addScenarioFlags(command: Command): Command {
  return command
    .option('--nodes <n>', 'how many nodes', wholeNumber('nodes'))
    .option('--seed <s>', 'what everything random comes from', wholeNumber('seed'))
    .option('--network <name|file>', 'lan, zones, wan, bitcoin, or a file of your own')
    .option('--synchrony <model>', 'sync, partial:GST (such as partial:5s) or async')
    .option('--fault <spec>', 'such as crash:leader@5s+3s; may be repeated', collect)
    .option('--chaos', 'draw faults from the seed, then heal and demand progress')
    .option(
      '--byzantine <node=strategy>',
      'such as 3=silent, 2=delayed:500ms, 0=twins, 1=corrupting:10%, or an attack; may be repeated',
      collect,
    )
    .option('--allow-excess-faults', 'more Byzantine nodes than the protocol tolerates')
    .option('--for <time>', 'how long, in virtual time, such as 60s')
    .option('--until <n>', 'end after so many decisions or blocks', wholeNumber('until'))
    .option('--workload <name>', 'key-value, proposals, payments or none')
    .option('--clients <n>', 'how many clients', wholeNumber('clients'))
    .option('--think-time <time>', 'between an answer and a client’s next request, such as 20ms')
    .option('--rate <n>', 'an open loop: operations a second of all clients', decimalNumber('rate'))
    .option('--reads <share>', 'the share of operations that only read', decimalNumber('reads'))
    .option('--param <name=value>', 'a parameter of the protocol; may be repeated', collect)
    .option('--passing <how>', 'how messages pass: reference, frozen or encoded')
    .option('--disk <model>', 'usual, none, or the time of a sync, such as 2ms')
    .option('--hash-power <shares>', 'the hash power of each node, such as 3,1,1')
    .option('--membership-changes', 'change the members while the run goes on')
}

/** What is run: a scenario file or a protocol, with the flags on top. */
export function scenarioOf(subject: string, flags: RunFlags): Scenario {
  const base = baseOf(subject)
  const given = {
    nodes: flags.nodes,
    seed: flags.seed,
    network: flags.network === undefined ? undefined : networkOf(flags.network),
    synchrony: flags.synchrony,
    faults: flags.fault === undefined ? undefined : [...(base.faults ?? []), ...flags.fault],
    chaos: flags.chaos,
    byzantine:
      flags.byzantine === undefined ? undefined : [...(base.byzantine ?? []), ...flags.byzantine],
    allowExcessFaults: flags.allowExcessFaults,
    for: flags.for,
    until: flags.until,
    workload: flags.workload,
    clients: flags.clients,
    thinkTime: flags.thinkTime,
    rate: flags.rate,
    reads: flags.reads,
    parameters:
      flags.param === undefined ? undefined : { ...base.parameters, ...parametersOf(flags.param) },
    passing: flags.passing,
    disk: flags.disk,
    hashPower: flags.hashPower === undefined ? undefined : sharesOf(flags.hashPower),
    membershipChanges: flags.membershipChanges,
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  return scenarioFrom({ ...base, ...Object.fromEntries(set) })
}

/** A scenario in a file or, as `quorate run` itself prints it, in the argument; else the name of a protocol. */
function baseOf(subject: string): Scenario {
  if (subject.trimStart().startsWith('{')) return scenarioIn(subject, 'the scenario')
  return looksLikeFile(subject) ? readScenarioFile(subject) : { protocol: subject }
}

/** No name has a dot or a slash; a file without either is given as `./file`. */
export function looksLikeFile(subject: string): boolean {
  return /[./\\]/.test(subject)
}

/** A network by its name, or from its file. */
export function networkOf(network: string): Scenario['network'] {
  return looksLikeFile(network) ? readNetworkFile(network) : network
}

/** Reads the value of a flag, for commander. */
export function wholeNumber(
  flag: string,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      const range = `a whole number from ${least} to ${most}`
      throw new UsageError(`--${flag} is '${text}': it must be ${range}`)
    }
    return value
  }
}

function decimalNumber(flag: string): (text: string) => number {
  return (text) => {
    if (!isDecimal(text)) throw new UsageError(`--${flag} is '${text}': it must be a number`)
    return Number(text)
  }
}

/** As JavaScript writes finite numbers. */
export function isDecimal(text: string): boolean {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))
}

/** Collects the values of a flag that may be repeated, for commander. */
export function collect(text: string, earlier: string[] = []): string[] {
  return [...earlier, text]
}

function parametersOf(pairs: readonly string[]): { [name: string]: number } {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = '', ...more] = pair.split('=')
      if (name === '' || !isDecimal(value) || more.length > 0)
        throw new UsageError(`--param '${pair}': write it like heartbeatMs=50`)
      return [name, Number(value)]
    }),
  )
}

function sharesOf(text: string): number[] {
  return text.split(',').map((share) => {
    if (!isDecimal(share) || Number(share) < 0)
      throw new UsageError(`--hash-power '${text}': write one number for each node, such as 3,1,1`)
    return Number(share)
  })
}
