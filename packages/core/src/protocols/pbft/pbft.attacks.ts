import { Request } from '../../machines/signed-request.ts'
import {
  type Attack,
  type AttackerHost,
  encode,
  type NodeId,
  type RequestId,
} from '../../model/index.ts'
import { PartDigests } from './checkpoints.ts'
import type { NewViewContent } from './new-view-content.ts'
import {
  Batch,
  CheckpointContent,
  type Message,
  nullBatch,
  nullDigest,
  type PbftMessage,
  type PbftRecord,
  type PrePrepare,
  type PreparedCertificate,
  StableCertificate,
  ViewChange,
} from './pbft.messages.ts'
import { Pbft } from './pbft.ts'

function accomplicesOf({ host }: Pbft): readonly NodeId[] {
  return (host as AttackerHost<PbftMessage, PbftRecord, string>).accomplices
}

/**
 * Two pre-prepares for one sequence number, the requests for one half of the others and none for the
 * other, and votes of all accomplices for both: for each half those for its own. With f of them only
 * one half can make a quorum; with f + 1 both can.
 */
class Equivocates extends Pbft {
  override prePrepareBatch(batch: Batch): void {
    this.assigned += 1
    for (const value of [batch, nullBatch]) {
      const digest = this.digestOf(Batch, value)
      const prePrepare = this.signPrePrepare(this.view, this.assigned, digest)
      for (const to of this.sideOf(value)) {
        this.host.send(to, { kind: 'prePrepare', prePrepare, batch: value })
      }
      this.voteFor(prePrepare, value)
      if (value === batch) this.acceptPrePrepare(prePrepare, value)
    }
  }

  override onPrePrepare(message: Message<'prePrepare'>): void {
    const { prePrepare, batch } = message
    if (this.isAccomplice(this.primaryOf(prePrepare.view))) this.voteFor(prePrepare, batch)
    if (batch.requests.length > 0) super.onPrePrepare(message)
  }

  /** All votes at once, for those who were sent this pre-prepare. */
  private voteFor({ view, sequence, digest }: PrePrepare, batch: Batch): void {
    for (const kind of ['prepare', 'commit'] as const) {
      if (kind === 'prepare' && this.primaryOf(view) === this.host.self) continue
      const signature = this.sign({ kind, view, sequence, digest })
      for (const to of this.sideOf(batch)) {
        this.host.send(to, { kind, view, sequence, digest, signature })
      }
    }
  }

  /** The accomplices, and the half of the others for which this batch is. */
  private sideOf({ requests }: Batch): NodeId[] {
    const { peers, nodes } = this.host
    const others = nodes.filter((node) => !this.isAccomplice(node))
    const half = others.filter((_, place) => place % 2 === (requests.length > 0 ? 0 : 1))
    return peers.filter((peer) => this.isAccomplice(peer) || half.includes(peer))
  }

  private isAccomplice(node: NodeId): boolean {
    return accomplicesOf(this).includes(node)
  }

  /** Where an accomplice is the primary, its two votes are all there is. */
  override broadcast(message: PbftMessage): void {
    const isVote = message.kind === 'prepare' || message.kind === 'commit'
    if (isVote && this.isAccomplice(this.primaryOf(message.view))) return
    super.broadcast(message)
  }
}

/** A primary to which every other client does not exist. */
class StarvesClients extends Pbft {
  override onRequest(request: Request): void {
    if (!this.isPrimary || request.client % 2 === 0) super.onRequest(request)
  }
}

/** A primary whose pre-prepares do not reach f of the backups, others each time. */
class WithholdsPrePrepares extends Pbft {
  override broadcast(message: PbftMessage): void {
    if (message.kind !== 'prePrepare') return super.broadcast(message)
    const { peers } = this.host
    for (const [place, to] of peers.entries()) {
      const turn = (place + message.prePrepare.sequence) % peers.length
      if (turn >= this.faulty) this.host.send(to, message)
    }
  }
}

/** In a view change, as if it had only just begun: no checkpoint, nothing prepared. */
class DeniesItsPast extends Pbft {
  override makeViewChange(): ViewChange {
    const { view } = this
    const stable = undefined
    const prepared: PreparedCertificate[] = []
    const signature = this.sign({ kind: 'viewChange', view, stable, prepared })
    return ViewChange({ view, replica: this.host.self, stable, prepared, signature })
  }
}

/** A new primary that puts null requests in the place of all that was prepared. */
class ForgesNewView extends Pbft {
  override prePreparesOf(content: NewViewContent): PrePrepare[] {
    return super.prePreparesOf({ ...content, digests: content.digests.map(() => nullDigest) })
  }
}

/** A primary that orders what a client asked for once more, in the name of another that there is not. */
class ForgesRequests extends Pbft {
  override prePrepareBatch({ requests }: Batch): void {
    const { body, signature } = requests[0] as Request
    const client = 1_000_000 + this.assigned
    const forged = Request({ client, sequence: 1, body, signature })
    const genuine = requests.slice(0, this.parameters.maxBatch - 1)
    super.prePrepareBatch(Batch({ requests: [...genuine, forged] }))
  }
}

/** A primary that sends one digest with two batches: the second lacks the first request. */
class SwapsBatches extends Pbft {
  override broadcast(message: PbftMessage): void {
    if (message.kind !== 'prePrepare') return super.broadcast(message)
    const batch = Batch({ requests: message.batch.requests.slice(1) })
    for (const to of this.host.peers) {
      this.host.send(to, to % 2 === 0 ? message : { ...message, batch })
    }
  }
}

