import type { NodeId } from '../../model/index.ts'
import type { Plan } from '../plan.ts'

/**
 * Whether no more nodes are faulty than the protocol tolerates, as far as the scenario says: liars,
 * and those that crash for good where who crashes has failed. What breaks a protocol within its
 * model must not be reduced to what would break any.
 */
export function isWithinModel({ byzantine, faults, nodes, protocol }: Plan): boolean {
  const faulty = new Set<NodeId>(byzantine.keys())
  if (protocol.crashes === 'stop') {
    for (const { action } of faults) {
      if (action.kind !== 'crash') continue
      if (action.target.kind !== 'nodes') return false
      for (const node of action.target.nodes) faulty.add(node)
    }
  }
  return faulty.size === 0 || faulty.size <= protocol.resilience.maximumFaulty(nodes)
}
