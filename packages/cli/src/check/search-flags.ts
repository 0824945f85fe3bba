import { availableParallelism } from 'node:os'
import { byteCount } from '@quorate/core/experiments'
import type { Command } from 'commander'
import { UsageError } from '../exit-codes.ts'
import { wholeNumber } from '../run-flags.ts'

const searchNames = ['breadth-first', 'depth-first', 'bitstate', 'guided'] as const
type SearchName = (typeof searchNames)[number]

/** The flags that say how a world is searched. */
export interface SearchFlags {
  readonly search?: string
  readonly threads?: number
  readonly memory?: string
  readonly seed?: number
  readonly steps?: number
  readonly symmetry?: string | true
  readonly reduction?: string
}

/** How a world is searched, with everything decided. */
export interface SearchChoice {
  readonly name: SearchName
  /** Of a depth-first search. */
  readonly threads: number
  /** For the states seen; undefined: as usual for the search. */
  readonly memoryBytes: number | undefined
  /** Of random walks. */
  readonly seed: number
  readonly steps: number
  readonly symmetry: 'none' | 'nodes' | readonly number[]
  readonly reduction: 'none' | 'partial-order'
}

const usualSteps = 1_000_000

export function addSearchFlags(command: Command): Command {
  return command
    .option(
      '--search <kind>',
      'breadth-first (shortest counterexamples), depth-first (in threads), bitstate, guided',
    )
    .option('--threads <n>', 'of a depth-first search', wholeNumber('threads', 1, 64))
    .option('--memory <size>', 'for the states seen, such as 512MB')
    .option('--seed <s>', 'what guided walks come from', wholeNumber('seed'))
    .option('--steps <n>', 'how far guided walks go, all together', wholeNumber('steps', 1))
    .option(
      '--symmetry [nodes]',
      'states that differ only in who is who count as one; or of these nodes only',
    )
    .option(
      '--reduction <kind>',
      'partial-order: fewer states, in up to twice the time, where memory is short',
    )
}

/** @throws UsageError for what there is not, or does not go together */
export function searchChoice(flags: SearchFlags): SearchChoice {
  const { search = 'breadth-first', threads, memory, seed, steps } = flags
  const name = searchNames.find((known) => known === search)
  if (!name) {
    throw new UsageError(`--search '${search}': the searches are ${searchNames.join(', ')}`)
  }
  const only = (flag: string, given: unknown, ...names: readonly SearchName[]) => {
    if (given === undefined || names.includes(name)) return
    throw new UsageError(`--${flag} goes with --search ${names.join(' or ')}, not ${name}`)
  }
  only('threads', threads, 'depth-first')
  only('memory', memory, 'breadth-first', 'depth-first', 'bitstate')
  only('seed', seed, 'guided')
  only('steps', steps, 'guided')
  only('symmetry', flags.symmetry, 'breadth-first')
  only('reduction', flags.reduction, 'breadth-first')
  return {
    name,
    threads: threads ?? availableParallelism(),
    memoryBytes: memory === undefined ? undefined : memoryOf(memory, name),
    seed: seed ?? 1,
    steps: steps ?? usualSteps,
    symmetry: symmetryOf(flags.symmetry),
    reduction: reductionOf(flags.reduction),
  }
}

const units: { readonly [unit: string]: number } = {
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

function bytesOf(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kMG]i?B)$/.exec(text) ?? []
  const scale = units[unit]
  if (number === undefined || scale === undefined) {
    throw new UsageError(`--memory '${text}': write it like 512MB, in kB, MB or GB`)
  }
  return Math.floor(Number(number) * scale)
}

/** What each search can make use of; a depth-first one uses no more than its most, however much it may. */
const memoryBounds: { readonly [N in SearchName]: { least: number; most: number } } = {
  'breadth-first': { least: 64e6, most: Number.POSITIVE_INFINITY },
  'depth-first': { least: 16e3, most: Number.POSITIVE_INFINITY },
  bitstate: { least: 1e3, most: 2 ** 29 },
  guided: { least: 0, most: 0 },
}

function memoryOf(text: string, search: SearchName): number {
  const bytes = bytesOf(text)
  const { least, most } = memoryBounds[search]
  if (bytes >= least && bytes <= most) return bytes
  const range = bytes < least ? `needs ${byteCount(least)}` : `can use ${byteCount(most)} at most`
  throw new UsageError(`--memory '${text}': a ${search} search ${range}`)
}

function symmetryOf(given: string | true | undefined): SearchChoice['symmetry'] {
  if (given === undefined) return 'none'
  if (given === true) return 'nodes'
  const nodes = given.split(',').map(Number)
  if (!/^\d+(,\d+)+$/.test(given)) {
    throw new UsageError(`--symmetry '${given}': write the nodes that are alike, such as 1,2`)
  }
  return nodes
}

function reductionOf(given: string | undefined): SearchChoice['reduction'] {
  if (given === undefined || given === 'none') return 'none'
  if (given === 'partial-order') return given
  throw new UsageError(`--reduction '${given}': there is partial-order`)
}
