import type { CheckWorld } from '../../model/index.ts'

const two = {
  nodes: 2,
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 1 },
  ],
} as const

/**
 * The primary says one thing to replicas 1 and 2, and another to replica 3. All other ways to divide
 * them are this one with other names, or no division.
 */
export const twoFacedPrimary: CheckWorld = {
  name: 'four replicas, a primary with two faces: one for two of them, one for the third',
  nodes: 4,
  commands: [
    { write: 'a', node: 0, copy: 'first' },
    { write: 'b', node: 0, copy: 'second' },
  ],
  twins: [{ node: 0, second: [3], hears: 'at once' }],
}

/**
 * A backup says one thing to the primary and another to its fellows, who never hear it prepare: it has no
 * pre-prepare where they ask.
 */
export const twoFacedBackup: CheckWorld = {
  name: 'four replicas, a backup with two faces: one for the primary, one for the others',
  nodes: 4,
  commands: [{ write: 'a', node: 0 }],
  twins: [{ node: 3, second: [0], hears: 'at once' }],
}

/** The three phases, view changes, and a replica that says different things to different others. */
export const pbftWorlds: readonly CheckWorld[] = [
  {
    name: 'two replicas, two requests and a view change',
    ...two,
    bounds: { timeouts: { viewChange: 1 } },
  },
  { name: 'three replicas and one request', nodes: 3, commands: [{ write: 'a', node: 0 }] },
  {
    name: 'two replicas, two requests, a view change and a crash',
    ...two,
    bounds: { timeouts: { viewChange: 1 }, crashes: 1 },
  },
  twoFacedPrimary,
  twoFacedBackup,
]
