import { dropFirst, type LogPosition, machine } from '../../model/index.ts'
import {
  type Configuration,
  type Entry,
  RaftCommand,
  RaftMessage,
  RaftRecord,
  type Snapshot,
} from './raft.messages.ts'
import { raftParameters } from './raft.parameters.ts'
import { raftState } from './raft.state.ts'

/**
 * The log and all else that is durable: how it changes, what it holds, and how much of it the disk
 * has (dissertation, §3.5, §5.1, §10.2.1).
 */
export abstract class RaftLog extends machine({
  state: raftState,
  message: RaftMessage,
  record: RaftRecord,
  command: RaftCommand,
  timers: ['election', 'heartbeat', 'quorum', 'transfer', 'reads'],
  parameters: raftParameters,
}) {
  /** What rules while neither the log nor a snapshot says so. */
  abstract initialConfiguration(): Configuration

  /** The only place that writes durable fields: live, and when a host replays the disk. */
  apply(record: RaftRecord): void {
    switch (record.kind) {
      case 'vote':
        this.currentTerm = record.term
        this.votedFor = record.votedFor
        break
      case 'append':
        this.applyAppend(record.index, record.entries)
        break
      case 'snapshot':
        this.applySnapshot(record.snapshot, record.discardedIndex)
        break
      case 'readEpoch':
        this.readEpoch = record.epoch
        break
    }
  }

  private applyAppend(index: number, entries: readonly Entry[]): void {
    if (index <= this.lastIndex) {
      this.log.length = index - this.discardedIndex - 1
      this.dropConfigurations((at) => at >= index)
    }
    for (let i = 0; i < entries.length; i += 1) {
      const entry = entries[i] as Entry
      this.log.push(entry)
      // A configuration rules as soon as it is in the log, committed or not (§4.1).
      if (entry.content.kind === 'configuration') {
        this.configurations.push({
          index: index + i,
          configuration: entry.content.configuration,
        })
        this.adoptConfiguration()
      }
    }
  }

  private applySnapshot(snapshot: Snapshot, discardedIndex: number): void {
    if (snapshot.index >= this.discardedIndex && this.termAt(snapshot.index) === snapshot.term) {
      const discardedTerm = this.termAt(discardedIndex)
      this.log.splice(0, discardedIndex - this.discardedIndex)
      this.discardedIndex = discardedIndex
      this.discardedTerm = discardedTerm
      this.dropConfigurations((at) => at <= snapshot.index)
    } else {
      this.log = []
      this.discardedIndex = snapshot.index
      this.discardedTerm = snapshot.term
      this.configurations = []
    }
    this.configurations.unshift({ index: snapshot.index, configuration: snapshot.configuration })
    this.snapshot = snapshot
    this.adoptConfiguration()
  }

  private dropConfigurations(dropped: (index: number) => boolean): void {
    const kept = this.configurations.filter(({ index }) => !dropped(index))
    if (kept.length === this.configurations.length) return
    this.configurations = kept
    this.adoptConfiguration()
  }

  /** Brings what follows from the durable configurations up to date. */
  adoptConfiguration(): void {
    this.configuration = this.configurations.at(-1)?.configuration ?? this.initialConfiguration()
    const { voters, learners, oldVoters } = this.configuration
    this.members = [...new Set([...voters, ...oldVoters, ...learners])].sort((a, b) => a - b)
  }

  /** Where the configuration that rules stands in the log. */
  get configurationIndex(): number {
    return this.configurations.at(-1)?.index ?? 0
  }

  get snapshotIndex(): number {
    return this.snapshot?.index ?? 0
  }

  get lastIndex(): number {
    return this.discardedIndex + this.log.length
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex)
  }

  /** The term of the entry at `index`; 0 where this node has none, or not any more. */
  termAt(index: number): number {
    if (index <= this.discardedIndex) return index === this.discardedIndex ? this.discardedTerm : 0
    return index <= this.lastIndex ? this.entryAt(index).term : 0
  }

  /** The entry at an index after `discardedIndex`, up to `lastIndex`. */
  entryAt(index: number): Entry {
    return this.log[index - this.discardedIndex - 1] as Entry
  }

  /** Does this log hold the entry before those of an AppendEntries (the consistency check, §3.5)? */
  matchesLog(prevLogIndex: number, prevLogTerm: number): boolean {
    // What was discarded here was committed, so every later leader has the same.
    if (prevLogIndex < this.discardedIndex) return true
    return prevLogIndex <= this.lastIndex && this.termAt(prevLogIndex) === prevLogTerm
  }

  /** The first index after `discardedIndex` whose term is at least `term`. Terms never fall along a log. */
  firstIndexOfTerm(term: number): number {
    let low = 0
    let high = this.log.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.log[middle] as Entry).term < term) low = middle + 1
      else high = middle
    }
    return this.discardedIndex + 1 + low
  }

  /** Writes entries at `index`, in place of what the log holds from there on. */
  append(index: number, entries: readonly Entry[]): void {
    const truncated = index <= this.lastIndex
    if (truncated && index <= this.commitIndex) {
      throw new Error(`would remove entry ${index} though it is committed (§3.6.3)`)
    }
    const position = this.record({ kind: 'append', index, entries })
    if (truncated) this.forgetWritesFrom(index)
    this.writes.push({ position, index: index + entries.length - 1 })
  }

  /** What was written from `index` on is not in the log any more, whenever the disk has it. */
  private forgetWritesFrom(index: number): void {
    this.durableIndex = Math.min(this.durableIndex, index - 1)
    for (const write of this.writes) write.index = Math.min(write.index, index - 1)
  }

  /** Saves a snapshot and drops the log up to `discardedIndex`, or all of it where it disagrees. */
  saveSnapshot(snapshot: Snapshot, discardedIndex: number): void {
    this.record({ kind: 'snapshot', snapshot, discardedIndex })
    this.forgetWritesFrom(this.lastIndex + 1)
  }

  /** Everything written up to `position` has reached the disk. */
  writesReached(position: LogPosition): void {
    let reached = 0
    while (reached < this.writes.length) {
      const write = this.writes[reached] as { position: number; index: number }
      if (write.position > position) break
      if (write.index > this.durableIndex) this.durableIndex = write.index
      reached += 1
    }
    dropFirst(this.writes, reached)
  }
}
