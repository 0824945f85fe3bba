import { isSignedByClient, Request } from '../../machines/signed-request.ts'
import type { Micros, RequestId } from '../../model/index.ts'
import { micros } from './pbft.parameters.ts'
import { PbftProofs } from './proofs.ts'

/**
 * The client's requests on their way in (§4.1), and the timer by which backups see to it that they
 * are executed (§4.4, §4.5.2).
 */
export abstract class PbftRequests extends PbftProofs {
  /** A request has come that was not known. */
  abstract requestArrived(): void

  /** A client asks, itself or through a backup. */
  onRequest(request: Request): void {
    const { client, sequence } = request
    const session = this.sessions.get(client)
    if (session !== undefined && sequence <= session.sequence) {
      // It was executed: the client may have missed the reply, of which only the latest is kept.
      if (sequence === session.sequence) this.replyDone(request, session.result)
      return
    }
    const known = this.requests.get(client)
    if (known !== undefined && sequence <= known.sequence) return
    if (!this.isClientSigned(request)) return
    if (this.requests.size >= this.parameters.maxWaiting) {
      const reason = 'too many in flight'
      this.host.replyEagerly({ client, sequence }, { kind: 'refused', reason, leader: undefined })
      return
    }
    this.requests.set(client, request)
    this.queue.push({ client, sequence, since: this.ticks })
    if (this.isPrimary) this.proposals.push({ client, sequence })
    this.tidyQueue()
    this.updateAwaited()
    this.requestArrived()
  }

  isClientSigned(request: Request): boolean {
    const known = this.requests.get(request.client)
    // Of what was verified when it came from the client, the same bytes need not be verified again.
    if (known !== undefined && Request.equal(known, request)) return true
    return isSignedByClient(this.host, request)
  }

  /** What is executed is committed, that is, on the disks of a quorum: this replica's own need not be waited for. */
  replyDone({ client, sequence }: RequestId, result: Uint8Array): void {
    this.host.replyEagerly({ client, sequence }, { kind: 'done', result })
  }

  /** Is it among those that wait to be executed? */
  isWaiting({ client, sequence }: RequestId): boolean {
    return this.requests.get(client)?.sequence === sequence
  }

  /** A request was executed, or its client has gone on: it waits no more. */
  forgetRequest({ client, sequence }: RequestId): void {
    const known = this.requests.get(client)
    if (known !== undefined && known.sequence <= sequence) this.requests.delete(client)
    this.updateAwaited()
  }

  /** The timer runs for a request that waits, or not at all. */
  private updateAwaited(): void {
    if (this.awaited !== undefined) {
      if (this.isWaiting(this.awaited)) return
      this.stopAwaiting()
    }
    this.awaitExecution()
  }

  /**
   * Starts the timer for the request that has waited longest, unless it runs already. It runs for
   * that one alone, so that a primary which serves others and not this client is found out.
   */
  awaitExecution(): void {
    if (this.changing || this.isPrimary || this.awaited !== undefined) return
    const oldest = this.oldestWaiting()
    if (oldest === undefined) return
    this.awaited = { client: oldest.client, sequence: oldest.sequence }
    this.host.setTimer('viewChange', this.viewChangeTimeout)
  }

  stopAwaiting(): void {
    this.awaited = undefined
    this.host.cancelTimer('viewChange')
  }

  /** T, and twice as long for each view left after the first before a request was executed (§4.5.2). */
  get viewChangeTimeout(): Micros {
    const { viewChangeTimeoutMs, longestTimeoutMs } = this.parameters
    const doublings = Math.min(Math.max(0, this.viewsInVain - 1), 30)
    return micros(Math.min(longestTimeoutMs, viewChangeTimeoutMs * 2 ** doublings))
  }

  private oldestWaiting(): RequestId | undefined {
    let gone = 0
    while (gone < this.queue.length && !this.isWaiting(this.queue[gone] as RequestId)) gone += 1
    this.queue.splice(0, gone)
    return this.queue[0]
  }

  /** Drops what waits no more, once it is most of what is there: a client that goes on fills no memory. */
  tidyQueue(): void {
    const enough = 2 * this.requests.size + 64
    if (this.queue.length > enough) {
      this.queue = this.queue.filter((waiting) => this.isWaiting(waiting))
    }
    if (this.proposals.length > enough) {
      this.proposals = this.proposals.filter((waiting) => this.isWaiting(waiting))
    }
  }

  /**
   * A backup hands on to the primary what has waited for a whole tick, a few requests at a time.
   * Ticks count, and not the clock, which may be set back.
   */
  relayRequests(): void {
    if (this.changing || this.isPrimary) return
    let relayed = 0
    for (let i = 0; i < this.queue.length && relayed < 64; i += 1) {
      const waiting = this.queue[i] as { client: number; sequence: number; since: number }
      if (waiting.since + 1 >= this.ticks) return
      if (!this.isWaiting(waiting)) continue
      const request = this.requests.get(waiting.client) as Request
      this.host.sendEagerly(this.primaryOf(this.view), { kind: 'request', request })
      relayed += 1
    }
  }
}
