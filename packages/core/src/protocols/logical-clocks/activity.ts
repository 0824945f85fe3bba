import {
  type Host,
  type Micros,
  microsPerMillisecond,
  type NodeId,
  type ParameterValues,
} from '../../model/index.ts'

/** How busy the processes are: the papers leave open what they do, and so does this. */
export const activityParameters = {
  paceMs: {
    what: 'the mean time from one own step of a process to its next; what it receives comes beside',
    unit: 'ms',
    initial: 20,
    minimum: 0.1,
    maximum: 3_600_000,
  },
  sendPercent: {
    what: 'how many of its own steps send a message; the others are internal',
    unit: '%',
    initial: 50,
    minimum: 0,
    maximum: 100,
  },
} as const

type ActivityParameters = ParameterValues<typeof activityParameters>
type AnyHost = Pick<Host<unknown, unknown, string>, 'random' | 'peers'>

/** How long a process waits before it takes its next step: anything up to twice the pace. */
export function drawDelay(host: AnyHost, { paceMs }: ActivityParameters): Micros {
  return Math.round(2 * paceMs * microsPerMillisecond * host.random())
}

/** The peer that a process writes to in this step; undefined where the step is internal. */
export function drawPeer(host: AnyHost, { sendPercent }: ActivityParameters): NodeId | undefined {
  if (host.random() * 100 >= sendPercent) return undefined
  return host.peers[Math.floor(host.random() * host.peers.length)]
}
