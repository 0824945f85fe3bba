import {
  type Infer,
  machine,
  microsPerMillisecond,
  natural,
  nodeSet,
  type ParameterValues,
  perNode,
  union,
} from '../../model/index.ts'

export const DetectorMessage = union({
  /** The paper's "p-is-alive". */
  alive: {},
})
export type DetectorMessage = Infer<typeof DetectorMessage>

export const detectorParameters = {
  tickMs: {
    what: 'one tick of the clock by which a process measures silence',
    unit: 'ms',
    initial: 20,
    minimum: 0.1,
    maximum: 3_600_000,
  },
  heartbeatTicks: {
    what: 'how often a process says that it is alive',
    unit: 'ticks',
    initial: 5,
    minimum: 1,
    maximum: 100,
  },
  timeoutTicks: {
    what: 'the time-out Δ_p(q): after so much silence, to begin with, a process is suspected',
    unit: 'ticks',
    initial: 8,
    minimum: 1,
    maximum: 1_000_000,
  },
} as const
export type DetectorParameters = ParameterValues<typeof detectorParameters>

/** One tick, in microseconds of a process's own clock. */
export function tickMicros({ tickMs }: DetectorParameters): number {
  return Math.round(tickMs * microsPerMillisecond)
}

const schema = {
  state: {
    /** output_p: whom this process suspects to have crashed. */
    suspects: nodeSet,
    /** Δ_p(q), in ticks, of each process that was once suspected wrongly; of the others it is as at first. */
    timeouts: perNode(natural),
    /** For how many ticks nothing was heard of each other process. */
    silentTicks: perNode(natural),
    /** Ticks until the next heartbeat of this process. */
    ticksToHeartbeat: natural,
  },
  message: DetectorMessage,
  record: union({}),
  command: union({}),
  timers: ['tick'],
  parameters: detectorParameters,
} as const

export const DetectorMachine = machine(schema)