/** A primary that orders null requests under sequence numbers which a stable checkpoint has covered. */
class ReusesSequenceNumbers extends Pbft {
  override prePrepareBatch(batch: Batch): void {
    super.prePrepareBatch(batch)
    if (this.lowWatermark === 0) return
    const prePrepare = this.signPrePrepare(this.view, this.lowWatermark, nullDigest)
    this.broadcast({ kind: 'prePrepare', prePrepare, batch: nullBatch })
  }
}

/** Whoever fetches a state from it gets wrong digests of its parts, or the right ones and wrong parts. */
class SendsWrongState extends Pbft {
  override onFetchState(from: NodeId, message: Message<'fetchState'>): void {
    const { sequence, part } = message
    if (part > 0) {
      const data = this.checkpointContent().subarray(1)
      this.host.send(from, { kind: 'statePart', sequence, part, data })
    } else if (this.host.random() < 0.5) {
      this.host.send(from, { kind: 'stateParts', sequence, digests: [nullDigest] })
    } else super.onFetchState(from, message)
  }
}

/** Says of a state of its own making, one entry ahead of the true one, that it is a stable checkpoint. */
class ForgesCheckpoints extends Pbft {
  override onStatus(from: NodeId, status: Message<'status'>): void {
    super.onStatus(from, status)
    const sequence = this.forgedSequence()
    const digest = this.digestOf(PartDigests, this.partDigests(this.forgedContent()))
    const signature = this.sign({ kind: 'checkpoint', sequence, digest })
    const checkpoints = [{ replica: this.host.self, signature }]
    const certificate = StableCertificate({ sequence, digest, checkpoints })
    this.host.send(from, { kind: 'stable', certificate })
  }

  override onFetchState(from: NodeId, message: Message<'fetchState'>): void {
    const { sequence, part } = message
    if (sequence < this.forgedSequence()) return super.onFetchState(from, message)
    const content = this.forgedContent()
    if (part === 0) {
      this.host.send(from, { kind: 'stateParts', sequence, digests: this.partDigests(content) })
      return
    }
    const { statePartBytes } = this.parameters
    const data = content.subarray((part - 1) * statePartBytes, part * statePartBytes)
    this.host.send(from, { kind: 'statePart', sequence, part, data })
  }

  private forgedSequence(): number {
    const { checkpointInterval } = this.parameters
    return (Math.floor(this.executed / checkpointInterval) + 1) * checkpointInterval
  }

  private forgedContent(): Uint8Array {
    return encode(CheckpointContent, {
      index: this.index + 1,
      sessions: this.sessions,
      machine: this.host.application.snapshot(),
    })
  }
}

/** Tells clients other results than those that came out. */
class RepliesWrongly extends Pbft {
  override replyDone(request: RequestId, result: Uint8Array): void {
    const wrong = Uint8Array.of(...result, 1)
    super.replyDone(request, wrong)
  }
}

/** What the paper's mechanisms are there for, one by one. */
export const pbftAttacks: readonly Attack<Pbft>[] = [
  {
    name: 'equivocates',
    what: 'a primary proposes two batches for one sequence number, to two halves, and its accomplices vote for both (§4.2)',
    node: Equivocates,
    inChaos: true,
  },
  {
    name: 'starves-clients',
    what: 'a primary ignores every other client, whose requests the backups await (§4.5.2)',
    node: StarvesClients,
    inChaos: true,
  },
  {
    name: 'withholds-pre-prepares',
    what: 'a primary sends each pre-prepare to all but f of the backups (§4.2; thesis, §5.2)',
    node: WithholdsPrePrepares,
    inChaos: true,
  },
  {
    name: 'denies-its-past',
    what: 'a replica changes views as if it had no checkpoint and had prepared nothing (§4.4)',
    node: DeniesItsPast,
    inChaos: true,
  },
  {
    name: 'forges-new-view',
    what: 'a new primary puts null requests in the place of all that was prepared (§4.4)',
    node: ForgesNewView,
    inChaos: true,
  },
  {
    name: 'forges-requests',
    what: 'a primary orders requests that no client has made (§4.1)',
    node: ForgesRequests,
    inChaos: true,
  },
  {
    name: 'swaps-batches',
    what: 'a primary sends one digest with different batches (§4.2)',
    node: SwapsBatches,
    inChaos: true,
  },
  {
    name: 'reuses-sequence-numbers',
    what: 'a primary orders null requests under sequence numbers that are already discarded (§4.3)',
    node: ReusesSequenceNumbers,
    inChaos: true,
  },
  {
    name: 'sends-wrong-state',
    what: 'a replica answers state transfer with a wrong state (thesis, §5.3.2)',
    node: SendsWrongState,
    inChaos: true,
  },
  {
    name: 'forges-checkpoints',
    what: 'a replica offers a state of its own making as a stable checkpoint (§4.3)',
    node: ForgesCheckpoints,
    inChaos: true,
  },
  {
    name: 'replies-wrongly',
    what: 'a replica tells clients wrong results, of which they believe none that f + 1 do not give alike (§4.1)',
    node: RepliesWrongly,
    inChaos: true,
  },
]
