import { type CheckWorld, worldFrom } from '@quorate/core/explorer'
import type { Command } from 'commander'
import { UsageError } from '../exit-codes.ts'
import { collect, wholeNumber } from '../run-flags.ts'

type WorldCommand = NonNullable<CheckWorld['commands']>[number]

/** The flags that make a world of one's own, or change one of the protocol's. */
export interface WorldFlags {
  readonly nodes?: number
  readonly param?: string[]
  readonly write?: string[]
  readonly propose?: string[]
  readonly timeouts?: string
  readonly crashes?: string
  readonly losses?: string
  readonly duplications?: number
  readonly blocks?: number
  readonly atMost?: string[]
  readonly twin?: string[]
  readonly disk?: string
  readonly ignored?: string
  readonly draws?: string
  readonly depth?: number
  readonly states?: number
}

export function addWorldFlags(command: Command): Command {
  return command
    .option('--nodes <n>', 'how many nodes', wholeNumber('nodes', 1, 64))
    .option('--param <name=value>', 'a parameter; may be repeated', collect)
    .option(
      '--write <value[@node]>',
      'a client writes once, at any moment; may be repeated',
      collect,
    )
    .option('--propose <value[@node]>', 'a client proposes once; may be repeated', collect)
    .option('--timeouts <n>', 'how many in all, or such as election=2,heartbeat=1')
    .option('--crashes <n>', 'how many, each followed by a restart at any moment')
    .option('--losses <n>', 'how many messages may be lost')
    .option('--duplications <n>', 'how many may arrive twice', wholeNumber('duplications'))
    .option('--blocks <n>', 'how many may be mined', wholeNumber('blocks'))
    .option('--at-most <field=n>', 'how far a field of a node may go; may be repeated', collect)
    .option('--twin <node:others>', 'a Byzantine node as two copies, such as 3:1,2', collect)
    .option(
      '--disk <model>',
      'instant, or asynchronous: a crash may come before a write is durable',
    )
    .option('--ignored <how>', 'messages that change nothing are kept in flight, or consumed')
    .option('--draws <values>', 'what a random draw may give, such as 0.25,0.75')
    .option('--depth <n>', 'events in a row', wholeNumber('depth'))
    .option('--states <n>', 'unique states, at most', wholeNumber('states', 1))
}

/** Each flag that says something about the world, and not only how far it is explored. */
const worldFlagNames = {
  nodes: '--nodes',
  param: '--param',
  write: '--write',
  propose: '--propose',
  timeouts: '--timeouts',
  crashes: '--crashes',
  losses: '--losses',
  duplications: '--duplications',
  blocks: '--blocks',
  atMost: '--at-most',
  twin: '--twin',
  disk: '--disk',
  ignored: '--ignored',
  draws: '--draws',
} as const satisfies { readonly [F in Exclude<keyof WorldFlags, 'depth' | 'states'>]: string }

type WorldFlag = keyof typeof worldFlagNames

/** The flags, as they are typed, that say something about the world. */
export function worldFlagsIn(flags: WorldFlags): string[] {
  const names = Object.keys(worldFlagNames) as WorldFlag[]
  return names.filter((name) => flags[name] !== undefined).map((name) => worldFlagNames[name])
}

/**
 * A world with what the flags say of it.
 * @throws UsageError for what no world can be
 */
export function worldWith(base: CheckWorld, flags: WorldFlags): CheckWorld {
  const commands = [
    ...(flags.write ?? []).map((text) => ({ write: valueIn(text), ...nodeOf(text) })),
    ...(flags.propose ?? []).map((text) => ({ propose: valueIn(text), ...nodeOf(text) })),
  ] satisfies WorldCommand[]
  const { nodes, disk, ignored, draws, param, atMost, twin } = flags
  const given = {
    nodes,
    disk,
    ignored,
    commands: commands.length > 0 ? commands : undefined,
    parameters: param && { ...base.parameters, ...numbersOf('param', param) },
    atMost: atMost && { ...base.atMost, ...numbersOf('at-most', atMost) },
    twins: twin?.map(twinOf),
    draws: draws?.split(',').map((text) => numberOf('draws', text)),
    bounds: boundsWith(base.bounds, flags),
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  try {
    return worldFrom({ ...base, ...Object.fromEntries(set) })
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
}

function boundsWith(base: CheckWorld['bounds'], flags: WorldFlags): CheckWorld['bounds'] {
  const { timeouts, crashes, losses, duplications, blocks, depth, states } = flags
  const given = {
    timeouts: timeouts === undefined ? undefined : timeoutsOf(timeouts),
    crashes: crashes === undefined ? undefined : boundOf('crashes', crashes),
    losses: losses === undefined ? undefined : boundOf('losses', losses),
    duplications,
    blocks,
    depth,
    states,
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...base, ...Object.fromEntries(set) }
}

function timeoutsOf(text: string): NonNullable<CheckWorld['bounds']>['timeouts'] {
  if (!text.includes('=')) return boundOf('timeouts', text)
  const bounds = new Map<string, number | 'any'>()
  for (const pair of text.split(',')) {
    const [timer = '', most = '', ...more] = pair.split('=')
    if (timer === '' || more.length > 0) {
      throw new UsageError(`--timeouts '${text}': write it like election=2,heartbeat=1`)
    }
    if (bounds.has(timer)) {
      throw new UsageError(`--timeouts '${text}': the ${timer} timer is named twice`)
    }
    bounds.set(timer, boundOf('timeouts', most, text))
  }
  return Object.fromEntries(bounds)
}

/** @param whole all that was written for the flag, where that is more */
function boundOf(flag: string, text: string, whole = text): number | 'any' {
  if (text === 'any') return text
  if (!/^\d+$/.test(text)) {
    throw new UsageError(`--${flag} '${whole}': write how many, or any`)
  }
  if (!Number.isSafeInteger(Number(text))) {
    throw new UsageError(`--${flag} '${whole}': write a smaller number, or any`)
  }
  return Number(text)
}

/** `value@node`: what is before the sign. */
function valueIn(text: string): string {
  return text.replace(/@[^@]*$/, '')
}

function nodeOf(text: string): Pick<WorldCommand, 'node'> {
  const [, node] = /@([^@]*)$/.exec(text) ?? []
  if (node === undefined || node === 'any') return {}
  if (node === 'all') return { node }
  if (!/^\d+$/.test(node)) throw new UsageError(`'${text}': after @ comes a node, any or all`)
  return { node: Number(node) }
}

/** Reads pairs such as `clients=2`. */
export function numbersOf(flag: string, pairs: readonly string[]): { [name: string]: number } {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = '', ...more] = pair.split('=')
      if (name === '' || value === '' || more.length > 0) {
        throw new UsageError(`--${flag} '${pair}': write it like name=2`)
      }
      return [name, numberOf(flag, value)]
    }),
  )
}

function numberOf(flag: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new UsageError(`--${flag} '${text}': it must be a number`)
  }
  return value
}

function twinOf(text: string): { node: number; second: number[] } {
  const [, node, others] = /^(\d+):(\d+(?:,\d+)*)$/.exec(text) ?? []
  if (node === undefined || others === undefined) {
    throw new UsageError(
      `--twin '${text}': write the node, and who sees its second copy, such as 3:1,2`,
    )
  }
  return { node: Number(node), second: others.split(',').map(Number) }
}
