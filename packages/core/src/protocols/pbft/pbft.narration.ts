import type { NodeId } from '../../model/index.ts'
import type { Pbft } from './pbft.ts'

/** What is happening now, in one plain sentence. */
export function narratePbft(nodes: ReadonlyMap<NodeId, Pbft>): string {
  const living = [...nodes]
  if (living.length === 0) return 'Every replica is down.'
  const active = living.filter(([, node]) => !node.changing)
  const view = Math.max(-1, ...active.map(([, node]) => node.view))
  const members = active.filter(([, node]) => node.view === view)
  const leaving = living.filter(([, node]) => node.changing && node.view > view)
  const needed = living[0]?.[1].quorum ?? 0
  if (members.length < needed && leaving.length > 0) return narrateViewChange(leaving)
  return narrateView(view, members)
}

function narrateViewChange(leaving: readonly [NodeId, Pbft][]): string {
  const view = Math.max(...leaving.map(([, node]) => node.view))
  const asking = leaving.filter(([, node]) => node.view === view)
  const [, first] = asking[0] as [NodeId, Pbft]
  const wants = `${listed(asking)} ${asking.length > 1 ? 'want' : 'wants'} view ${view}`
  const primary = first.primaryOf(view)
  if (asking.length < first.quorum) {
    return `${wants}, which takes ${first.quorum} view changes to begin.`
  }
  return `${wants}, and its primary, replica ${primary}, is to begin it by a new view.`
}

function narrateView(view: number, members: readonly [NodeId, Pbft][]): string {
  const [, any] = members[0] as [NodeId, Pbft]
  const primary = any.primaryOf(view)
  const leader = members.find(([id]) => id === primary)?.[1]
  const inView = `In view ${view} the primary is replica ${primary}`
  const fetching = members.find(([, node]) => node.transfer !== undefined)
  if (fetching !== undefined) {
    const sequence = fetching[1].transfer?.certificate.sequence
    return `${inView}, and replica ${fetching[0]} fetches the state of checkpoint ${sequence}, for it was left behind.`
  }
  if (leader === undefined) return `${inView}, which is down or has gone on to another view.`
  const executed = Math.max(...members.map(([, node]) => node.executed))
  const next = executed + 1
  const done = `${inView}: ${executed === 0 ? 'nothing' : `all up to sequence number ${executed}`} is executed`
  if (leader.log.get(next)?.prePrepare === undefined) return `${done}, and nothing is under way.`
  const prepared = members.filter(
    ([, node]) => node.log.get(next)?.prepared?.prePrepare.view === view,
  )
  const accepted = members.filter(([, node]) => node.log.get(next)?.prePrepare?.view === view)
  return `${done}; sequence number ${next} is pre-prepared at ${replicas(accepted.length)} and prepared at ${prepared.length}.`
}

function replicas(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`
}

function listed(nodes: readonly [NodeId, Pbft][]): string {
  const ids = nodes.map(([id]) => String(id))
  const last = ids.pop() as string
  return ids.length === 0 ? `Replica ${last}` : `Replicas ${ids.join(', ')} and ${last}`
}
