import { type Execution, runOnce } from '../../machines/session.ts'
import { isSignedByClient, Request } from '../../machines/signed-request.ts'
import { decode, type RequestId } from '../../model/index.ts'
import { HotStuffCertificates } from './certificates.ts'
import { type Block, type Checkpoint, CheckpointContent } from './hotstuff.messages.ts'

/** Clients' requests from their arrival to their execution, once each, and the answer. */
export abstract class HotStuffApplication extends HotStuffCertificates {
  /** A block has been executed: it may be time for a checkpoint. */
  abstract afterBlock(block: Block, live: boolean): void

  /** Answers from the session where the request has run, and takes it in otherwise. */
  take(request: Request): void {
    const { client, sequence } = request
    const session = this.sessions.get(client)
    if (session !== undefined && sequence === session.sequence) {
      this.host.replyEagerly({ client, sequence }, { kind: 'done', result: session.result })
      return
    }
    if (this.isGenuine(request)) this.await(request)
    else this.refuse({ client, sequence }, 'not signed by the client')
  }

  /** Did the client itself ask for this? What is known already was verified then. */
  isGenuine(request: Request): boolean {
    const known = this.pending.get(request.client)
    if (known !== undefined && Request.equal(known.request, request)) return true
    return isSignedByClient(this.host, request)
  }

  /** Remembers a genuine request until it is executed. */
  await(request: Request): void {
    const { client, sequence } = request
    if (this.hasRun(request)) return
    const known = this.pending.get(client)
    if (known === undefined) {
      if (this.pending.size >= this.parameters.maxPendingRequests) return
    } else if (known.request.sequence >= sequence) return
    this.arrivals += 1
    this.pending.set(client, { request, arrival: this.arrivals })
  }

  private hasRun({ client, sequence }: RequestId): boolean {
    const session = this.sessions.get(client)
    return session !== undefined && sequence <= session.sequence
  }

  /** The requests that wait, those that came first in front, at most as many as a block may have. */
  oldestPending(passedOver: (request: Request) => boolean): Request[] {
    return [...this.pending.values()]
      .filter(({ request }) => !passedOver(request))
      .sort((left, right) => left.arrival - right.arrival)
      .slice(0, this.parameters.maxRequestsPerBlock)
      .map(({ request }) => request)
  }

  /** @param live false while a node that comes back runs again what it ran before: nobody waits for the answers */
  execute(block: Block, live: boolean): void {
    for (const request of block.requests) {
      const { client, sequence, body } = request
      const id = { client, sequence }
      this.lastIndex += 1
      const execution = this.runOnce(this.lastIndex, id, body)
      this.host.output({
        kind: 'committed',
        index: this.lastIndex,
        term: block.view,
        command: body,
        request: id,
        applied: execution.kind === 'ran',
      })
      if (live) this.answer(id, execution)
      const known = this.pending.get(client)
      if (known !== undefined && known.request.sequence <= sequence) this.pending.delete(client)
    }
    const { view, height, id } = block
    this.executed = { view, height, block: id }
    // What is committed is never taken back.
    this.host.application.forgetUndo(0)
    this.afterBlock(block, live)
  }

  runOnce(index: number, request: RequestId, body: Uint8Array): Execution {
    const { application } = this.host
    return runOnce(application, this.sessions, request, body, index, this.parameters.maxSessions)
  }

  /** What is executed is on the disks of n − f nodes: this node's own need not be waited for. */
  private answer(request: RequestId, execution: Execution): void {
    switch (execution.kind) {
      case 'ran':
      case 'repeated':
        if (execution.result !== undefined) {
          this.host.replyEagerly(request, { kind: 'done', result: execution.result })
        }
        return
      case 'expired':
        this.refuse(request, 'session expired')
    }
  }

  private refuse(request: RequestId, reason: string): void {
    this.host.replyEagerly(request, { kind: 'refused', reason, leader: undefined })
  }

  /** Replaces machine and sessions by those of the checkpoint. */
  restore(checkpoint: Checkpoint): void {
    const { index, sessions, machine } = decode(CheckpointContent, checkpoint.content)
    this.host.application.restore(machine)
    this.sessions = sessions
    this.lastIndex = index
    const { view, height, block } = checkpoint
    this.executed = { view, height, block }
    for (const [client, { request }] of this.pending) {
      if (this.hasRun(request)) this.pending.delete(client)
    }
  }
}
