import { type Execution, runOnce } from '../../machines/session.ts'
import type { Request } from '../../machines/signed-request.ts'
import { type Digest, decode, encode, type Outcome, type RequestId } from '../../model/index.ts'
import { TendermintLedger } from './ledger.ts'
import { type Block, Snapshot, SnapshotContent } from './tendermint.messages.ts'

const noBytes = new Uint8Array(0)

/**
 * What becomes of decided blocks: the machine runs their requests, each client's once, and every so
 * many blocks a snapshot stands in for them.
 */
export abstract class TendermintApplication extends TendermintLedger {
  /** Runs the blocks that are decided and not yet run. @param answering whether clients wait for it */
  runDecided(answering: boolean): void {
    while (this.executed < this.height) {
      const { block } = this.commitAt(this.executed)
      this.run(block, answering)
      this.executed += 1
      this.proveCheckpoint()
      this.takeCheckpoint()
    }
    // What is decided is never taken back.
    this.host.application.forgetUndo(0)
  }

  private run(block: Block, answering: boolean): void {
    for (let i = 0; i < block.requests.length; i += 1) {
      const asked = block.requests[i] as Request
      const { client, sequence, body } = asked
      const request: RequestId = { client, sequence }
      this.index += 1
      const execution = this.execute(request, body)
      if (answering) this.answer(request, execution)
      const applied = execution.kind === 'ran'
      this.host.output({
        kind: 'committed',
        index: this.index,
        term: block.height,
        command: body,
        request,
        applied,
      })
      const pooled = this.pool.get(client)
      if (pooled !== undefined && pooled.request.sequence <= sequence) this.pool.delete(client)
    }
  }

  /** Requests that wait here may have run in blocks that a snapshot stands in for. */
  answerPool(): void {
    for (const [client, { request }] of this.pool) {
      const session = this.sessions.get(client)
      if (session === undefined || session.sequence < request.sequence) continue
      this.pool.delete(client)
      if (session.sequence === request.sequence) this.done(request, session.result)
    }
  }

  execute(request: RequestId, body: Uint8Array): Execution {
    const { application } = this.host
    const { maxSessions } = this.parameters
    return runOnce(application, this.sessions, request, body, this.index, maxSessions)
  }

  /**
   * Every validator answers, and the client waits for f+1 answers alike. The decision is on the disks
   * of a quorum, as precommits that bind their voters, so its record here need not be waited for.
   */
  private answer(request: RequestId, execution: Execution): void {
    switch (execution.kind) {
      case 'ran':
        return this.done(request, execution.result)
      case 'repeated':
        if (execution.result !== undefined) this.done(request, execution.result)
        return
      case 'expired':
        return this.refuse(request, 'session expired')
    }
  }

  done(request: RequestId, result: Uint8Array): void {
    this.host.replyEagerly(request, { kind: 'done', result })
  }

  refuse(request: RequestId, reason: string): void {
    const outcome: Outcome = { kind: 'refused', reason, leader: undefined }
    this.host.replyEagerly(request, outcome)
  }

  // ── Snapshots: all validators take them at the same heights. ──

  private takeCheckpoint(): void {
    this.stateHash = noBytes
    if (this.executed % this.parameters.snapshotBlocks !== 0) return
    this.checkpoint = Snapshot({
      height: this.executed,
      lastBlock: this.lastBlockBefore(this.executed),
      index: this.index,
      content: encode(SnapshotContent, {
        sessions: this.sessions,
        machine: this.host.application.snapshot(),
      }),
    })
    this.stateHash = this.hashOf(this.checkpoint)
  }

  private lastBlockBefore(height: number): Uint8Array {
    if (height === this.height) return this.lastBlock
    return this.commitAt(height).block.previous
  }

  /** Once the block that carries its hash is decided, a snapshot can convince others, and replaces the blocks before it. */
  private proveCheckpoint(): void {
    const { checkpoint } = this
    if (checkpoint === undefined || this.executed !== checkpoint.height + 1) return
    this.checkpoint = undefined
    const kept = checkpoint.height - this.parameters.trailingBlocks
    const discarded = Math.max(this.discarded, kept)
    this.record({ kind: 'snapshot', snapshot: checkpoint, discarded })
  }

  hashOf(snapshot: Snapshot): Digest {
    return this.host.hash(encode(Snapshot, snapshot))
  }

  /** Replaces machine and sessions by those of the latest snapshot, if there is one. */
  restoreSnapshot(): void {
    const { snapshot } = this
    if (snapshot === undefined) return
    const { sessions, machine } = decode(SnapshotContent, snapshot.content)
    this.host.application.restore(machine)
    this.sessions = sessions
    this.index = snapshot.index
    this.executed = snapshot.height
    this.stateHash = this.hashOf(snapshot)
    this.checkpoint = undefined
  }
}
