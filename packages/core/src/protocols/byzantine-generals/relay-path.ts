import type { NodeId } from '../../model/index.ts'
import { commander } from './generals.messages.ts'

/**
 * The hands that an order passed through, from the commander on: [0, 3, 5] is what 5 says that 3 said
 * that the commander said. No general passes on what has passed through its hands before.
 */
export type RelayPath = readonly NodeId[]

/** A number of its own for each path: its generals as digits. None but the first is 0, so none gets lost. */
export function pathNumber(path: RelayPath, nodes: number): number {
  let number = 0
  for (let i = 1; i < path.length; i += 1) number = number * nodes + (path[i] as NodeId)
  return number
}

/** Whether such a path can have led to `self`. */
export function leadsTo(self: NodeId, path: RelayPath, nodes: number): boolean {
  if (path[0] !== commander) return false
  for (let i = 0; i < path.length; i += 1) {
    const general = path[i] as NodeId
    if (general >= nodes || general === self || path.indexOf(general) !== i) return false
  }
  return true
}

/** Every path of so many hands that leads to `self`, in ascending order. */
export function pathsTo(self: NodeId, nodes: number, hands: number): RelayPath[] {
  let paths: RelayPath[] = [[commander]]
  for (let length = 1; length < hands; length += 1) {
    paths = paths.flatMap((path) => nextHands(path, self, nodes).map((next) => [...path, next]))
  }
  return paths
}

/** Who may pass on to `self` what came along `path`. */
export function nextHands(path: RelayPath, self: NodeId, nodes: number): NodeId[] {
  const next: NodeId[] = []
  for (let general = 0; general < nodes; general += 1) {
    if (general !== self && !path.includes(general)) next.push(general)
  }
  return next
}
