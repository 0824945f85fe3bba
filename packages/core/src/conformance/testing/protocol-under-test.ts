import { Experiment } from '../../experiments/experiment.ts'
import type { Plan } from '../../experiments/plan.ts'
import {
  type AnyNode,
  type AnyNodeClass,
  encode,
  finish,
  type Host,
  type NodeId,
  type Protocol,
  type RequestId,
  type Type,
} from '../../model/index.ts'
import type { Passing } from '../../simulator/transmission.ts'

/** A protocol, and chaos runs of it. */
export interface ProtocolUnderTest {
  readonly protocol: Protocol
  /** A chaos run: the same for the same seed, however messages pass. */
  plan(seed: number, passing: Passing): Plan
}

/** How many encodings of each kind of value are kept. */
const keptOfAKind = 32

/** Some of what a run put through the codecs of its protocol: of each kind of value, a few encodings. */
export class Traffic {
  readonly messages = new Map<string, Uint8Array>()
  readonly records = new Map<string, Uint8Array>()
  readonly commands = new Map<string, Uint8Array>()
  /** Messages to the sender itself, or to nobody. */
  misdirected = 0

  /** Keeps short encodings rather than long ones: they are as telling, and cost less. */
  note(into: Map<string, Uint8Array>, type: Type<unknown>, value: unknown): void {
    const { kind } = value as { readonly kind: string }
    const place = `${kind} ${finish(type.hash(0, value)) & (keptOfAKind - 1)}`
    const known = into.get(place)
    if (known === undefined || type.size(value) < known.length) into.set(place, encode(type, value))
  }
}

type AnyHost = Host<unknown, unknown, string>

/** The class with its traffic noted. */
function noting(nodeClass: AnyNodeClass, traffic: Traffic): AnyNodeClass {
  const message = nodeClass.schema.message as Type<unknown>
  const record = nodeClass.schema.record as Type<unknown>
  const command = nodeClass.schema.command as Type<unknown>

  const notingHost = (host: AnyHost): AnyHost => {
    const leave = (to: NodeId, sent: unknown): void => {
      traffic.note(traffic.messages, message, sent)
      if (to === host.self || !host.nodes.includes(to)) traffic.misdirected += 1
    }
    const noted: Partial<AnyHost> = {
      send: (to, sent) => {
        leave(to, sent)
        host.send(to, sent)
      },
      sendEagerly: (to, sent) => {
        leave(to, sent)
        host.sendEagerly(to, sent)
      },
      persist: (kept) => {
        traffic.note(traffic.records, record, kept)
        return host.persist(kept)
      },
    }
    return new Proxy(host, {
      get(target, name) {
        const value: unknown = Reflect.get(Object.hasOwn(noted, name) ? noted : target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  return class extends nodeClass {
    constructor(host: AnyHost, parameters: never) {
      super(notingHost(host), parameters)
    }

    override propose(asked: unknown, request: RequestId): void {
      traffic.note(traffic.commands, command, asked)
      super.propose(asked, request)
    }
  }
}

/** A run to its end, with every durable field compared with the fold of the records after every step. */
export function runOf(
  under: ProtocolUnderTest,
  seed: number,
  passing: Passing = 'reference',
): Experiment {
  return new Experiment(under.plan(seed, passing), { verifyFold: true }).complete()
}

/** What passed between nodes, disks and clients in a run. */
export function trafficOf(under: ProtocolUnderTest, seed: number): Traffic {
  const traffic = new Traffic()
  const plan = under.plan(seed, 'reference')
  new Experiment({ ...plan, node: noting(plan.node, traffic) }).complete()
  return traffic
}

/** Shows the living nodes after every event at the beginning, and then now and then, to the end of the run. */
export function watchRun(
  under: ProtocolUnderTest,
  seed: number,
  watchedEvents: number,
  look: (nodes: ReadonlyMap<NodeId, AnyNode>, event: number) => void,
): void {
  const experiment = new Experiment(under.plan(seed, 'reference'))
  const { world } = experiment
  do look(world.alive(), world.trace.length)
  while (!experiment.advance(world.trace.length < watchedEvents ? 1 : 97))
  look(world.alive(), world.trace.length)
}
