import { CommandList } from '../../../explorer/command-list.ts'
import {
  bytes,
  type Checker,
  clientSigner,
  decode,
  encode,
  list,
  type Micros,
  type NodeId,
  type Output,
  parameterValues,
  signedRequest,
  text,
  type Violation,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import type { ScriptedHost } from '../../testing/scripted-host.ts'
import { among, type MessageInFlight, ScriptedNodes } from '../../testing/scripted-nodes.ts'
import { PbftMessage, type PbftRecord } from '../pbft.messages.ts'
import { pbftParameters } from '../pbft.parameters.ts'
import { Pbft } from '../pbft.ts'

export { among } from '../../testing/scripted-nodes.ts'

type PbftTimer = (typeof Pbft.schema.timers)[number]
type InFlight = MessageInFlight<PbftMessage>

export interface ReplicasOptions {
  readonly nodes?: number
  readonly parameters?: { readonly [name: string]: number }
  /** The class of each replica; Pbft where it is left out. */
  readonly classes?: { readonly [node: NodeId]: typeof Pbft }
  /** The class of all others. */
  readonly node?: typeof Pbft
  readonly accomplices?: readonly NodeId[]
  /** Whether every step's records are on disk when the step ends; the default. */
  readonly autoSync?: boolean
  readonly checkers?: readonly Checker<Pbft>[]
}

/** Scripted replicas, which may be of different classes, some of them Byzantine. */
export class ScriptedReplicas extends ScriptedNodes<Pbft, PbftMessage, PbftRecord, PbftTimer> {
  readonly accomplices: readonly NodeId[]
  readonly signatures = new IdealSignatures(new Random(1))
  override now: Micros = 1_000_000
  private readonly options: ReplicasOptions
  private events = 0

  constructor(options: ReplicasOptions = {}) {
    super({
      nodes: options.nodes ?? 4,
      messages: PbftMessage,
      autoSync: options.autoSync ?? true,
      emptyMachine: () => new CommandList(),
    })
    this.options = options
    this.accomplices = options.accomplices ?? []
    for (const id of this.nodes) this.boot(id)
    this.drop()
  }

  protected override create(host: ScriptedHost<Pbft, PbftMessage, PbftRecord, PbftTimer>): Pbft {
    const Class = this.options.classes?.[host.self] ?? this.options.node ?? Pbft
    return new Class(host, parameterValues(pbftParameters, this.options.parameters))
  }

  // ── What hosts tell their world. ──

  recorded(node: NodeId, record: PbftRecord): void {
    this.tell(node, (checker) => checker.recorded?.(node, record, this.moment))
  }

  override output(node: NodeId, output: Output): void {
    super.output(node, output)
    this.tell(node, (checker) => checker.output?.(node, output, this.moment))
  }

  /** Byzantine nodes are not shown to checkers. */
  private tell(node: NodeId, tell: (checker: Checker<Pbft>) => void): void {
    if (!this.accomplices.includes(node)) this.options.checkers?.forEach(tell)
  }

  private get moment(): { event: number; timeMicros: Micros } {
    return { event: this.events, timeMicros: this.now }
  }

  get violation(): Violation | undefined {
    return this.options.checkers?.find((checker) => checker.violation !== undefined)?.violation
  }

  // ── Steps. ──

  override step(id: NodeId, act: (node: Pbft) => void): void {
    this.events += 1
    super.step(id, act)
  }

  override crash(id: NodeId): void {
    super.crash(id)
    this.tell(id, (checker) => checker.crashed?.(id, this.moment))
  }

  restart(id: NodeId): void {
    this.boot(id)
  }

  /** A client asks one replica. */
  ask(id: NodeId, body: string, client: number, sequence: number): void {
    const request = { client, sequence }
    const encoded = encode(text, body)
    const signed = signedRequest(request, encoded)
    const signature = this.signatures.sign(clientSigner(client), signed)
    this.step(id, (node) => node.propose({ kind: 'request', body: encoded, signature }, request))
  }

  /** A client asks all replicas that are up. */
  askAll(body: string, client: number, sequence: number): void {
    for (const id of this.living.keys()) this.ask(id, body, client, sequence)
  }

  // ── The network. ──

  /** Lets the clocks run: messages among `within` arrive at once, others never; timers fire when they are due. */
  letTimePass(milliseconds: number, within: readonly NodeId[] = this.nodes): void {
    const end = this.now + milliseconds * 1_000
    for (;;) {
      for (const { self, node } of this.hosts) if (node !== undefined) this.sync(self)
      this.deliverAll(among(within))
      this.drop()
      const due = this.nextTimer(end)
      if (due === undefined) break
      this.now = Math.max(this.now, due.at)
      this.timeout(due.node, due.timer)
    }
    this.now = end
  }

  // ── What scripts look at. ──

  /** What the machine of `id` has run. */
  ran(id: NodeId): string[] {
    const commands = decode(list(bytes), this.host(id).application.snapshot())
    return commands.map((command) => decode(text, command))
  }

  /** Fires the status timer of `id` until it says how far it is. */
  speak(id: NodeId): void {
    const said = () =>
      this.inFlight.some(({ from, message }) => from === id && message.kind === 'status')
    while (!said()) this.timeout(id, 'status')
  }

  /** What the replicas told a client: by node, the text of the result or the reason of a refusal. */
  answers(client: number, sequence: number): Map<NodeId, string> {
    const answers = new Map<NodeId, string>()
    for (const { node, request, outcome } of this.replies) {
      if (request.client !== client || request.sequence !== sequence) continue
      answers.set(node, outcome.kind === 'done' ? decode(text, outcome.result) : outcome.reason)
    }
    return answers
  }
}

/** Messages of this kind. */
export function ofKind(...kinds: readonly PbftMessage['kind'][]): (sent: InFlight) => boolean {
  return ({ message }) => kinds.includes(message.kind)
}
