import type { Checker, CheckerContext, Goal, Invariant, NodeId } from '../../model/index.ts'
import { majorityOf } from '../paxos/ballot.ts'
import { PValue, Value } from './multi-paxos.messages.ts'
import type { MultiPaxos } from './multi-paxos.ts'
import { OneValueABallot } from './one-value-a-ballot.ts'
import { PromiseKept } from './promise-kept.ts'

/** What Multi-Paxos itself promises; what all logs promise is added by the protocol's shape. */
export function multiPaxosCheckers(_context: CheckerContext): Checker<MultiPaxos>[] {
  return [new PromiseKept(), new OneValueABallot()]
}

/** A property of two nodes: the slot at which they break it, if they do. */
function ofEveryTwo(
  property: string,
  brokenAt: (left: MultiPaxos, right: MultiPaxos) => number | undefined,
  message: string,
): Invariant<MultiPaxos> {
  return {
    property,
    broken(nodes) {
      const living = [...nodes]
      for (const [i, [leftId, left]] of living.entries()) {
        for (const [rightId, right] of living.slice(i + 1)) {
          const slot = brokenAt(left, right)
          if (slot !== undefined) return { nodes: [leftId, rightId], message: `${message} ${slot}` }
        }
      }
      return undefined
    },
  }
}

/** The first slot up to `last` that both logs hold and where these two differ as told. */
function firstSlot(
  left: MultiPaxos,
  right: MultiPaxos,
  last: number,
  differ: (one: PValue, other: PValue) => boolean,
): number | undefined {
  for (let slot = Math.max(left.discardedSlot, right.discardedSlot) + 1; slot <= last; slot += 1) {
    const [one, other] = [left.pvalueAt(slot), right.pvalueAt(slot)]
    if (one !== undefined && other !== undefined && differ(one, other)) return slot
  }
  return undefined
}

const executedPrefixesAgree = ofEveryTwo(
  'executed prefixes agree',
  (left, right) =>
    firstSlot(
      left,
      right,
      Math.min(left.executedSlot, right.executedSlot),
      (one, other) => !Value.equal(one.value, other.value),
    ),
  'they have executed different values in slot',
)

const oneValueABallot = ofEveryTwo(
  'one value a ballot',
  (left, right) =>
    firstSlot(
      left,
      right,
      Math.min(left.lastSlot, right.lastSlot),
      (one, other) => one.ballot === other.ballot && !PValue.equal(one, other),
    ),
  'they accepted different values in one ballot for slot',
)

/** The pvalue that a majority holds for a slot, if there is one: it is chosen. */
function chosenAt(nodes: ReadonlyMap<NodeId, MultiPaxos>, slot: number): PValue | undefined {
  const counts = new Map<number, number>()
  for (const node of nodes.values()) {
    const pvalue = slot > node.discardedSlot ? node.pvalueAt(slot) : undefined
    if (pvalue === undefined) continue
    const count = (counts.get(pvalue.ballot) ?? 0) + 1
    if (count >= majorityOf(node.host.nodes.length)) return pvalue
    counts.set(pvalue.ballot, count)
  }
  return undefined
}

/** P2b, slot by slot: what is accepted in a higher ballot than that in which a value was chosen has that value. */
const chosenStays: Invariant<MultiPaxos> = {
  property: 'chosen values stay',
  broken(nodes) {
    const last = Math.max(0, ...[...nodes.values()].map(({ lastSlot }) => lastSlot))
    for (let slot = 1; slot <= last; slot += 1) {
      const chosen = chosenAt(nodes, slot)
      if (chosen === undefined) continue
      for (const [id, node] of nodes) {
        const pvalue = slot > node.discardedSlot ? node.pvalueAt(slot) : undefined
        if (pvalue === undefined || Value.equal(pvalue.value, chosen.value)) continue
        if (pvalue.ballot < chosen.ballot && node.executedSlot < slot) continue
        const message = `it has another value in slot ${slot} than was chosen in ballot ${chosen.ballot}`
        return { nodes: [id], message }
      }
    }
    return undefined
  },
}

const promisesKept: Invariant<MultiPaxos> = {
  property: 'promises kept',
  broken(nodes) {
    for (const [candidate, { promisers, ballot }] of nodes) {
      for (const acceptor of promisers) {
        const promised = nodes.get(acceptor)?.promised ?? ballot
        if (promised >= ballot) continue
        const message = `node ${acceptor} promised ballot ${ballot} to node ${candidate}, and keeps to ${promised}`
        return { nodes: [acceptor, candidate], message }
      }
    }
    return undefined
  },
}

/** A leader counts its own acceptance of a slot once that is on its disk. */
const countedIsWritten: Invariant<MultiPaxos> = {
  property: 'what is counted is written',
  broken(nodes) {
    for (const [id, { role, accepted, writes }] of nodes) {
      if (role !== 'leader') continue
      const early = writes.find(({ slot }) => slot <= (accepted[id] ?? 0))
      if (early === undefined) continue
      const message = `node ${id} counts slot ${early.slot} as accepted, which its disk does not hold`
      return { nodes: [id], message }
    }
    return undefined
  },
}

/** Predicates over one moment, for the explorer. */
export const multiPaxosInvariants: readonly Invariant<MultiPaxos>[] = [
  executedPrefixesAgree,
  oneValueABallot,
  chosenStays,
  promisesKept,
  countedIsWritten,
]

/** Again and again, a leader takes over, and all execute the same slots, one at least. */
export const multiPaxosProgress: Goal<MultiPaxos> = {
  property: 'progress',
  reached(nodes) {
    const all = [...nodes.values()]
    const leader = all.find(({ role }) => role === 'leader')
    if (leader === undefined || leader.executedSlot === 0) return false
    return all.every(({ executedSlot }) => executedSlot >= leader.executedSlot)
  },
}
