import { KeyValueStore } from '../../machines/key-value-store.ts'
import { noCosts } from '../costs.ts'
import { instantDisk } from '../disk.ts'
import { type Workload, World, type WorldOptions } from '../world.ts'
import { Desk, desk } from './desk.protocol.ts'
import { placeOf } from './script-world.ts'

/** A world of three desks, a millisecond apart from their clients, in which nothing else takes time. */
export function deskWorld(
  workload: Workload,
  clients: number,
  options: Partial<WorldOptions> = {},
): World {
  const nodes = options.nodes ?? 3
  // One store for all: whoever serves, serves the same.
  const store = new KeyValueStore()
  const world = new World(
    {
      protocol: desk,
      node: Desk,
      nodes,
      clients,
      seed: 1,
      parameters: {},
      network: placeOf({ kind: 'constant', micros: 1_000 }),
      synchrony: { kind: 'measured' },
      costs: noCosts,
      disk: instantDisk,
      clockOffsetMicros: 0,
      clockDriftPpm: 0,
      hashesPerSecond: new Array<number>(nodes).fill(0),
      passing: 'reference',
      machine: () => store,
      byzantine: new Map(),
      checkers: [],
      recordTrace: false,
      ...options,
    },
    workload,
  )
  world.start()
  return world
}

export function deskOf(world: World, id: number): Desk {
  return world.hostOf(id).node as unknown as Desk
}

/** Lets all desks do this from now on. */
export function allDesks(world: World, mode: Desk['mode']): void {
  for (const host of world.hosts) (host.node as unknown as Desk).mode = mode
}
