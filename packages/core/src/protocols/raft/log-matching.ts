import { type Checker, type Moment, mix, type NodeId, type Violation } from '../../model/index.ts'
import { Entry, type RaftRecord } from './raft.messages.ts'
import type { Raft } from './raft.ts'

/** An entry that some log has held: a hash of it and of the term before it. */
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
  /** By index: what was seen there first, and seldom, of other terms. */
  private readonly first: Seen[] = []
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
    const fingerprint = mix(Entry.hash(0, entry), before)
    const seen = this.seenAt(index, entry.term)
    if (seen === undefined) {
      this.remember(index, { term: entry.term, fingerprint, node: id, event: moment.event })
    } else if (seen.fingerprint !== fingerprint && this.violation === undefined) {
      this.violation = {
        property: this.property,
        message: `node ${id} has another entry at index ${index} of term ${entry.term}, or after one of another term, than node ${seen.node}`,
        nodes: [seen.node, id],
        events: [seen.event, moment.event],
      }
    }
  }

  private seenAt(index: number, term: number): Seen | undefined {
    const first = this.first[index]
    if (first === undefined || first.term === term) return first
    return this.others.get(index)?.find((seen) => seen.term === term)
  }

  private remember(index: number, seen: Seen): void {
    if (this.first[index] === undefined) this.first[index] = seen
    else this.others.set(index, [...(this.others.get(index) ?? []), seen])
  }
}
