import type { Micros, NodeId, Reply, RequestForms } from '../../model/index.ts'
import type { Random } from '../../model/random.ts'
import { utf8Bytes } from '../../model/utf8.ts'
import type { Workload, World } from '../world.ts'

export interface ProposalSettings {
  /** Client i proposes to node i, counted modulo the nodes. */
  readonly clients: number
  /** What may be proposed; undefined: each client proposes a value of its own. */
  readonly values: readonly string[] | undefined
  /** The proposals are made within this time from the start; 0: all at once. */
  readonly spreadMicros: Micros
  /** Without an answer for so long, a client asks its node again. */
  readonly timeoutMicros: Micros
}

/** How often all propose the same: what is decided is then certain beforehand. */
const unanimousShare = 0.3

interface ClientState {
  readonly value: Uint8Array
  readonly firstMicros: Micros
  node: NodeId
  /** Its node has decided, or takes no proposals. */
  answered: boolean
}

/** Clients that each propose one value to a node, for a protocol that decides once. */
export class ProposalWorkload implements Workload {
  /** Told how long each client waited for the decision. */
  onLatency: ((micros: Micros) => void) | undefined = undefined
  /** Told that one more client has its final answer. */
  onAnswer: (() => void) | undefined = undefined
  private readonly settings: ProposalSettings
  private readonly propose: NonNullable<RequestForms['propose']>
  private clients: ClientState[] = []

  constructor(settings: ProposalSettings, propose: NonNullable<RequestForms['propose']>) {
    this.settings = settings
    this.propose = propose
  }

  start(world: World): void {
    const { clients, spreadMicros } = this.settings
    const random = world.workloadRandom
    const values = this.drawValues(random)
    this.clients = Array.from({ length: clients }, (_, client) => ({
      value: utf8Bytes(values[client] as string),
      firstMicros: world.nowMicros + (spreadMicros > 0 ? random.below(spreadMicros) : 0),
      node: client % world.options.nodes,
      answered: false,
    }))
    for (const [client, { firstMicros }] of this.clients.entries()) {
      if (spreadMicros === 0) this.ask(world, client)
      else world.wakeAt(firstMicros, client)
    }
  }

  woken(world: World, client: number): void {
    this.ask(world, client)
  }

  replied(world: World, client: number, { outcome }: Reply): void {
    const state = this.clients[client] as ClientState
    if (state.answered) return
    state.answered = true
    if (outcome.kind === 'done') this.onLatency?.(world.nowMicros - state.firstMicros)
    this.onAnswer?.()
  }

  /** Whether a client is still to be answered by one of these nodes. */
  waitsFor(nodes: ReadonlyMap<NodeId, unknown>): boolean {
    return this.clients.some(({ answered, node }) => !answered && nodes.has(node))
  }

  private ask(world: World, client: number): void {
    const state = this.clients[client] as ClientState
    if (state.answered) return
    world.request(client, state.node, this.propose(state.value), { client, sequence: 1 })
    world.wakeAt(world.nowMicros + this.settings.timeoutMicros, client)
  }

  private drawValues(random: Random): string[] {
    const { clients, values } = this.settings
    const own = Array.from({ length: clients }, (_, client) =>
      values ? random.pick(values) : `value ${client}`,
    )
    return random.bernoulli(unanimousShare) ? own.fill(own[0] as string) : own
  }
}
