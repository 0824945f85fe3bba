import type { AnyNode } from '../model/machine.ts'
import { type ExploreOptions, type Setting, settingOf } from './options.ts'

/**
 * The setting of a search that tells every state from every other: neither are interchangeable nodes
 * taken for one another, nor are orders of events left out.
 * @throws RangeError where one of these is asked for, and for options that make no world
 */
export function plainSettingOf<N extends AnyNode>(options: ExploreOptions<N>): Setting<N> {
  const setting = settingOf(options)
  if (setting.symmetry) throw new RangeError('symmetry is for the breadth-first search alone')
  if (setting.reduction !== 'none') {
    throw new RangeError('partial order reduction is for the breadth-first search alone')
  }
  return setting
}
