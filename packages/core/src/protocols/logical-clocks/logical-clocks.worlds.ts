import type { CheckWorld } from '../../model/index.ts'

/** Every order of a few steps of two processes. Of its two draws a step sends where the first is low, to the peer that the second says. */
export const clockWorlds: readonly CheckWorld[] = [
  {
    name: 'two processes, three steps, a message lost and one repeated',
    nodes: 2,
    draws: [0, 0.9],
    bounds: { timeouts: 3, losses: 1, duplications: 1 },
  },
  {
    name: 'two processes, three steps, a crash, a message lost and one repeated, disks that take their time',
    nodes: 2,
    draws: [0, 0.9],
    bounds: { timeouts: 3, crashes: 1, losses: 1, duplications: 1 },
    disk: 'asynchronous',
  },
]
