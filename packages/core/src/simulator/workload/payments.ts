import type { Micros, NodeId, Reply, RequestForms, RequestId } from '../../model/index.ts'
import type { Workload, World } from '../world.ts'

export interface PaymentSettings {
  readonly clients: number
  /** The largest payment, in the chain's smallest unit. */
  readonly maximumAmount: number
  readonly fee: number
  /** Between an answer, or a refusal, and the next payment. */
  readonly thinkMicros: Micros
  /** Without an answer for so long, a client asks the same node again: its wallet remembers the request. */
  readonly timeoutMicros: Micros
}

/** A payment that its node called final. */
export interface FinalPayment {
  readonly request: RequestId
  readonly from: NodeId
  readonly to: NodeId
  readonly amount: number
}

interface ClientState {
  sequence: number
  /** The payment under way; undefined while the client thinks. */
  pending:
    | {
        readonly from: NodeId
        readonly to: NodeId
        readonly amount: number
        readonly calledMicros: Micros
      }
    | undefined
}

/** Clients that each ask a node, drawn anew for each payment, to pay another, and wait until the payment is final. */
export class PaymentWorkload implements Workload {
  readonly finalPayments: FinalPayment[] = []
  onLatency: ((micros: Micros) => void) | undefined = undefined
  private readonly settings: PaymentSettings
  private readonly pay: NonNullable<RequestForms['pay']>
  private readonly clients: ClientState[]

  constructor(settings: PaymentSettings, pay: NonNullable<RequestForms['pay']>) {
    this.settings = settings
    this.pay = pay
    this.clients = Array.from({ length: settings.clients }, () => ({
      sequence: 0,
      pending: undefined,
    }))
  }

  start(world: World): void {
    for (let client = 0; client < this.clients.length; client++) {
      this.wait(world, client, world.workloadRandom.below(Math.max(1, this.settings.thinkMicros)))
    }
  }

  woken(world: World, client: number): void {
    const state = this.clients[client] as ClientState
    if (!state.pending) {
      const { nodes } = world.options
      const random = world.workloadRandom
      const from = random.below(nodes)
      const to = nodes === 1 ? from : (from + 1 + random.below(nodes - 1)) % nodes
      state.sequence++
      const amount = 1 + random.below(this.settings.maximumAmount)
      state.pending = { from, to, amount, calledMicros: world.nowMicros }
    }
    const { from, to, amount } = state.pending
    world.request(client, from, this.pay(to, amount, this.settings.fee), {
      client,
      sequence: state.sequence,
    })
    this.wait(world, client, this.settings.timeoutMicros)
  }

  replied(world: World, client: number, reply: Reply): void {
    const state = this.clients[client] as ClientState
    const { pending } = state
    if (!pending || reply.request.sequence !== state.sequence) return
    if (reply.outcome.kind === 'done') {
      const { from, to, amount, calledMicros } = pending
      this.finalPayments.push({ request: reply.request, from, to, amount })
      this.onLatency?.(world.nowMicros - calledMicros)
    }
    state.pending = undefined
    this.wait(world, client, this.settings.thinkMicros)
  }

  private wait(world: World, client: number, micros: Micros): void {
    world.wakeAt(world.nowMicros + Math.max(1, micros), client)
  }
}
