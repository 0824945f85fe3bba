import { type Execution, runOnce } from '../../machines/session.ts'
import type { Request } from '../../machines/signed-request.ts'
import type { RequestId } from '../../model/index.ts'
import type { Batch } from './pbft.messages.ts'
import { PbftRequests } from './requests.ts'

/**
 * Execution of what is committed (§4.2): in the order of sequence numbers, each client's request once.
 * A batch gives one log entry a request; a null request gives none.
 */
export abstract class PbftExecution extends PbftRequests {
  /** All up to this sequence number is executed, and it is one after which a checkpoint is due. */
  abstract checkpointDue(sequence: number): void

  /**
   * Executes all that is committed and has its turn.
   * @param answering whether clients are told: not where a replica that comes back does it over again
   * @returns whether there was anything
   */
  executeCommitted(answering: boolean): boolean {
    const before = this.executed
    for (;;) {
      const entry = this.log.get(this.executed + 1)
      if (entry?.committed === undefined) break
      const batch = this.batchOf(entry, entry.committed.digest)
      if (batch === undefined) break
      this.executed += 1
      this.executeBatch(batch, answering)
      // This view serves clients: the next need not be waited for longer than usual (§4.5.2).
      if (!this.changing && entry.committed.view === this.view) this.viewsInVain = 0
      if (this.executed % this.parameters.checkpointInterval === 0) {
        this.checkpointDue(this.executed)
      }
    }
    if (this.executed === before) return false
    // What is committed is never taken back.
    this.host.application.forgetUndo(0)
    this.tidyQueue()
    return true
  }

  private executeBatch({ requests }: Batch, answering: boolean): void {
    for (const request of requests) {
      this.index += 1
      const execution = this.execute(request)
      this.host.output({
        kind: 'committed',
        index: this.index,
        term: 0,
        command: request.body,
        request: { client: request.client, sequence: request.sequence },
        applied: execution.kind === 'ran',
      })
      if (answering) this.answer(request, execution)
      this.forgetRequest(request)
    }
  }

  execute(request: Request): Execution {
    const { application } = this.host
    const { maxSessions } = this.parameters
    return runOnce(application, this.sessions, request, request.body, this.index, maxSessions)
  }

  private answer(request: RequestId, execution: Execution): void {
    switch (execution.kind) {
      case 'ran':
        this.replyDone(request, execution.result)
        return
      case 'repeated':
        if (execution.result !== undefined) this.replyDone(request, execution.result)
        return
      case 'expired': {
        const { client, sequence } = request
        const reason = 'session expired'
        this.host.replyEagerly({ client, sequence }, { kind: 'refused', reason, leader: undefined })
        return
      }
    }
  }
}
