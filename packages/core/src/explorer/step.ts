import type { NodeId } from '../model/identity.ts'
import type { Output, Reply } from '../model/output.ts'
import type { View } from '../model/schema/type.ts'

/** One event of a path, as plain data: fit for printing, and enough to replay it. */
export type Step = StepEvent & {
  /**
   * Where a twin acts by itself, and it is its second copy that does. (Which copy a message is for, its
   * sender says.)
   */
  readonly copy?: 'second'
  /** What the step drew at random, where it had a choice. */
  readonly drawn?: readonly number[]
}

/** A message on its way. */
export interface EnvelopeView {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: View
}

/** What a node did in a step, beside changing its state. */
export interface StepEffects {
  /** The messages that left the node. */
  readonly sent: readonly EnvelopeView[]
  readonly outputs: readonly Output[]
  readonly replies: readonly Reply[]
}

type StepEvent =
  | ({ readonly kind: 'deliver' | 'lose' | 'duplicate' } & EnvelopeView)
  | { readonly kind: 'timeout'; readonly node: NodeId; readonly timer: string }
  | {
      readonly kind: 'propose'
      readonly node: NodeId
      /** The command's place in the list of commands. */
      readonly place: number
      readonly command: View
    }
  /** A miner succeeds; the oldest record that was not durable becomes so; a node comes back. */
  | { readonly kind: 'mine' | 'sync' | 'restart'; readonly node: NodeId }
  | {
      readonly kind: 'crash'
      readonly node: NodeId
      /** How many of the records that were not yet durable survive. */
      readonly survivors: number
    }

/** The step in one line: `node 1 receives from 0: vote {"candidate":1}`. */
export function describeStep(step: Step): string {
  const drawn = step.drawn ? `, drawing ${step.drawn.join(' and ')}` : ''
  const where = step.copy === 'second' ? 'in its second copy, ' : ''
  return where + describeEvent(step) + drawn
}

function describeEvent(step: Step): string {
  switch (step.kind) {
    case 'deliver':
      return `node ${step.to} receives from ${step.from}: ${describeView(step.message)}`
    case 'lose':
      return `lost on the way from ${step.from} to ${step.to}: ${describeView(step.message)}`
    case 'duplicate':
      return `duplicated on the way from ${step.from} to ${step.to}: ${describeView(step.message)}`
    case 'timeout':
      return `node ${step.node}'s ${step.timer} timer fires`
    case 'propose':
      return `node ${step.node} is asked: ${describeView(step.command)}`
    case 'mine':
      return `node ${step.node} finds a block`
    case 'sync':
      return `node ${step.node}'s oldest write reaches the disk`
    case 'crash':
      return `node ${step.node} crashes${describeSurvivors(step.survivors)}`
    case 'restart':
      return `node ${step.node} restarts`
  }
}

function describeSurvivors(survivors: number): string {
  if (survivors === 0) return ''
  return survivors === 1
    ? ', its oldest write survives'
    : `, its ${survivors} oldest writes survive`
}

/** A message or command by its kind, then its fields. */
function describeView(view: View): string {
  if (typeof view !== 'object' || view === null || Array.isArray(view)) return JSON.stringify(view)
  const { kind, ...fields } = view
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`
  return typeof kind === 'string' ? kind + rest : JSON.stringify(view)
}
