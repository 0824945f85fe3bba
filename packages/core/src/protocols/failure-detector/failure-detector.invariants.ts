import type { Invariant } from '../../model/index.ts'
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
