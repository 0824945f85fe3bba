import type { NodeId } from '../../model/index.ts'
import { commander } from './generals.messages.ts'
import type { Generals } from './generals.ts'

/** What is happening now, in one plain sentence. */
export function narrateGenerals(nodes: ReadonlyMap<NodeId, Generals>): string {
  const lieutenants = [...nodes].filter(([id]) => id !== commander)
  const first = lieutenants[0]
  if (first === undefined) return 'No lieutenant is left.'
  const decided = lieutenants.filter(([, { decision }]) => decision !== undefined)
  if (decided.length > 0) return narrateDecision(decided, lieutenants.length)
  const { round, lastRound } = first[1]
  const general = nodes.get(commander)
  if (round === 0) {
    return general?.order === undefined
      ? 'The generals wait for the commander to get an order.'
      : `The commander is to order '${general.order}', and sends it when the round ends.`
  }
  const ordered =
    general?.order === undefined ? 'the order' : `the commander's order '${general.order}'`
  return round === 1
    ? `Round 1 of ${lastRound}: ${ordered} is on its way to the lieutenants.`
    : `Round ${round} of ${lastRound}: the lieutenants tell each other what they have heard of ${ordered}.`
}

function narrateDecision(decided: readonly [NodeId, Generals][], all: number): string {
  const attacking = decided.filter(([, { decision }]) => decision === 'attack').length
  const retreating = decided.length - attacking
  if (attacking > 0 && retreating > 0) {
    return `The lieutenants disagree: ${attacking} attack and ${retreating} retreat.`
  }
  const what = attacking > 0 ? 'attack' : 'retreat'
  return decided.length === all
    ? `All ${all} lieutenants have decided to ${what}.`
    : `${decided.length} of ${all} lieutenants have decided to ${what}.`
}
