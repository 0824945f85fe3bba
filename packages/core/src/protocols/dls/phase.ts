import type { NodeId } from '../../model/index.ts'
import type { RoundMessage } from './dls.messages.ts'

/** What is sent in each of the four rounds of a phase: three of trying, one of lock release. */
export type Step = RoundMessage['kind']
const steps: readonly Step[] = ['list', 'lock', 'acknowledge', 'release']

/** Phase k has the rounds 4k - 3 to 4k. */
export function phaseOf(round: number): number {
  return Math.ceil(round / 4)
}

export function stepOf(round: number): Step {
  return steps[(round - 1) % 4] as Step
}

/** Phase k belongs to processor k mod N, where the paper's processors are numbered from 1 and ours from 0. */
export function coordinatorOf(phase: number, nodes: number): NodeId {
  return (phase - 1) % nodes
}

/** The round that a message belongs to. */
export function roundOf(message: RoundMessage): number {
  return 4 * (phaseIn(message) - 1) + steps.indexOf(message.kind) + 1
}

function phaseIn(message: RoundMessage): number {
  switch (message.kind) {
    case 'list':
      return message.list.phase
    case 'lock':
      return message.lock.phase
    case 'acknowledge':
    case 'release':
      return message.phase
  }
}
