import type { CheckWorld } from '../../model/index.ts'

/** Blocks found by any miners at any moments, and every order of their announcement. */
export const nakamotoWorlds: readonly CheckWorld[] = [
  { name: 'two nodes, two blocks', nodes: 2, bounds: { blocks: 2 }, opening: 'settled' },
  {
    name: 'two nodes, two blocks, a crash',
    nodes: 2,
    bounds: { blocks: 2, crashes: 1 },
    opening: 'settled',
  },
  {
    name: 'two nodes that do not know each other yet, two blocks',
    nodes: 2,
    bounds: { blocks: 2 },
  },
  { name: 'three nodes, two blocks', nodes: 3, bounds: { blocks: 2 }, opening: 'settled' },
]
