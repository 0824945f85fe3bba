import type { Goal, Invariant } from '../../model/index.ts'
import type { Heartbeats } from './heartbeats.ts'

export const detectorInvariants: readonly Invariant<Heartbeats>[] = [
  {
    property: 'nobody suspects itself',
    broken(nodes) {
      for (const [id, { suspects }] of nodes) {
        if (suspects.has(id)) return { nodes: [id], message: `node ${id} suspects itself` }
      }
      return undefined
    },
  },
]

/** Who is up, of all that are looked at here, has not crashed. */
export const perfectDetectorInvariants: readonly Invariant<Heartbeats>[] = [
  ...detectorInvariants,
  {
    property: 'strong accuracy',
    broken(nodes) {
      for (const [p, { suspects }] of nodes) {
        const q = [...suspects].find((suspect) => nodes.has(suspect))
        if (q === undefined) continue
        const message = `node ${p} suspects node ${q}, which has not crashed`
        return { nodes: [p, q], message }
      }
      return undefined
    },
  },
]

/** Strong completeness, and accuracy in the end: suspected are those who have crashed, and nobody else. */
export const suspectsTheCrashed: Goal<Heartbeats> = {
  property: 'completeness and accuracy in the end',
  reached(nodes) {
    for (const [p, { suspects, host }] of nodes) {
      for (const q of host.nodes) {
        if (p !== q && suspects.has(q) === nodes.has(q)) return false
      }
    }
    return true
  },
}
