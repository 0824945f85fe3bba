import type { TraceEvent } from '../simulator/trace.ts'
import type { World } from '../simulator/world.ts'
import { CausalOrder, noProcess } from './causal-order.ts'

/**
 * The causal order of a run so far. Its processes are the nodes, and after them the clients.
 *
 * A message is sent in the step in which its node handed it over, though it may have left later, when
 * the disk had what it waited for. A crash and a restart are steps of their node, and what comes after
 * happened after what came before. Faults come from outside and are steps of nobody; neither is it a
 * step of anybody that a message is lost, which its sending alone comes before.
 * @throws RangeError for a world that records no trace, or no causes
 */
export function causalOrderOf({ trace, causes, options }: World): CausalOrder {
  if (!causes || !trace.recorded)
    throw new RangeError('the run was not recorded: ask for its trace and its causes')
  const processOf: number[] = []
  const sentIn: number[] = []
  for (let event = 0; event < trace.length; event += 1) {
    processOf.push(processOfEvent(trace.at(event), options.nodes))
    sentIn.push(causes.of(event))
  }
  return new CausalOrder(processOf, sentIn)
}

function processOfEvent({ kind, node, peer }: TraceEvent, nodes: number): number {
  switch (kind) {
    case 'start':
    case 'deliver':
    case 'timeout':
    case 'durable':
    case 'propose':
    case 'mined':
    case 'crash':
    case 'restart':
      return node
    case 'reply':
      return nodes + peer
    case 'fault':
    case 'lost':
      return noProcess
  }
}
