import type { NodeId } from '../../model/index.ts'
import type { Dls } from './dls.ts'
import { coordinatorOf, phaseOf, stepOf } from './phase.ts'

/** What is happening now, in one plain sentence. */
export function narrateDls(nodes: ReadonlyMap<NodeId, Dls>): string {
  const living = [...nodes.values()]
  const first = living[0]
  if (first === undefined) return 'Every processor is down.'
  const decided = living.filter(({ decision }) => decision !== undefined).length
  if (decided === living.length) return `All ${decided} processors that are up have decided.`
  const round = Math.max(...living.filter(({ halted }) => !halted).map((node) => node.round))
  if (round === 0) return 'No processor has anything to propose yet.'
  const phase = phaseOf(round)
  const coordinator = coordinatorOf(phase, first.host.nodes.length)
  const there = living.filter((node) => node.round === round && !node.halted)
  const behind = living.filter((node) => node.round < round && !node.halted).length
  const late = behind === 0 ? '' : `, and ${behind} ${behind === 1 ? 'is' : 'are'} behind`
  const some = decided === 0 ? '' : `${decided} ${decided === 1 ? 'has' : 'have'} decided; `
  return `${capitalised(`${some}phase ${phase} of processor ${coordinator}: ${narrateStep(round, coordinator, nodes, there)}${late}`)}.`
}

function narrateStep(
  round: number,
  coordinator: NodeId,
  nodes: ReadonlyMap<NodeId, Dls>,
  there: readonly Dls[],
): string {
  switch (stepOf(round)) {
    case 'list': {
      const lists = nodes.get(coordinator)?.lists.size ?? 0
      return `it is told which values are acceptable and proper, so far by ${lists}`
    }
    case 'lock':
      return nodes.get(coordinator)?.proposal === undefined
        ? 'no value has come from it yet'
        : 'it asks all to lock its proposal'
    case 'acknowledge': {
      const acknowledged = nodes.get(coordinator)?.acknowledged.size ?? 0
      return `${acknowledged} have told it that they have locked the value`
    }
    case 'release': {
      const locked = there.filter(({ locks }) => locks.length > 0).length
      return `all show each other their locks, of which ${locked} have some`
    }
  }
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
