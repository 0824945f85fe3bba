import { machine } from '../../model/index.ts'
import {
  MultiPaxosCommand,
  MultiPaxosMessage,
  MultiPaxosRecord,
  type PValue,
  type Snapshot,
} from './multi-paxos.messages.ts'
import { multiPaxosParameters } from './multi-paxos.parameters.ts'
import { multiPaxosState } from './multi-paxos.state.ts'

/**
 * The acceptor: what is durable, and how it changes. One promise covers all slots; each slot has a
 * pvalue of its own, accepted in whatever order they come (van Renesse and Altinbuken 2015, §2.2).
 */
export abstract class MultiPaxosAcceptor extends machine({
  state: multiPaxosState,
  message: MultiPaxosMessage,
  record: MultiPaxosRecord,
  command: MultiPaxosCommand,
  timers: ['leader', 'heartbeat', 'quorum', 'catchUp', 'offer'],
  parameters: multiPaxosParameters,
}) {
  /** The only place that writes durable fields: live, and when a host replays the disk. */
  apply(record: MultiPaxosRecord): void {
    switch (record.kind) {
      case 'promise':
        this.promised = record.ballot
        break
      case 'accept':
        this.place(record.slot, record.pvalues)
        this.settledSlot = Math.max(this.settledSlot, record.settledSlot)
        break
      case 'snapshot':
        this.log.splice(0, record.discardedSlot - this.discardedSlot)
        this.discardedSlot = record.discardedSlot
        this.snapshot = record.snapshot
        this.settledSlot = Math.max(this.settledSlot, record.snapshot.slot)
        break
    }
  }

  private place(slot: number, pvalues: readonly PValue[]): void {
    const { log } = this
    const first = slot - this.discardedSlot - 1
    while (log.length < first) log.push(undefined)
    for (let i = 0; i < pvalues.length; i += 1) log[first + i] = pvalues[i]
  }

  /** The last slot for which this node has accepted anything. */
  get lastSlot(): number {
    return this.discardedSlot + this.log.length
  }

  get snapshotSlot(): number {
    return this.snapshot?.slot ?? 0
  }

  /** What was accepted for a slot after `discardedSlot`; undefined in a gap. */
  pvalueAt(slot: number): PValue | undefined {
    return this.log[slot - this.discardedSlot - 1]
  }

  /** The log from a slot after `discardedSlot` on. */
  logFrom(slot: number): (PValue | undefined)[] {
    return this.log.slice(slot - this.discardedSlot - 1)
  }

  /** Promises to accept nothing below `ballot`. What was accepted below it counts for nothing any more. */
  promise(ballot: number): void {
    this.recordPromise(ballot)
    this.acceptedThrough = this.executedSlot
    this.askedThrough = 0
  }

  recordPromise(ballot: number): void {
    this.record({ kind: 'promise', ballot })
  }

  mayAccept(ballot: number): boolean {
    return ballot >= this.promised
  }

  /** Accepts what is new of these, for the slots from `slot` on, in the ballot that is promised. */
  acceptNew(slot: number, pvalues: readonly PValue[]): void {
    const known = Math.min(pvalues.length, Math.max(0, this.acceptedThrough + 1 - slot))
    if (known === pvalues.length) return
    this.accept(slot + known, known === 0 ? pvalues : pvalues.slice(known))
  }

  /** @returns where in its records the node has written it */
  accept(slot: number, pvalues: readonly PValue[]): number {
    const { executedSlot: settledSlot } = this
    if (slot <= settledSlot) throw new Error(`would accept slot ${slot} though it is executed`)
    const position = this.record({ kind: 'accept', slot, pvalues, settledSlot })
    this.advanceAccepted()
    return position
  }

  /** Passes over all slots that follow without a gap. */
  advanceAccepted(): void {
    for (;;) {
      const next = this.pvalueAt(this.acceptedThrough + 1)
      if (next === undefined || !this.isCurrent(next)) return
      this.acceptedThrough += 1
    }
  }

  /** Was it accepted in the present ballot? A leader counts the acceptances of its own ballot alone. */
  isCurrent(pvalue: PValue): boolean {
    return pvalue.ballot === this.promised
  }

  /** Saves a snapshot, and drops the log up to `discardedSlot`. What was accepted beyond it stays. */
  saveSnapshot(snapshot: Snapshot, discardedSlot: number): void {
    this.record({ kind: 'snapshot', snapshot, discardedSlot })
  }
}
