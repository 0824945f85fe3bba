import { type Digest, equalBytes, type NodeId } from '../../model/index.ts'
import { PartDigests } from './checkpoints.ts'
import { PbftNewView } from './new-view.ts'
import type { Message, StableCertificate } from './pbft.messages.ts'
import type { Transfer } from './pbft.state.ts'

/**
 * State transfer (thesis, §5.3.2): a replica that others have left behind, so far that they have
 * discarded what it lacks, fetches the state of a stable checkpoint. A quorum has certified its
 * digest, and that the digests of its parts, so that whoever sends a wrong one is found out at once,
 * and another is asked.
 */
export abstract class PbftStateTransfer extends PbftNewView {
  /** Tells `to` how far this replica is. */
  abstract sendStatusTo(to: NodeId): void

  checkpointMissed(certificate: StableCertificate, source: NodeId): void {
    if (this.transfer !== undefined && this.transfer.certificate.sequence >= certificate.sequence) {
      return
    }
    this.transfer = { certificate, source, digests: undefined, parts: [], heard: true }
    this.fetchNext()
  }

  onStable(from: NodeId, { certificate }: Message<'stable'>): void {
    if (certificate.sequence <= this.lowWatermark) return
    if (this.transfer !== undefined && this.transfer.certificate.sequence >= certificate.sequence) {
      return
    }
    if (this.isStableProof(certificate)) this.learnStable(certificate, from)
  }

  private fetchNext(): void {
    if (this.transfer === undefined) return
    const { certificate, source, digests, parts } = this.transfer
    const { sequence } = certificate
    if (source === this.host.self) return
    const part = digests === undefined ? 0 : parts.length + 1
    this.host.sendEagerly(source, { kind: 'fetchState', sequence, part })
  }

  onFetchState(from: NodeId, { sequence, part }: Message<'fetchState'>): void {
    const { stable, stableContent: content } = this
    if (stable === undefined || stable.sequence < sequence) return
    if (stable.sequence > sequence) {
      // It has been discarded since: there is a later one.
      this.host.send(from, { kind: 'stable', certificate: stable })
      return
    }
    if (part === 0) {
      const digests = this.partDigests(content)
      this.host.send(from, { kind: 'stateParts', sequence, digests })
      return
    }
    const { statePartBytes } = this.parameters
    if ((part - 1) * statePartBytes >= content.length) return
    const data = content.subarray((part - 1) * statePartBytes, part * statePartBytes)
    this.host.send(from, { kind: 'statePart', sequence, part, data })
  }

  onStateParts(from: NodeId, { sequence, digests }: Message<'stateParts'>): void {
    const transfer = this.transferFrom(from, sequence)
    if (transfer === undefined || transfer.digests !== undefined) return
    if (!this.isCertified(digests, transfer.certificate)) {
      this.askAnother()
      return
    }
    transfer.digests = digests.slice()
    this.continueTransfer()
  }

  /** The transfer of this checkpoint from this replica, if that is what goes on, and still of use. */
  private transferFrom(source: NodeId, sequence: number): Transfer | undefined {
    const { transfer } = this
    if (transfer?.source !== source || transfer.certificate.sequence !== sequence) return undefined
    return this.endIfReached(transfer) ? undefined : transfer
  }

  /** The replica may have executed as far by itself in the meantime. */
  private endIfReached(transfer: Transfer): boolean {
    const { certificate, source } = transfer
    if (certificate.sequence > this.executed) return false
    this.transfer = undefined
    this.learnStable(certificate, source)
    return true
  }

  /** Are these the digests that a quorum has certified? */
  isCertified(digests: readonly Digest[], { digest }: StableCertificate): boolean {
    return equalBytes(this.digestOf(PartDigests, digests.slice()), digest)
  }

  onStatePart(from: NodeId, { sequence, part, data }: Message<'statePart'>): void {
    const transfer = this.transferFrom(from, sequence)
    const expected = transfer?.digests?.[part - 1]
    if (transfer === undefined || expected === undefined) return
    if (part !== transfer.parts.length + 1) return
    if (!this.isPart(data, expected)) {
      this.askAnother()
      return
    }
    transfer.parts.push(data)
    this.continueTransfer()
  }

  isPart(data: Uint8Array, digest: Digest): boolean {
    return equalBytes(this.host.hash(data), digest)
  }

  private continueTransfer(): void {
    const { transfer } = this
    if (transfer?.digests === undefined) return
    transfer.heard = true
    if (transfer.parts.length < transfer.digests.length) this.fetchNext()
    else this.installState(transfer.certificate, joined(transfer.parts))
  }

  private installState(certificate: StableCertificate, content: Uint8Array): void {
    const source = this.transfer?.source as NodeId
    this.transfer = undefined
    const before = this.index
    this.makeStable(certificate, content)
    this.restoreStable()
    if (this.index > before) this.host.output({ kind: 'restored', index: this.index, term: 0 })
    this.forgetExecuted()
    this.executeCommitted(true)
    this.afterExecution()
    this.sendStatusTo(source)
  }

  /** What waited here may have been executed elsewhere. */
  private forgetExecuted(): void {
    for (const waiting of this.queue.slice()) {
      const request = this.requests.get(waiting.client)
      const session = this.sessions.get(waiting.client)
      if (request === undefined || session === undefined) continue
      if (request.sequence > session.sequence) continue
      if (request.sequence === session.sequence) this.replyDone(request, session.result)
      this.forgetRequest(request)
    }
  }

  /** The source is silent or lies: the next one in turn is asked for what is still missing. */
  private askAnother(): void {
    if (this.transfer === undefined) return
    const { peers } = this.host
    const place = peers.indexOf(this.transfer.source)
    this.transfer.source = peers[(place + 1) % peers.length] as NodeId
    this.fetchNext()
  }

  /** At every tick: has the source answered since the last one? */
  watchTransfer(): void {
    const { transfer } = this
    if (transfer === undefined || this.endIfReached(transfer)) return
    if (!transfer.heard) this.askAnother()
    transfer.heard = false
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const content = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    content.set(part, offset)
    offset += part.length
  }
  return content
}
