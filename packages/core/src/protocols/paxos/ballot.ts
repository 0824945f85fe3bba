import type { NodeId } from '../../model/index.ts'

// A ballot's number, which Lamport (2001) calls the number of a proposal, is a natural number; 0 stands
// for none. Different proposers choose theirs from disjoint sets of numbers (§2.5): of n nodes, node i
// takes those that leave the remainder i.

/** The number of a node's ballot of the first round above `ballot`. */
export function ballotAbove(ballot: number, proposer: NodeId, nodes: number): number {
  return (Math.floor(ballot / nodes) + 1) * nodes + proposer
}

/** The smallest number of `acceptors` such that any two sets of so many share one. */
export function majorityOf(acceptors: number): number {
  return Math.floor(acceptors / 2) + 1
}
