import type { Checker, CheckerContext, Goal, Invariant, NodeId } from '../../model/index.ts'
import { ElectionSafety } from './election-safety.ts'
import { LeaderCompleteness } from './leader-completeness.ts'
import { LogMatching } from './log-matching.ts'
import { Entry } from './raft.messages.ts'
import type { Raft } from './raft.ts'
import { VoteDurability } from './vote-durability.ts'

/** The safety properties of figure 3.2 that are Raft's own; what all logs promise is added by the protocol. */
export function raftCheckers(_context: CheckerContext): Checker<Raft>[] {
  return [new ElectionSafety(), new VoteDurability(), new LogMatching(), new LeaderCompleteness()]
}

const electionSafety: Invariant<Raft> = {
  property: 'election safety',
  broken(nodes) {
    const leaders = new Map<number, NodeId>()
    for (const [id, node] of nodes) {
      if (node.role !== 'leader') continue
      const other = leaders.get(node.currentTerm)
      if (other !== undefined) {
        return { nodes: [other, id], message: `both lead term ${node.currentTerm}` }
      }
      leaders.set(node.currentTerm, id)
    }
    return undefined
  },
}

/** A property of two logs: the index at which they break it, if they do. */
function ofEveryTwo(
  property: string,
  brokenAt: (left: Raft, right: Raft) => number | undefined,
  message: string,
): Invariant<Raft> {
  return {
    property,
    broken(nodes) {
      const living = [...nodes]
      for (const [i, [leftId, left]] of living.entries()) {
        for (const [rightId, right] of living.slice(i + 1)) {
          const index = brokenAt(left, right)
          if (index !== undefined) {
            return { nodes: [leftId, rightId], message: `${message} ${index}` }
          }
        }
      }
      return undefined
    },
  }
}

/** The first index up to `last` at which two logs hold different entries, of those that both hold. */
function firstDifference(left: Raft, right: Raft, last: number): number | undefined {
  for (
    let index = Math.max(left.discardedIndex, right.discardedIndex) + 1;
    index <= last;
    index += 1
  ) {
    if (!Entry.equal(left.entryAt(index), right.entryAt(index))) return index
  }
  return undefined
}

const logMatching = ofEveryTwo(
  'log matching',
  (left, right) => {
    let last = Math.min(left.lastIndex, right.lastIndex)
    while (last > 0 && left.termAt(last) !== right.termAt(last)) last -= 1
    return firstDifference(left, right, last)
  },
  'their logs agree further on, but not at index',
)

const committedPrefixesAgree = ofEveryTwo(
  'committed prefixes agree',
  (left, right) => firstDifference(left, right, Math.min(left.commitIndex, right.commitIndex)),
  'they have committed different entries at index',
)

/**
 * What a leader counts towards a commit is on the disk that it counts (§3.8, §10.2.1): of another
 * server in its term, by that server's own account; of itself, whatever entries of its term it has not
 * heard to be durable.
 */
const countedIsWritten: Invariant<Raft> = {
  property: 'what is counted is written',
  broken(nodes) {
    for (const [id, leader] of nodes) {
      if (leader.role !== 'leader') continue
      for (const [server, { currentTerm, durableIndex, writes }] of nodes) {
        const counted = leader.matchIndex[server] ?? 0
        const isWritten =
          server === id
            ? !writes.some(({ index }) => index >= leader.termStart && index <= counted)
            : currentTerm !== leader.currentTerm || durableIndex >= counted
        if (isWritten) continue
        const message = `node ${id} counts entry ${counted} of node ${server}, whose disk does not hold it`
        return { nodes: [id, server], message }
      }
    }
    return undefined
  },
}

/** The same as predicates over one moment, for the explorer. */
export const raftInvariants: readonly Invariant<Raft>[] = [
  electionSafety,
  logMatching,
  committedPrefixesAgree,
  countedIsWritten,
]

/** Again and again, a leader commits in its own term, and all others know of it. */
export const raftProgress: Goal<Raft> = {
  property: 'progress',
  reached(nodes) {
    const all = [...nodes.values()]
    const leader = all.find(({ role }) => role === 'leader')
    if (leader === undefined) return false
    return all.every(({ commitIndex }) => commitIndex >= leader.termStart)
  },
}
