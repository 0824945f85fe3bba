import type { NodeId, RequestId } from '../../model/index.ts'
import {
  bool,
  bytes,
  durable,
  type Infer,
  list,
  machine,
  natural,
  union,
} from '../../model/index.ts'

const ChainMessage = union({ chain: { headers: list(bytes) } })
const ChainRecord = union({ adopt: { headers: list(bytes) } })

/**
 * The longest chain wins. Every node mines all the time, tells all of what it found, and drives its
 * state machine with the headers, undoing those that it gives up. A client may have a coin tossed.
 */
export class GossipChain extends machine({
  state: {
    headers: durable(list(bytes)),
    heads: bool,
    /** The position up to which the disk is known to have all. */
    safe: natural,
  },
  message: ChainMessage,
  record: ChainRecord,
  command: union({ toss: {} }),
  timers: [],
  parameters: {},
}) {
  start(): void {
    for (const header of this.headers) this.host.application.apply(header)
    this.host.mine(1)
  }

  apply(record: Infer<typeof ChainRecord>): void {
    this.headers = [...record.headers]
  }

  timeout(): void {
    throw new Error('there are no timers')
  }

  propose(_command: { readonly kind: 'toss' }, request: RequestId): void {
    this.heads = this.host.random() < 0.5
    const result = Uint8Array.of(this.heads ? 1 : 0)
    this.host.reply(request, { kind: 'done', result })
  }

  override durable(position: number): void {
    this.safe = position
  }

  override template(): Uint8Array {
    const header = new Uint8Array(80)
    header[0] = this.host.self
    header[1] = this.headers.length
    const parent = this.headers.at(-1)
    if (parent) header.set(this.host.hash(parent), 4)
    return header
  }

  override mined(header: Uint8Array): void {
    this.adopt([...this.headers, header])
    this.broadcast({ kind: 'chain', headers: [...this.headers] })
  }

  receive(_from: NodeId, message: Infer<typeof ChainMessage>): void {
    if (message.headers.length > this.headers.length) this.adopt(message.headers)
  }

  adopt(headers: readonly Uint8Array[]): void {
    const machine = this.host.application
    for (let i = 0; i < this.headers.length; i += 1) machine.undo()
    for (const header of headers) machine.apply(header)
    this.record({ kind: 'adopt', headers })
  }
}
