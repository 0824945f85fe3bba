import type { CheckWorld } from '../../model/index.ts'

/** Time-outs of a few ticks, so that a process may be silent for long enough within a few steps. */
const short = { heartbeatTicks: 2, timeoutTicks: 3 } as const

/** Clocks that tick when they like, so that any message may come too late. */
export const detectorWorlds: readonly CheckWorld[] = [
  {
    name: 'two processes, a crash, five ticks',
    nodes: 2,
    parameters: short,
    bounds: { timeouts: 5, crashes: 1 },
  },
  {
    name: 'two processes, eight ticks, a message lost',
    nodes: 2,
    parameters: short,
    bounds: { timeouts: 8, losses: 1 },
  },
  {
    name: 'two processes, a time-out shorter than the period of heartbeats, six ticks',
    nodes: 2,
    parameters: { heartbeatTicks: 4, timeoutTicks: 2 },
    bounds: { timeouts: 6 },
  },
  {
    name: 'three processes, a crash, three ticks',
    nodes: 3,
    parameters: short,
    bounds: { timeouts: 3, crashes: 1 },
  },
]

/** Clocks that tick together, with every message there before the next tick. */
export const perfectDetectorWorlds: readonly CheckWorld[] = [
  {
    name: 'three processes, a crash before the first tick',
    nodes: 3,
    parameters: short,
    bounds: { crashes: 1 },
  },
  {
    name: 'two processes in lockstep, a crash, sixteen ticks',
    nodes: 2,
    parameters: short,
    timing: 'lockstep',
    bounds: { timeouts: 16, crashes: 1 },
    liveness: false,
  },
  {
    name: 'three processes in lockstep, two crashes, twelve ticks',
    nodes: 3,
    parameters: short,
    timing: 'lockstep',
    bounds: { timeouts: 12, crashes: 2 },
    liveness: false,
  },
]
