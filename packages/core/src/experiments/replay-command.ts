import { variantNamed } from '../protocols/catalogue.ts'
import type { Scenario } from './scenario.ts'

/** The command that gives a run again, in a shell: as flags where they can say it all, else with the scenario in it. */
export function replayCommand(scenario: Scenario): string {
  if (!fitsFlags(scenario)) return `quorate run ${quoted(JSON.stringify(scenario))}`
  const words = ['quorate run', quoted(scenario.protocol)]
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(`--${flag}`, quoted(String(value)))
  }
  add('nodes', scenario.nodes)
  add('seed', scenario.seed)
  if (typeof scenario.network === 'string') add('network', scenario.network)
  add('synchrony', scenario.synchrony)
  for (const fault of scenario.faults ?? []) add('fault', fault)
  if (scenario.chaos) words.push('--chaos')
  for (const strategy of scenario.byzantine ?? []) add('byzantine', strategy)
  if (scenario.allowExcessFaults) words.push('--allow-excess-faults')
  add('for', scenario.for)
  add('until', scenario.until)
  add('workload', scenario.workload)
  add('clients', scenario.clients)
  add('think-time', scenario.thinkTime)
  add('rate', scenario.rate)
  add('reads', scenario.reads)
  for (const [name, value] of Object.entries(scenario.parameters ?? {}))
    add('param', `${name}=${value}`)
  add('passing', scenario.passing)
  add('disk', scenario.disk)
  if (scenario.hashPower) add('hash-power', scenario.hashPower.join(','))
  if (scenario.membershipChanges) words.push('--membership-changes')
  return words.join(' ')
}

function fitsFlags(scenario: Scenario): boolean {
  const { protocol, network, interventions, steps, byzantine } = scenario
  if (typeof network === 'object' || interventions?.length || steps) return false
  // That nobody is Byzantine is said by an empty list, where chaos would draw some.
  if (byzantine?.length === 0) return false
  // A planted bug brings settings of its own, and no flag says that something is not to be.
  const usual = (variantNamed(protocol).mutant?.scenario ?? {}) as Partial<Scenario>
  const switches = ['chaos', 'membershipChanges', 'allowExcessFaults'] as const
  const lists = ['faults'] as const
  return !(
    switches.some((name) => usual[name] && scenario[name] === false) ||
    lists.some((name) => usual[name]?.length && scenario[name]?.length === 0)
  )
}

function quoted(word: string): string {
  return /^[\w.,:=@%+/-]+$/.test(word) ? word : `'${word.replaceAll(`'`, `'\\''`)}'`
}
