import { ProposedValue } from '../../checkers/proposed-value.ts'
import type { Checker, CheckerContext, Goal, Invariant, NodeId } from '../../model/index.ts'
import { equalBytes } from '../../model/index.ts'
import { AcceptanceKept } from './acceptance-kept.ts'
import { majorityOf } from './ballot.ts'
import { OneValueABallot } from './one-value-a-ballot.ts'
import type { PaxosCommand, Proposal } from './paxos.messages.ts'
import type { Paxos } from './paxos.ts'
import { PromiseKept } from './promise-kept.ts'

/** What Paxos itself promises beside agreement and integrity, which every decision has. */
export function paxosCheckers(_context: CheckerContext): Checker<Paxos>[] {
  return [
    new ProposedValue((command) => (command as PaxosCommand).value),
    new PromiseKept(),
    new AcceptanceKept(),
    new OneValueABallot(),
  ]
}

/** The proposal that a majority of acceptors holds on disk as its latest, if there is one: it is chosen. */
function chosenAmong(nodes: ReadonlyMap<NodeId, Paxos>): Proposal | undefined {
  const counts = new Map<number, number>()
  for (const { accepted, writing, host } of nodes.values()) {
    if (accepted === undefined || writing !== undefined) continue
    const count = (counts.get(accepted.ballot) ?? 0) + 1
    if (count >= majorityOf(host.nodes.length)) return accepted
    counts.set(accepted.ballot, count)
  }
  return undefined
}

const agreement: Invariant<Paxos> = {
  property: 'agreement',
  broken(nodes) {
    let first: { id: NodeId; decision: Uint8Array } | undefined
    for (const [id, { decision }] of nodes) {
      if (decision === undefined) continue
      first ??= { id, decision }
      if (!equalBytes(decision, first.decision)) {
        return { nodes: [first.id, id], message: 'they have decided different values' }
      }
    }
    return undefined
  },
}

/**
 * P2b: if a proposal is chosen, every higher-numbered proposal that is accepted has its value. And
 * no learner has learned of another: so two values are never chosen, whether anybody knows or not.
 */
const chosenStays: Invariant<Paxos> = {
  property: 'chosen values stay',
  broken(nodes) {
    const chosen = chosenAmong(nodes)
    if (chosen === undefined) return undefined
    for (const [id, { accepted, decision }] of nodes) {
      const later = accepted !== undefined && accepted.ballot > chosen.ballot
      if (later && !equalBytes(accepted.value, chosen.value)) {
        const message = `it accepted another value in ballot ${accepted.ballot} than was chosen in ballot ${chosen.ballot}`
        return { nodes: [id], message }
      }
      if (decision !== undefined && !equalBytes(decision, chosen.value)) {
        const message = `it decided another value than was chosen in ballot ${chosen.ballot}`
        return { nodes: [id], message }
      }
    }
    return undefined
  },
}

const oneValueABallot: Invariant<Paxos> = {
  property: 'one value a ballot',
  broken(nodes) {
    const first = new Map<number, { id: NodeId; value: Uint8Array }>()
    for (const [id, { accepted }] of nodes) {
      if (accepted === undefined) continue
      const known = first.get(accepted.ballot)
      if (known === undefined) first.set(accepted.ballot, { id, value: accepted.value })
      else if (!equalBytes(known.value, accepted.value)) {
        const message = `they accepted different values in ballot ${accepted.ballot}`
        return { nodes: [known.id, id], message }
      }
    }
    return undefined
  },
}

/**
 * P1a: whoever gave a promise that a proposer counts still knows of it, and has accepted nothing below
 * it that it did not tell.
 */
const promisesKept: Invariant<Paxos> = {
  property: 'promises kept',
  broken(nodes) {
    for (const [proposer, { phase, ballot, promises }] of nodes) {
      if (phase !== 'prepare') continue
      for (const [acceptor, told] of promises) {
        const node = nodes.get(acceptor)
        if (node === undefined) continue
        const now = node.accepted?.ballot ?? 0
        const forgot = node.promised < ballot
        if (!forgot && (now >= ballot || now === (told?.ballot ?? 0))) continue
        const what = forgot ? 'has forgotten it' : `accepted ballot ${now} after it`
        const message = `node ${acceptor} promised ballot ${ballot} to node ${proposer}, and ${what}`
        return { nodes: [acceptor, proposer], message }
      }
    }
    return undefined
  },
}

/** What a learner has heard that an acceptor accepted is on that acceptor's disk (§2.5). */
const acceptancesKept: Invariant<Paxos> = {
  property: 'acceptances kept',
  broken(nodes) {
    for (const [learner, { acceptances }] of nodes) {
      for (const [acceptor, { ballot }] of acceptances) {
        const node = nodes.get(acceptor)
        if (node === undefined) continue
        const now = node.accepted?.ballot ?? 0
        if (now > ballot || (now === ballot && node.writing === undefined)) continue
        const message = `node ${acceptor} told node ${learner} of ballot ${ballot}, which its disk does not hold`
        return { nodes: [acceptor, learner], message }
      }
    }
    return undefined
  },
}

/** The same as predicates over one moment, for the explorer. */
export const paxosInvariants: readonly Invariant<Paxos>[] = [
  agreement,
  chosenStays,
  oneValueABallot,
  promisesKept,
  acceptancesKept,
]

/** Every learner learns of a decision. */
export const paxosTermination: Goal<Paxos> = {
  property: 'termination',
  reached: (nodes) => [...nodes.values()].every(({ decision }) => decision !== undefined),
}
