import type { Experiment } from '../experiment.ts'
import { counted } from '../quantity.ts'

/** How much happens in a run. */
export interface RunSize {
  readonly nodes: number
  /** Of the nodes, those that do not follow the protocol. */
  readonly byzantine: number
  /** Faults that struck. */
  readonly faults: number
  /** Commands of clients that reached a node. */
  readonly commands: number
  /** Everything that happened, as the trace counts it. */
  readonly events: number
}

/** The size of a run whose trace was recorded. */
export function sizeOf({ plan, faults, world }: Experiment): RunSize {
  const { trace } = world
  let commands = 0
  for (let event = 0; event < trace.length; event++)
    if (trace.at(event).kind === 'propose') commands++
  return {
    nodes: plan.nodes,
    byzantine: plan.byzantine.size,
    faults: faults.strikes.length,
    commands,
    events: trace.length,
  }
}

/** `5 nodes, 41 faults, 310 commands, 18,204 events`; what there is none of is left out. */
export function sizeText({ nodes, byzantine, faults, commands, events }: RunSize): string {
  const parts = [
    byzantine > 0 ? `${counted(nodes, 'node')} (${byzantine} Byzantine)` : counted(nodes, 'node'),
    ...(faults > 0 ? [counted(faults, 'fault')] : []),
    ...(commands > 0 ? [counted(commands, 'command')] : []),
    counted(events, 'event'),
  ]
  return parts.join(', ')
}
