import type {
  Host,
  LogPosition,
  NodeId,
  Outcome,
  RequestId,
  StateMachine,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import { DlsMessage, type DlsRecord } from '../dls.messages.ts'
import { usualDlsParameters } from '../dls.parameters.ts'
import { Dls } from '../dls.ts'
import type { Value } from '../value-list.ts'

export interface Sent {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: DlsMessage
}

/** Processors whose messages arrive, and whose rounds end, when a test says so. */
export class ScriptedRounds {
  readonly processors: readonly Dls[]
  readonly decided = new Map<NodeId, string>()
  readonly replies: { readonly request: RequestId; readonly outcome: Outcome }[] = []
  /** Sent, and not yet delivered. */
  sent: Sent[] = []
  private readonly records: number[]
  private readonly signatures = new IdealSignatures(new Random(1))

  constructor(nodes: number) {
    const ids = Array.from({ length: nodes }, (_, id) => id)
    this.records = ids.map(() => 0)
    this.processors = ids.map(
      (self) => new Dls(this.hostOf(self, ids), usualDlsParameters(nodes, 1_000)),
    )
    for (const processor of this.processors) processor.start()
  }

  processor(id: NodeId): Dls {
    return this.processors[id] as Dls
  }

  /** Each processor begins with the value at its place, if there is one. */
  propose(...texts: (string | undefined)[]): this {
    for (const [id, text] of texts.entries()) {
      if (text === undefined) continue
      this.processor(id).propose(
        { kind: 'propose', value: valueNamed(text) },
        { client: id, sequence: 1 },
      )
    }
    this.sync()
    return this
  }

  /** Delivers all that was sent and all that comes of it, where the test lets it pass. */
  deliver(passes: (sent: Sent) => boolean = () => true): this {
    for (let sent = this.sent.shift(); sent; sent = this.sent.shift()) {
      if (passes(sent)) this.processor(sent.to).receive(sent.from, sent.message)
      this.sync()
    }
    return this
  }

  /** The round is over for these processors: what they then send waits to be delivered. */
  endRound(...ids: NodeId[]): this {
    for (const id of ids.length > 0 ? ids : this.processors.keys()) {
      if (!this.processor(id).halted) this.processor(id).timeout('round')
    }
    this.sync()
    return this
  }

  /** Whole rounds: delivered, ended, and so on, until all that go on are in this one and have heard what is said in it. */
  untilRound(round: number, passes?: (sent: Sent) => boolean): this {
    this.deliver(passes)
    for (
      let i = 0;
      i < 4 * round && this.processors.some((each) => !each.halted && each.round < round);
      i += 1
    ) {
      this.endRound().deliver(passes)
    }
    return this
  }

  /** The disks have all that was recorded. */
  sync(): void {
    for (const [id, processor] of this.processors.entries())
      processor.durable(this.records[id] as number)
  }

  private hostOf(self: NodeId, nodes: readonly NodeId[]): Host<DlsMessage, DlsRecord, 'round'> {
    const unused = (): never => {
      throw new Error('a processor asks its host for no such thing')
    }
    const persist = (): LogPosition => {
      this.records[self] = (this.records[self] as number) + 1
      return this.records[self] as number
    }
    return {
      self,
      nodes,
      peers: nodes.filter((node) => node !== self),
      application: undefined as unknown as StateMachine,
      arena: new Map(),
      send: (to, message) => {
        DlsMessage.freeze(message)
        this.sent.push({ from: self, to, message })
      },
      setTimer: () => {},
      cancelTimer: () => {},
      persist,
      output: (output) => {
        if (output.kind === 'decided') this.decided.set(self, textOf(output.value))
      },
      reply: (request, outcome) => this.replies.push({ request, outcome }),
      sign: (bytes) => this.signatures.sign(self, bytes),
      verify: (signer, bytes, signature) => this.signatures.verify(signer, bytes, signature),
      now: unused,
      random: unused,
      sendEagerly: unused,
      hash: unused,
      mine: unused,
      stopMining: unused,
      verifyWork: unused,
      replyEagerly: unused,
    }
  }
}

export function valueNamed(text: string): Value {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

export function textOf(value: Value): string {
  return String.fromCharCode(...value)
}
