import type { NodeId } from '../../model/index.ts'
import type { LamportClocks } from './lamport-clocks.ts'

/** What is happening now, in one plain sentence. */
export function narrateLamportClocks(nodes: ReadonlyMap<NodeId, LamportClocks>): string {
  const living = [...nodes].sort(([, a], [, b]) => b.clock - a.clock)
  const [first, last] = [living[0], living.at(-1)]
  if (first === undefined || last === undefined) return 'Every process is down.'
  const [ahead, { clock }] = first
  if (clock === 0) return 'No event has happened yet: every clock stands at 0.'
  if (living.length === 1) return `Process ${ahead} is alone, and its clock stands at ${clock}.`
  const [behind, { clock: least }] = last
  return clock === least
    ? `All clocks stand at ${clock}.`
    : `The clock of process ${ahead} stands at ${clock}, and that of process ${behind} is ${clock - least} behind: until they hear of each other, nobody can say whose events came first.`
}
