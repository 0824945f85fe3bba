import type { Bounds, ExploreOptions } from '@quorate/core/explorer'

/** Where a search ends, whatever there is to see. */
export type SearchLimits = Pick<Bounds, 'depth' | 'states'>

/** The same world, in which the search ends there. */
export function limited(options: ExploreOptions, limits: SearchLimits): ExploreOptions {
  return { ...options, bounds: { ...options.bounds, ...limits } }
}
