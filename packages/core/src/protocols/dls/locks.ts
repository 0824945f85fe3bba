import { equalBytes } from '../../model/index.ts'
import type { DlsRecord } from './dls.messages.ts'
import { AcceptableList, type Lock } from './dls.messages.ts'
import { coordinatorOf } from './phase.ts'
import { DlsProper } from './proper-values.ts'
import { listText, lockText } from './signed-text.ts'
import { distinctValues, includesValue, type Value } from './value-list.ts'

/**
 * Locks (§3.2.2). Who locks v at phase k thinks that the coordinator of k may decide v, finds no
 * other value acceptable, and lets go only of what it learns was not decided.
 */
export abstract class DlsLocks extends DlsProper {
  /** The only place that writes durable fields. */
  apply(record: DlsRecord): void {
    switch (record.kind) {
      case 'initial':
        this.initial = record.value
        return
      case 'round':
        this.round = record.round
        return
      case 'lock':
        this.locks = [...this.locksExcept(record.lock.value), record.lock]
        return
      case 'release':
        this.locks = this.locksExcept(record.value)
        return
      case 'decision':
        this.decision = record.value
        return
    }
  }

  private locksExcept(value: Value): Lock[] {
    return this.locks.filter((lock) => !equalBytes(lock.value, value))
  }

  /** A value is acceptable to a processor that has no lock on any value except possibly that one. */
  isAcceptable(value: Value): boolean {
    return this.locks.every((lock) => equalBytes(lock.value, value))
  }

  /** E_j(list, k): what is acceptable and proper now. */
  acceptableList(): AcceptableList {
    const known = distinctValues([...this.proper, ...this.locks.map(({ value }) => value)])
    return this.signedList(
      known.filter((value) => this.isProper(value) && this.isAcceptable(value)),
      this.everythingProper && this.locks.length === 0,
    )
  }

  signedList(values: readonly Value[], everything: boolean): AcceptableList {
    const said = { phase: this.phase, values, everything }
    const signature = this.host.sign(listText(said))
    return AcceptableList({ node: this.host.self, ...said, signature })
  }

  hasSigned(list: AcceptableList): boolean {
    return this.host.verify(list.node, listText(list), list.signature)
  }

  supports(list: AcceptableList, value: Value): boolean {
    return list.everything || includesValue(list.values, value)
  }

  /** How many lists make a value one to propose: N - t. */
  get listsNeeded(): number {
    return this.host.nodes.length - this.faulty
  }

  /** Signed by the processor that the phase belongs to, over a value that N - t processors found acceptable and proper. */
  isValidLock(lock: Lock): boolean {
    const coordinator = coordinatorOf(lock.phase, this.host.nodes.length)
    return (
      lock.phase > 0 &&
      this.host.verify(coordinator, lockText(lock), lock.signature) &&
      this.isProven(lock)
    )
  }

  isProven({ value, phase, proof }: Lock): boolean {
    const sayers = new Set(proof.map(({ node }) => node))
    return (
      sayers.size === proof.length &&
      proof.length >= this.listsNeeded &&
      proof.every(
        (list) => list.phase === phase && this.supports(list, value) && this.hasSigned(list),
      )
    )
  }

  /** Locks the value, in place of an earlier lock on it. Locks on other values stay until a lock-release phase. */
  lock(lock: Lock): number {
    return this.record({ kind: 'lock', lock })
  }

  /** The lock-release rule: a lock on v is released for a valid one on w that is as recent or more. */
  releaseFor(other: Lock): void {
    if (!this.locks.some((lock) => this.yieldsTo(lock, other)) || !this.isValidLock(other)) return
    for (const lock of this.locks) {
      if (this.yieldsTo(lock, other)) this.record({ kind: 'release', value: lock.value })
    }
  }

  yieldsTo(lock: Lock, other: Lock): boolean {
    return !equalBytes(lock.value, other.value) && other.phase >= lock.phase
  }
}
