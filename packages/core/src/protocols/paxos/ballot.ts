import type { NodeId } from '../../model/index.ts'

/**
 * A ballot's number, which Lamport (2001) calls the number of a proposal. Different proposers choose
 * theirs from disjoint sets of numbers (§2.2): of `nodes` nodes, node i takes those that leave the
 * remainder i. 0 stands for none.
 */
export type Ballot = number

/** The number of a node's ballot of the first round above `ballot`. */
export function ballotAbove(ballot: Ballot, proposer: NodeId, nodes: number): Ballot {
  return (Math.floor(ballot / nodes) + 1) * nodes + proposer
}

/** The only node that makes proposals with this number. */
export function proposerOf(ballot: Ballot, nodes: number): NodeId {
  return ballot % nodes
}

/** The smallest number of `acceptors` such that any two sets of so many share one. */
export function majorityOf(acceptors: number): number {
  return Math.floor(acceptors / 2) + 1
}
