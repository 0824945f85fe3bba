import type { NodeId, Outcome } from '../../model/index.ts'
import { toHex } from '../../model/index.ts'

/**
 * The answers to one request of a client that believes only what enough nodes say alike: with more
 * than f of them, one at least is correct.
 */
export class MatchingAnswers {
  private readonly needed: number
  /** Who gave each answer, by the answer as text. */
  private readonly given: Map<string, Set<NodeId>> | undefined

  /** @param needed how many nodes must say the same */
  constructor(needed: number) {
    this.needed = needed
    this.given = needed <= 1 ? undefined : new Map()
  }

  /** Notes what a node says. Returns whether it is now to be believed. */
  note(from: NodeId, outcome: Outcome): boolean {
    if (this.given === undefined) return true
    const answer = keyOf(outcome)
    const nodes = this.given.get(answer) ?? new Set()
    this.given.set(answer, nodes)
    nodes.add(from)
    return nodes.size >= this.needed
  }
}

function keyOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return `done ${toHex(outcome.result)}`
    case 'refused':
      return `refused ${outcome.reason}`
  }
}
