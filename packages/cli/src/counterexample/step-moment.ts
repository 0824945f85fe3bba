import { counted } from '@quorate/core/experiments'
import {
  type Counterexample,
  type CounterexampleReplay,
  describeStep,
} from '@quorate/core/explorer'
import type { AnyNode, NodeId } from '@quorate/core/model'
import { type NodeMoment, nodeLines } from '../moment.ts'
import { columnsOf, wrapped } from '../text-layout.ts'

/** Every node after a step of a counterexample, as data: what `quorate replay --to --json` prints of one. */
export interface StepMoment {
  readonly schema: 'quorate.step/1'
  /** Counted from 1; 0 is the start. */
  readonly step: number
  readonly of: number
  /** The step in words; empty at the start. */
  readonly what: string
  /** What is happening, in one sentence; empty where the protocol does not say. */
  readonly now: string
  readonly nodes: readonly NodeMoment[]
}

export function stepMoment(
  found: Counterexample,
  { options, steps, opening }: CounterexampleReplay,
  to: number,
): StepMoment {
  const after = steps[to - 1]
  const live: ReadonlyMap<NodeId, AnyNode> = after?.nodes ?? opening
  const { protocol } = options
  const nodeClass = options.nodeClass ?? protocol?.node
  return {
    schema: 'quorate.step/1',
    step: to,
    of: found.steps.length,
    what: after ? describeStep(after.step) : '',
    now: protocol?.narrate(live) ?? '',
    nodes: Array.from({ length: options.nodes }, (_, node): NodeMoment => {
      const up = live.get(node)
      if (!up || !nodeClass) return { node, role: 'down' }
      const state = nodeClass.state.view(up as never)
      return { node, role: protocol?.roleOf(up) ?? 'up', state }
    }),
  }
}

export function stepMomentText(moment: StepMoment): string {
  const columns = columnsOf(process.stdout)
  const { step, of, what, now, nodes } = moment
  const title = `after step ${step} of ${of}${what === '' ? '' : `: ${what}`}`
  const sentences = [title, now].filter((sentence) => sentence !== '')
  const lines = sentences.flatMap((sentence) => wrapped(sentence, columns))
  if (step === 0) lines[0] = `at the start of ${counted(of, 'step')}`
  return `${[...lines, ...nodeLines(nodes, columns)].join('\n')}\n`
}
