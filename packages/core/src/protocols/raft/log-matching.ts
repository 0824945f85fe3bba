import { FirstSeen } from '../../checkers/first-seen.ts'
import { type Checker, type Moment, mix, type NodeId, type Violation } from '../../model/index.ts'
import { Entry, type RaftRecord } from './raft.messages.ts'
import type { Raft } from './raft.ts'

/** An entry that some log has held, of an index at which another was seen before. */
interface Seen {
  readonly term: number
  readonly fingerprint: number
  readonly node: NodeId
  readonly event: number
}

/**
 * Log matching: if two logs contain an entry with the same index and term, then the logs are
 * identical in all entries up through it (dissertation, figure 3.2).
 *
 * Checked as it is proved, by induction: whoever appends the entry of an index and term appends the
 * same entry, after one of the same term. The whole history counts, crashed servers included.
 */
export class LogMatching implements Checker<Raft> {
  readonly property = 'log matching'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By index: the term of the entry that was seen there first, a hash of it and of the term before it, and who had it. */
  private readonly terms: number[] = []
  private readonly fingerprints: number[] = []
  private readonly first = new FirstSeen()
  /** By index, seldom: what was seen there of other terms. */
  private readonly others = new Map<number, Seen[]>()
  /** What the node that is taking a step has appended in it. */
  private readonly appended: { readonly index: number; readonly entries: readonly Entry[] }[] = []

  recorded(_id: NodeId, record: unknown): void {
    const recorded = record as RaftRecord
    if (recorded.kind === 'append') this.appended.push(recorded)
  }

  stepped(id: NodeId, node: Raft, moment: Moment): void {
    if (this.appended.length === 0) return
    for (const { index, entries } of this.appended) {
      // Where the entry before is gone from the log, or is the snapshot's, nothing can be said of it.
      let before = index > node.discardedIndex ? node.termAt(index - 1) : undefined
      for (let i = 0; i < entries.length; i += 1) {
        const entry = entries[i] as Entry
        if (before !== undefined) this.see(id, index + i, entry, before, moment)
        before = entry.term
      }
    }
    // Taken out one by one: to set the length to 0 gives the array's places away, for the next step to ask for again.
    while (this.appended.length > 0) this.appended.pop()
  }

  private see(id: NodeId, index: number, entry: Entry, before: number, moment: Moment): void {
    const { term } = entry
    const fingerprint = mix(Entry.hash(0, entry), before)
    if (!this.first.has(index)) {
      this.terms[index] = term
      this.fingerprints[index] = fingerprint
      this.first.note(index, id, moment.event)
    } else if (this.terms[index] !== term) this.seeOther(id, index, term, fingerprint, moment)
    else if (this.fingerprints[index] !== fingerprint) {
      this.report(id, index, term, this.first.nodeAt(index), this.first.eventAt(index), moment)
    }
  }

  private seeOther(
    id: NodeId,
    index: number,
    term: number,
    fingerprint: number,
    moment: Moment,
  ): void {
    const others = this.others.get(index) ?? []
    const seen = others.find((other) => other.term === term)
    if (seen === undefined) {
      const { event } = moment
      this.others.set(index, [...others, { term, fingerprint, node: id, event }])
    } else if (seen.fingerprint !== fingerprint) {
      this.report(id, index, term, seen.node, seen.event, moment)
    }
  }

  private report(
    id: NodeId,
    index: number,
    term: number,
    node: NodeId,
    event: number,
    moment: Moment,
  ): void {
    this.violation ??= {
      property: this.property,
      message: `node ${id} has another entry at index ${index} of term ${term}, or after one of another term, than node ${node}`,
      nodes: [node, id],
      events: [event, moment.event],
    }
  }
}
