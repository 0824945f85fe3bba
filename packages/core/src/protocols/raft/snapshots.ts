import type { NodeId } from '../../model/index.ts'
import { RaftFollower } from './follower.ts'
import { type Message, Snapshot } from './raft.messages.ts'
import type { Flow } from './raft.state.ts'

/**
 * Snapshots on the wire (dissertation, §5.1, figure 5.3): for a follower that lacks entries which the
 * leader has already discarded. The pieces are sent a window ahead of the answers; after a heartbeat
 * without progress the leader goes back to what has arrived. So any piece may be lost, repeated or late.
 */
export abstract class RaftSnapshots extends RaftFollower {
  beginSnapshot(to: NodeId, flow: Flow): void {
    flow.state = 'snapshot'
    flow.snapshot = this.snapshot
    flow.snapshotOffset = 0
    flow.snapshotReceived = 0
    flow.snapshotStalled = false
    this.sendSnapshot(to, flow)
  }

  /** As many pieces as the window allows. */
  sendSnapshot(to: NodeId, flow: Flow): void {
    const totalBytes = flow.snapshot?.content.length ?? 0
    while (
      flow.snapshotOffset < totalBytes &&
      flow.snapshotOffset - flow.snapshotReceived < this.parameters.maxBytesInFlight
    ) {
      this.sendPiece(to, flow)
    }
  }

  private sendPiece(to: NodeId, flow: Flow): void {
    const snapshot = flow.snapshot as Snapshot
    const offset = flow.snapshotOffset
    const end = Math.min(offset + this.parameters.snapshotChunkBytes, snapshot.content.length)
    flow.snapshotOffset = end
    // What a snapshot holds is committed, so it needs no wait for the leader's own disk.
    this.host.sendEagerly(to, {
      kind: 'installSnapshot',
      term: this.currentTerm,
      lastIncludedIndex: snapshot.index,
      lastIncludedTerm: snapshot.term,
      configuration: snapshot.configuration,
      totalBytes: snapshot.content.length,
      offset,
      data: snapshot.content.subarray(offset, end),
    })
  }

  /** At every heartbeat: where nothing has arrived since the last one, one piece again. */
  resumeSnapshot(to: NodeId, flow: Flow): void {
    if (flow.snapshotStalled) {
      flow.snapshotOffset = flow.snapshotReceived
      this.sendPiece(to, flow)
    }
    flow.snapshotStalled = true
  }

  /** Gives up on a follower that is silent, so that the log need not wait for it. */
  abandonSnapshot(to: NodeId, flow: Flow): void {
    flow.state = 'probe'
    flow.awaitingProbe = false
    flow.snapshot = undefined
    this.nextIndex[to] = this.lastIndex + 1
  }

  onInstallSnapshotReply(from: NodeId, message: Message<'installSnapshotReply'>): void {
    if (this.role !== 'leader' || message.term !== this.currentTerm) return
    const flow = this.flows[from] as Flow
    flow.heard = true
    if (flow.snapshot?.index !== message.lastIncludedIndex) return
    const { received } = message
    if (received > flow.snapshotReceived) {
      flow.snapshotOffset = Math.max(flow.snapshotOffset, received)
    } else if (received < flow.snapshotReceived && flow.snapshotStalled) {
      // Less than before, and no progress: the follower has restarted, and begins again.
      flow.snapshotOffset = received
    } else return
    flow.snapshotReceived = received
    flow.snapshotStalled = false
    this.sendSnapshot(from, flow)
  }

  onInstallSnapshot(from: NodeId, message: Message<'installSnapshot'>): void {
    if (message.term < this.currentTerm) {
      this.rejectStaleLeader(from)
      return
    }
    this.hearLeader(from)
    if (message.lastIncludedIndex <= this.commitIndex) {
      this.arrivingSnapshot = undefined
      this.accept(from, this.commitIndex, 0)
      return
    }
    const received = this.collectPiece(message)
    if (received < message.totalBytes) {
      this.host.send(from, {
        kind: 'installSnapshotReply',
        term: this.currentTerm,
        lastIncludedIndex: message.lastIncludedIndex,
        received,
      })
    } else this.installSnapshot(from, message)
  }

  /** Adds the piece if it is the next one; returns how many bytes there are. */
  private collectPiece(message: Message<'installSnapshot'>): number {
    const { lastIncludedIndex: index, lastIncludedTerm: term, data, offset } = message
    let arriving = this.arrivingSnapshot
    if (arriving === undefined || arriving.index !== index || arriving.term !== term) {
      arriving = { index, term, received: 0, chunks: [] }
      this.arrivingSnapshot = arriving
    }
    if (offset === arriving.received) {
      arriving.chunks.push(data)
      arriving.received += data.length
    }
    return arriving.received
  }

  private installSnapshot(from: NodeId, message: Message<'installSnapshot'>): void {
    const content = new Uint8Array(message.totalBytes)
    let offset = 0
    for (const chunk of this.arrivingSnapshot?.chunks ?? []) {
      content.set(chunk, offset)
      offset += chunk.length
    }
    const { lastIncludedIndex: index, lastIncludedTerm: term, configuration } = message
    const snapshot = Snapshot({ index, term, configuration, content })
    this.arrivingSnapshot = undefined
    this.saveSnapshot(snapshot, index)
    this.restoreSnapshot(snapshot)
    this.host.output({ kind: 'restored', index, term })
    this.afterCommit()
    this.accept(from, index, 0)
  }

  /** While a snapshot is being sent, the log that follows it must stay. */
  neededAfter(index: number): number {
    let needed = index
    for (const member of this.members) {
      const snapshot = this.flows[member]?.snapshot
      if (snapshot !== undefined) needed = Math.min(needed, snapshot.index)
    }
    return needed
  }
}
