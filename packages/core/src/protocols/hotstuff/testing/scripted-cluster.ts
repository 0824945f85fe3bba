import {
  clientSigner,
  decode,
  encode,
  type LogPosition,
  type NodeId,
  parameterValues,
  type RequestId,
  signedRequest,
  text,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import type { ScriptedHost } from '../../testing/scripted-host.ts'
import { type MessageInFlight, ScriptedNodes } from '../../testing/scripted-nodes.ts'
import { HotStuffMessage, type HotStuffRecord } from '../hotstuff.messages.ts'
import { hotStuffParameters } from '../hotstuff.parameters.ts'
import { HotStuff } from '../hotstuff.ts'

export { among } from '../../testing/scripted-nodes.ts'

type HotStuffTimer = (typeof HotStuff.schema.timers)[number]
export type InFlight = MessageInFlight<HotStuffMessage>

export interface ScriptOptions {
  readonly nodes?: number
  readonly node?: typeof HotStuff
  readonly parameters?: { readonly [name: string]: number }
  /** False: disks take what is written when the script says so. */
  readonly autoSync?: boolean
}

/** Messages of these kinds. */
export const ofKind =
  (...kinds: HotStuffMessage['kind'][]): ((sent: InFlight) => boolean) =>
  ({ message }) =>
    kinds.includes(message.kind)

/** Scripted nodes whose clocks stand still. */
export class ScriptedCluster extends ScriptedNodes<
  HotStuff,
  HotStuffMessage,
  HotStuffRecord,
  HotStuffTimer
> {
  readonly signatures = new IdealSignatures(new Random(1))
  private readonly options: ScriptOptions

  constructor(options: ScriptOptions = {}) {
    super({
      nodes: options.nodes ?? 4,
      messages: HotStuffMessage,
      autoSync: options.autoSync ?? true,
    })
    this.options = options
    for (const id of this.nodes) this.boot(id)
  }

  protected override create(
    host: ScriptedHost<HotStuff, HotStuffMessage, HotStuffRecord, HotStuffTimer>,
  ): HotStuff {
    const given = parameterValues(hotStuffParameters, this.options.parameters)
    return new (this.options.node ?? HotStuff)(host, given)
  }

  /** What the machine of a node has run. */
  journal(id: NodeId): string {
    return decode(text, this.host(id).application.query(new Uint8Array(0)))
  }

  /** After a crash. */
  start(id: NodeId): void {
    this.boot(id)
  }

  override crash(id: NodeId, surviving?: LogPosition): void {
    super.crash(id, surviving)
    this.drop(({ to }) => to === id)
  }

  /** A client asks these nodes, or all, to write a line. */
  write(line: string, { client, sequence }: RequestId, nodes = this.nodes): void {
    const body = encode(text, line)
    const statement = signedRequest({ client, sequence }, body)
    const signature = this.signatures.sign(clientSigner(client), statement)
    for (const id of nodes) this.ask(id, { client, sequence }, body, signature)
  }

  ask(id: NodeId, request: RequestId, body: Uint8Array, signature: Uint8Array): void {
    if (this.host(id).node === undefined) return
    this.step(id, (node) => node.propose({ kind: 'execute', body, signature }, request))
  }

  receive(from: NodeId, to: NodeId, message: HotStuffMessage): void {
    this.step(to, (node) => node.receive(from, message))
  }

  override timeout(id: NodeId, timer: HotStuffTimer = 'view'): void {
    super.timeout(id, timer)
  }
}
