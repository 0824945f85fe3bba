import { formatStrategy } from '../experiments/adversaries.ts'
import type { Plan } from '../experiments/index.ts'
import type { TraceEvent } from '../simulator/trace.ts'
import type { Lane } from './message-diagram.ts'
import { laneOf } from './path-diagram.ts'

/** Of a larger world, only those nodes have lanes that have a part in what is shown. */
const mostIdleNodes = 10
/** More clients share a lane. */
const mostClientLanes = 3

/** The lanes of a run, and where in them is who. */
export class RunLanes {
  readonly lanes: readonly Lane[]
  readonly #nodes = new Map<number, number>()
  readonly #clients = new Map<number, number>()
  readonly #clientCount: number

  /** @param clients of the world */
  constructor(plan: Plan, clients: number, events: readonly TraceEvent[]) {
    this.#clientCount = clients
    const nodes = new Set<number>()
    /** Each with the number by which it last asked: a client whose session has ended begins another. */
    const asking = new Map<number, number>()
    for (const { kind, node, peer } of events) {
      if (kind !== 'fault') nodes.add(node)
      if (kind === 'deliver' || kind === 'lost') nodes.add(peer)
      if (kind === 'propose') asking.set(this.#clientOf(peer), peer)
      if (kind === 'reply' && !asking.has(peer)) asking.set(peer, peer)
    }
    if (plan.nodes <= mostIdleNodes) {
      for (let node = 0; node < plan.nodes; node += 1) nodes.add(node)
    }
    const lanes = ascending(nodes).map((node, place) => {
      this.#nodes.set(node, place)
      const strategy = plan.byzantine.get(node)
      return laneOf(node, strategy && `lies: ${formatStrategy(strategy)}`)
    })
    const shared = asking.size > mostClientLanes
    for (const [client, number] of [...asking].sort(([left], [right]) => left - right)) {
      this.#clients.set(client, lanes.length)
      if (!shared) lanes.push({ name: `client ${number}`, label: `c${number}`, role: 'client' })
    }
    if (shared) lanes.push({ name: 'the clients', label: 'c', role: 'client' })
    this.lanes = lanes
  }

  node(node: number): number {
    return this.#nodes.get(node) as number
  }

  /** By the number that a request or a reply has of its client. */
  client(peer: number): number {
    return this.#clients.get(this.#clientOf(peer)) as number
  }

  #clientOf(peer: number): number {
    return this.#clientCount === 0 ? peer : peer % this.#clientCount
  }
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((left, right) => left - right)
}
