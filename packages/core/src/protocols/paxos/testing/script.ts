import {
  type AnyNode,
  type AnyNodeClass,
  decode,
  encode,
  type Host,
  type LogPosition,
  type NodeId,
  type Outcome,
  type Output,
  parameterValues,
  type RequestId,
  type StateMachine,
  type Type,
} from '../../../model/index.ts'

export interface InFlight<M> {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: M
}

export interface ScriptOptions<N extends AnyNode> {
  readonly node: AnyNodeClass<N>
  readonly nodes: number
  readonly parameters?: { readonly [name: string]: number }
  /** Whether every step's records are on disk when the step ends; the default. */
  readonly autoSync?: boolean
  readonly application?: () => StateMachine
}

/** What of a node passes through its host. */
interface Place<N> {
  node: N | undefined
  host: Host<unknown, unknown, string>
  readonly records: unknown[]
  durable: LogPosition
  readonly timers: Set<string>
  held: { readonly position: LogPosition; readonly leave: () => void }[]
}

/**
 * A few nodes to which nothing happens by itself: a script delivers or drops messages, fires timers,
 * lets disks write, crashes nodes and brings them back. Messages pass through their codec, frozen.
 */
export class Script<N extends AnyNode, M extends { readonly kind: string }> {
  readonly inFlight: InFlight<M>[] = []
  readonly replies: { readonly request: RequestId; readonly outcome: Outcome }[] = []
  readonly outputs: { readonly node: NodeId; readonly output: Output }[] = []
  /** What `host.random` gives. */
  draw = 0
  now = 1_000_000
  private readonly options: ScriptOptions<N>
  private readonly places: Place<N>[]

  constructor(options: ScriptOptions<N>) {
    this.options = options
    const ids = Array.from({ length: options.nodes }, (_, id) => id)
    this.places = ids.map((id) => {
      const records: unknown[] = []
      return {
        node: undefined,
        host: this.hostOf(id, ids),
        records,
        durable: 0,
        timers: new Set(),
        held: [],
      }
    })
    for (const id of ids) this.restart(id)
  }

  node(id: NodeId): N {
    const { node } = this.place(id)
    if (node === undefined) throw new Error(`node ${id} is down`)
    return node
  }

  get living(): Map<NodeId, N> {
    const living = new Map<NodeId, N>()
    for (const [id, { node }] of this.places.entries()) if (node !== undefined) living.set(id, node)
    return living
  }

  timers(id: NodeId): string[] {
    return [...this.place(id).timers].sort()
  }

  propose(id: NodeId, command: unknown, client: number, sequence = 1): void {
    this.step(id, (node) => node.propose(command, { client, sequence }))
  }

  timeout(id: NodeId, timer: string): void {
    if (!this.place(id).timers.delete(timer)) throw new Error(`node ${id} has not armed ${timer}`)
    this.step(id, (node) => node.timeout(timer))
  }

  crash(id: NodeId): void {
    const place = this.place(id)
    place.node = undefined
    place.records.length = place.durable
    place.held = []
    place.timers.clear()
  }

  restart(id: NodeId): void {
    const place = this.place(id)
    const { node: Class, parameters, application } = this.options
    if (application) Object.assign(place.host, { application: application() })
    place.node = new Class(
      place.host,
      parameterValues(Class.schema.parameters, parameters) as never,
    )
    for (const record of place.records) place.node.apply(record)
    this.step(id, (node) => node.start())
  }

  /** Lets the disk take all that was written. */
  sync(id: NodeId): void {
    const place = this.place(id)
    if (place.durable === place.records.length) return
    place.durable = place.records.length
    for (const { leave } of place.held.splice(0)) leave()
    this.step(id, (node) => node.durable(place.durable))
  }

  /** Delivers what passes, and what follows from it, until nothing passes. */
  deliver(passes: (sent: InFlight<M>) => boolean = () => true): void {
    for (let delivered = 0; delivered < 100_000; delivered += 1) {
      const place = this.inFlight.findIndex(passes)
      if (place < 0) return
      const [sent] = this.inFlight.splice(place, 1)
      if (sent) this.hand(sent)
    }
    throw new Error('the messages never end')
  }

  /** Gives a message to its addressee, if it is up, whether or not it is still in flight. */
  hand({ from, to, message }: InFlight<M>): void {
    if (this.place(to).node !== undefined) this.step(to, (node) => node.receive(from, message))
  }

  /** Takes away the messages that pass: lost, or to be handed over later. */
  drop(passes: (sent: InFlight<M>) => boolean = () => true): InFlight<M>[] {
    const lost = this.inFlight.filter(passes)
    const kept = this.inFlight.filter((sent) => !passes(sent))
    this.inFlight.splice(0, this.inFlight.length, ...kept)
    return lost
  }

  /** The latest answer to a client's request. */
  answer(client: number, sequence = 1): Outcome | undefined {
    return this.replies.findLast(
      ({ request }) => request.client === client && request.sequence === sequence,
    )?.outcome
  }

  private place(id: NodeId): Place<N> {
    const place = this.places[id]
    if (place === undefined) throw new RangeError(`no node ${id}`)
    return place
  }

  private step(id: NodeId, action: (node: N) => void): void {
    action(this.node(id))
    if (this.options.autoSync !== false) this.sync(id)
  }

  private hostOf(self: NodeId, nodes: readonly NodeId[]): Host<unknown, unknown, string> {
    const type = this.options.node.schema.message as Type<unknown>
    const leave = (to: NodeId, message: unknown): void => {
      const passed = decode(type, encode(type, message))
      type.freeze(passed)
      this.inFlight.push({ from: self, to, message: passed as M })
    }
    const afterRecords = (action: () => void): void => {
      const place = this.place(self)
      if (place.durable === place.records.length) action()
      else place.held.push({ position: place.records.length, leave: action })
    }
    const none = (): never => {
      throw new Error('crash-tolerant nodes sign and mine nothing')
    }
    return {
      self,
      nodes,
      peers: nodes.filter((node) => node !== self),
      application: undefined as unknown as StateMachine,
      arena: new Map(),
      now: () => this.now,
      random: () => this.draw,
      send: (to, message) => afterRecords(() => leave(to, message)),
      sendEagerly: leave,
      setTimer: (timer) => this.place(self).timers.add(timer),
      cancelTimer: (timer) => this.place(self).timers.delete(timer),
      persist: (record) => this.place(self).records.push(record),
      sign: none,
      verify: none,
      hash: none,
      mine: none,
      stopMining: none,
      verifyWork: none,
      output: (output) => this.outputs.push({ node: self, output }),
      reply: (request, outcome) => afterRecords(() => this.replies.push({ request, outcome })),
      replyEagerly: (request, outcome) => this.replies.push({ request, outcome }),
    }
  }
}

/** Messages between these nodes. */
export function among(nodes: readonly NodeId[]): (sent: InFlight<unknown>) => boolean {
  return ({ from, to }) => nodes.includes(from) && nodes.includes(to)
}
