import type { Host, NodeId, Outcome, RequestId, StateMachine } from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import { GeneralsMessage, type GeneralsRecord } from '../generals.messages.ts'
import type { Generals } from '../generals.ts'
import { type Order, orderBytes } from '../order.ts'

type GeneralsHost = Host<GeneralsMessage, GeneralsRecord, 'round'>

interface Sent {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: GeneralsMessage
}

/** What a traitor makes of a message that it should send: the same, another, or none. */
export type Lie = (sent: Sent) => GeneralsMessage | undefined

/** Generals whose rounds are the loop of a test: all that is sent in a round arrives in the next. */
export class Lockstep<G extends Generals> {
  readonly generals: readonly G[]
  readonly replies: { readonly request: RequestId; readonly outcome: Outcome }[] = []
  readonly sent: Sent[] = []
  private readonly traitors: ReadonlySet<NodeId>
  private readonly lie: Lie
  private readonly signatures = new IdealSignatures(new Random(1))

  constructor(
    node: new (host: GeneralsHost, parameters: { traitors: number; roundMs: number }) => G,
    options: {
      readonly nodes: number
      readonly m: number
      readonly traitors?: readonly NodeId[]
      readonly lie?: Lie
    },
  ) {
    this.traitors = new Set(options.traitors)
    this.lie = options.lie ?? (({ message }) => message)
    const nodes = Array.from({ length: options.nodes }, (_, id) => id)
    this.generals = nodes.map(
      (self) => new node(this.hostOf(self, nodes), { traitors: options.m, roundMs: 100 }),
    )
    for (const general of this.generals) general.start()
  }

  /** From the commander's order to the decisions of all. */
  run(order: Order | undefined): this {
    const [commander] = this.generals
    const request = { client: 0, sequence: 1 }
    if (order) commander?.propose({ kind: 'propose', value: orderBytes(order) }, request)
    let delivered = 0
    while (this.generals.some(({ decision }) => decision === undefined)) {
      for (const general of this.generals) if (!general.decision) general.timeout('round')
      const round = this.sent.slice(delivered)
      delivered = this.sent.length
      for (const { from, to, message } of round) this.generals[to]?.receive(from, message)
    }
    return this
  }

  /** What the loyal lieutenants obey. */
  get obeyed(): Order[] {
    return this.generals.flatMap(({ decision, host, isCommander }) =>
      isCommander || this.traitors.has(host.self) || !decision ? [] : [decision],
    )
  }

  private hostOf(self: NodeId, nodes: readonly NodeId[]): GeneralsHost {
    const unused = (): never => {
      throw new Error('a general asks its host for no such thing')
    }
    return {
      self,
      nodes,
      peers: nodes.filter((node) => node !== self),
      application: undefined as unknown as StateMachine,
      arena: new Map(),
      send: (to, message) => {
        const sent = { from: self, to, message }
        const said = this.traitors.has(self) ? this.lie(sent) : message
        if (said === undefined) return
        GeneralsMessage.freeze(said)
        this.sent.push({ ...sent, message: said })
      },
      setTimer: () => {},
      output: () => {},
      reply: (request, outcome) => this.replies.push({ request, outcome }),
      sign: (bytes) => this.signatures.sign(self, bytes),
      verify: (signer, bytes, signature) => this.signatures.verify(signer, bytes, signature),
      now: unused,
      random: unused,
      sendEagerly: unused,
      cancelTimer: unused,
      persist: unused,
      hash: unused,
      mine: unused,
      stopMining: unused,
      verifyWork: unused,
      replyEagerly: unused,
    }
  }
}
