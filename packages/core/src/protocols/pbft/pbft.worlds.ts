import type { CheckWorld } from '../../model/index.ts'

const two = {
  nodes: 2,
  commands: [
    { write: 'a', node: 0 },
    { write: 'b', node: 1 },
  ],
} as const

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
]
