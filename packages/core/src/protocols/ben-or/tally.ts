import { type Infer, type NodeId, natural, nodeSet, struct } from '../../model/index.ts'
import type { Bit } from './ben-or.messages.ts'

/** What has arrived of one phase of one round: from whom, and how many for each value. */
export const Tally = struct({ senders: nodeSet, zeros: natural, ones: natural })
export type Tally = Infer<typeof Tally>

/**
 * Counts one node's message, the first that it sends in this phase and no other: who repeats itself,
 * or contradicts itself, has one voice like all.
 * @param value undefined for a proposal of no value, which counts as a message alone
 */
export function count(tally: Tally, from: NodeId, value: Bit | undefined): void {
  if (tally.senders.has(from)) return
  tally.senders.add(from)
  if (value === '0') tally.zeros += 1
  if (value === '1') tally.ones += 1
}

/** How many nodes said this value. */
export function countOf(tally: Tally, value: Bit): number {
  return value === '0' ? tally.zeros : tally.ones
}
