import {
  type CheckWorld,
  type ExploreOptions,
  worldFrom,
  worldOptions,
} from '@quorate/core/explorer'
import { type Variant, variantNamed } from '@quorate/core/protocols'
import { UsageError } from '../exit-codes.ts'
import { readDataFile } from '../scenario-file.ts'
import { anyWorldFlag, type WorldFlags, worldWith } from './world-flags.ts'
import { worldText } from './world-text.ts'

/** One exploration to be done. */
export interface CheckedWorld {
  readonly name: string
  /** The world and its bounds, in words. */
  readonly what: string
  /** The same as plain data, as a counterexample file holds it. */
  readonly data: object
  readonly options: ExploreOptions
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
    }
  })
  return { name, title: mutant ? `${protocol.title} with ${mutant.name}` : protocol.title, worlds }
}

/** The worlds that a protocol comes with; with a planted bug, the one that shows it first. */
export function worldsFor({ protocol, mutant }: Variant): readonly CheckWorld[] {
  const own = protocol.worlds ?? []
  return mutant?.world ? [mutant.world, ...own] : own
}

function variantOf(name: string): Variant {
  try {
    return variantNamed(name)
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
}

function worldsOf(
  variant: Variant,
  wanted: string | undefined,
  flags: WorldFlags,
): readonly CheckWorld[] {
  const own = worldsFor(variant)
  if (wanted !== undefined) return [worldNamed(own, wanted, variant.protocol.name)]
  if (!anyWorldFlag(flags)) {
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
  try {
    return worldFrom(data)
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
}

/** Nothing is explored here yet: what is wrong with a world is known before the first one begins. */
function optionsOf({ protocol, node }: Variant, world: CheckWorld): Pick<CheckedWorld, 'options'> {
  try {
    return { options: worldOptions(protocol, world, node) }
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
}
