import { counted } from '@quorate/core/experiments'
import {
  type CheckWorld,
  type ExploreOptions,
  referenceModels,
  worldFrom,
  worldOptions,
} from '@quorate/core/explorer'
import type { Goal } from '@quorate/core/model'
import { type Variant, variantNamed } from '@quorate/core/protocols'
import { UsageError } from '../exit-codes.ts'
import { readDataFile } from '../scenario-file.ts'
import { limited, type SearchLimits } from './search-limits.ts'
import { numbersOf, type WorldFlags, worldFlagsIn, worldWith } from './world-flags.ts'
import { worldText } from './world-text.ts'

/** One exploration to be done. */
export interface CheckedWorld {
  readonly name: string
  /** The world and its bounds, in words. */
  readonly what: string
  /** The same as plain data, as a counterexample file holds it. */
  readonly data: object
  readonly options: ExploreOptions
  /** Of a model, which has no place for them in its data: where its exploration ends. */
  readonly limits?: SearchLimits
  /** What must be reached in the end; undefined where nothing of the kind is asked. */
  readonly goal?: Goal
  /** Whether that was asked for, and is not only what the world comes with. */
  readonly asked?: boolean
  /** How many states others have counted. */
  readonly expectedStates?: number
}

/** What is checked: a protocol, or one with a planted bug, in its small worlds. */
export interface CheckSubject {
  /** As it is typed. */
  readonly name: string
  readonly title: string
  readonly worlds: readonly CheckedWorld[]
}

/**
 * A protocol in the worlds that the flags say.
 * @param wanted a world's name, its number in the list, or a file
 * @throws UsageError for what there is not
 */
export function protocolSubject(
  name: string,
  wanted: string | undefined,
  flags: WorldFlags,
  liveness: boolean,
): CheckSubject {
  const variant = variantOf(name)
  const { protocol, mutant } = variant
  const worlds = worldsOf(variant, wanted, flags).map((world): CheckedWorld => {
    const checked = worldWith(world, flags)
    return {
      name: checked.name,
      what: worldText(checked),
      data: checked,
      ...optionsOf(variant, checked),
      ...goalOf(variant, checked, liveness),
    }
  })
  return { name, title: mutant ? `${protocol.title} with ${mutant.name}` : protocol.title, worlds }
}

/**
 * A model whose states others have counted.
 * @throws UsageError for what there is not
 */
export function modelSubject(name: string, flags: WorldFlags): CheckSubject {
  const model = referenceModels.find((known) => known.name === name)
  if (!model) {
    const names = referenceModels.map((known) => known.name).join(', ')
    throw new UsageError(`unknown model '${name}': the models are ${names}`)
  }
  const parameters = numbersOf('param', flags.param ?? [])
  const { depth, states } = flags
  const limits = {
    ...(depth === undefined ? {} : { depth }),
    ...(states === undefined ? {} : { states }),
  }
  return asUsage(() => {
    const options = model.options(parameters)
    const expectedStates = model.expectedStates(parameters)
    // The names of parameters are plural.
    const values = Object.entries(model.parameters).map(([parameter, { usual }]) =>
      counted(parameters[parameter] ?? usual, parameter.replace(/s$/, '')),
    )
    const by = expectedStates === undefined ? 'by nobody else' : `by ${model.source}`
    const world: CheckedWorld = {
      name: model.name,
      what: `${model.what} ${values.join(', ')}; counted ${by}.`,
      data: parameters,
      options: limited(options, limits),
      limits,
      ...(expectedStates === undefined ? {} : { expectedStates }),
    }
    return { name: model.name, title: model.title, worlds: [world] }
  })
}

/** What makes no world is known when it is made: it is whoever asked for it who can put it right. */
export function asUsage<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
}

/** The worlds that a protocol comes with; with a planted bug, the one that shows it first. */
export function worldsFor({ protocol, mutant }: Variant): readonly CheckWorld[] {
  const own = protocol.worlds ?? []
  return mutant?.world ? [mutant.world, ...own] : own
}

function variantOf(name: string): Variant {
  return asUsage(() => variantNamed(name))
}

function worldsOf(
  variant: Variant,
  wanted: string | undefined,
  flags: WorldFlags,
): readonly CheckWorld[] {
  const own = worldsFor(variant)
  if (wanted !== undefined) return [worldNamed(own, wanted, variant.protocol.name)]
  if (worldFlagsIn(flags).length === 0) {
    if (own.length > 0) return own
    throw new UsageError(
      `${variant.protocol.title} comes with no world to explore: make one with flags such as --nodes 3 --timeouts 1`,
    )
  }
  // What is not said of a world of one's own is as in the smallest that the protocol comes with.
  const [smallest] = own
  const plain = { name: 'as asked', nodes: variant.protocol.usualNodes }
  return [smallest ? { ...smallest, name: 'as asked' } : plain]
}

function worldNamed(own: readonly CheckWorld[], wanted: string, protocol: string): CheckWorld {
  if (/[./\\]/.test(wanted)) return readDataFile(wanted, shapedWorld)
  const found = own.find(({ name }, i) => name === wanted || String(i + 1) === wanted)
  if (found) return found
  const names = own.map(({ name }, i) => `${i + 1} '${name}'`).join(', ')
  throw new UsageError(
    `${protocol} has no world '${wanted}': ${names === '' ? 'it comes with none' : `it has ${names}`}, or give a file such as ./world.yaml`,
  )
}

function shapedWorld(data: unknown): CheckWorld {
  return asUsage(() => worldFrom(data))
}

function goalOf(
  { protocol }: Variant,
  world: CheckWorld,
  liveness: boolean,
): Pick<CheckedWorld, 'goal' | 'asked'> {
  if (!liveness && !world.liveness) return {}
  if (!protocol.eventually) {
    throw new UsageError(`${protocol.title} says nothing of what is reached in the end`)
  }
  return { goal: protocol.eventually, asked: liveness }
}

/** Nothing is explored here yet: what is wrong with a world is known before the first one begins. */
function optionsOf({ protocol, node }: Variant, world: CheckWorld): Pick<CheckedWorld, 'options'> {
  return { options: asUsage(() => worldOptions(protocol, world, node)) }
}
