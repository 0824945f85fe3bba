import type { Micros } from '../model/index.ts'
import { drawChaos } from '../simulator/faults/chaos.ts'
import type { Fault } from '../simulator/faults/fault.ts'
import type { World } from '../simulator/world.ts'
import type { Plan } from './plan.ts'

/** The share of a chaos run in which faults strike; in the rest it heals, and progress is demanded. */
export const faultyShare = 0.6

/** When the faults of a run are over, and progress is demanded. */
export function faultsEndOf(plan: Plan): Micros {
  const ends = plan.faults.map((fault) => fault.atMicros + (fault.forMicros ?? 0))
  const gst = plan.synchrony.kind === 'partial' ? plan.synchrony.gstMicros : 0
  const chaos = plan.chaos ? Math.round(plan.endMicros * faultyShare) : 0
  return Math.max(0, gst, chaos, ...ends)
}

/** The faults that chaos draws, about twenty in a run. */
export function chaosOf(plan: Plan, world: World): Fault[] {
  if (!plan.chaos) return []
  const untilMicros = Math.round(plan.endMicros * faultyShare)
  return drawChaos(world.faultRandom.split('chaos'), {
    nodes: plan.nodes,
    untilMicros,
    paceMicros: untilMicros / 20,
    leader: plan.protocol.leader,
    assumes: plan.protocol,
    maximumCrashes: Math.max(
      0,
      plan.protocol.resilience.maximumFaulty(plan.nodes) - plan.byzantine.size,
    ),
    longestOutageMicros: plan.protocol.longestOutageMicros?.(plan.parameters),
    largestClockJumpMicros: plan.protocol.clocks.largestJumpMicros,
  })
}

/** Each node's hash power, such that blocks come at the target spacing at first. */
export function hashesPerSecondOf(plan: Plan): number[] {
  const total = plan.protocol.initialHashesPerSecond?.(plan.parameters) ?? 0
  return plan.hashShares.map((share) => share * total)
}

/**
 * How fast clocks drift apart: as quartz does, and no more than the protocol can bear. A chain's run
 * lasts weeks, in which such clocks would differ by minutes: there they are kept right from outside.
 */
export function clockDriftPpmOf(plan: Plan): number {
  return plan.protocol.shape === 'chain' ? 0 : Math.min(100, plan.protocol.clocks.largestDriftPpm)
}
