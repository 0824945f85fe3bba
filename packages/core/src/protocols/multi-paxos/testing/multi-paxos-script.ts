import { decode, encode, type NodeId, text } from '../../../model/index.ts'
import { among, type InFlight, Script, type ScriptOptions } from '../../paxos/testing/script.ts'
import { Journal } from '../../testing/journal.ts'
import type { Message, MultiPaxosMessage } from '../multi-paxos.messages.ts'
import { multiPaxos } from '../multi-paxos.protocol.ts'
import type { MultiPaxos } from '../multi-paxos.ts'

type Sent = InFlight<MultiPaxosMessage>

/** A script for Multi-Paxos, with what its scripts do all the time. */
export class MultiPaxosScript extends Script<MultiPaxos, MultiPaxosMessage> {
  constructor(options: Partial<ScriptOptions<MultiPaxos>> = {}) {
    super({ node: multiPaxos.node, nodes: 3, application: () => new Journal(), ...options })
  }

  /** Lets the leader timeouts of `within` pass, and `id` run phase 1 among them. */
  elect(id: NodeId, within: readonly NodeId[] = [0, 1, 2]): void {
    for (const other of within) if (this.node(other).leaderAlive) this.timeout(other, 'leader')
    this.timeout(id, 'leader')
    this.deliver(among(within))
    if (this.node(id).role !== 'leader') throw new Error(`node ${id} was not elected`)
  }

  write(id: NodeId, body: string, client: number, sequence: number): void {
    this.propose(id, { kind: 'write', body: encode(text, body) }, client, sequence)
  }

  read(id: NodeId, client: number, sequence: number): void {
    this.propose(id, { kind: 'read', body: encode(text, '') }, client, sequence)
  }

  /** What a client was told: the text of its result, the reason of a refusal, or undefined. */
  told(client: number, sequence: number): string | undefined {
    const outcome = this.answer(client, sequence)
    if (outcome === undefined) return undefined
    return outcome.kind === 'refused' ? outcome.reason : decode(text, outcome.result)
  }

  heartbeat(leader: NodeId, passes: (sent: Sent) => boolean = () => true): void {
    this.timeout(leader, 'heartbeat')
    this.deliver(passes)
  }

  /** What the machine of `id` has run. */
  journal(id: NodeId): string {
    return decode(text, this.node(id).host.application.query(new Uint8Array(0)))
  }

  /** The values that the log of `id` holds, `-` for a gap and `no-op` for what fills one. */
  log(id: NodeId): string[] {
    return this.node(id).log.map((pvalue) => {
      if (pvalue === undefined) return '-'
      return pvalue.value.kind === 'noOp' ? 'no-op' : decode(text, pvalue.value.body)
    })
  }
}

/** Messages of phase 2 that carry this slot. */
export function carries(slot: number): (sent: Sent) => boolean {
  return ({ message }) =>
    isAccept(message) && message.slot <= slot && slot < message.slot + message.pvalues.length
}

function isAccept(message: MultiPaxosMessage): message is Message<'accept'> {
  return message.kind === 'accept'
}
