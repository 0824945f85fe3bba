import type { NodeId } from '../../model/index.ts'
import { bits } from './ben-or.messages.ts'
import type { BenOr } from './ben-or.ts'

/** What is happening now, in one plain sentence. */
export function narrateBenOr(nodes: ReadonlyMap<NodeId, BenOr>): string {
  const living = [...nodes.values()]
  if (living.length === 0) return 'Every node is down.'
  const decided = living.filter((node) => node.decided !== undefined)
  if (decided.length === living.length) {
    const rounds = decided.map((node) => node.decidedRound)
    return `Every node that is up has decided ${decided[0]?.decided}, in round ${spanOf(rounds)}.`
  }
  if (decided.length > 0) {
    const { decided: value, decidedRound } = decided[0] as BenOr
    return `${counted(decided.length)} of ${living.length} ${decided.length === 1 ? 'has' : 'have'} decided ${value}, the first in round ${decidedRound}: the others must follow.`
  }
  const rounds = living.map((node) => node.round)
  if (Math.max(...rounds) === 0) return 'Nobody has been asked to propose a value yet.'
  const values = bits.map(
    (bit) => living.filter((node) => node.round > 0 && node.value === bit).length,
  )
  const proposals = living.filter((node) => node.proposed !== undefined).length
  const seen =
    proposals > 0
      ? `${counted(proposals)} ${proposals === 1 ? 'has' : 'have'} seen a majority`
      : 'nobody has seen a majority'
  return `In round ${spanOf(rounds)}, ${values[0]} of ${living.length} nodes hold 0 and ${values[1]} hold 1; ${seen}.`
}

function counted(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`
}

function spanOf(rounds: readonly number[]): string {
  const [first, last] = [Math.min(...rounds), Math.max(...rounds)]
  return first === last ? String(first) : `${first} to ${last}`
}
