import type { Opening, ReplayedStep, Step } from '../explorer/index.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import { DiagramBuilder } from './diagram-builder.ts'
import type { Lane, MessageDiagram } from './message-diagram.ts'
import { outputText, replyText } from './output-words.ts'
import { viewText, wordsOf } from './view-words.ts'

/** An explored path, and what is to be said of it. */
export interface DrawnPath {
  readonly title: string
  /** How many nodes there are. */
  readonly nodes: number
  /** Those of which two copies act under one name. */
  readonly twins?: readonly NodeId[]
  /** What has happened before, if anything. */
  readonly opening?: Opening
  /** Those that run the code of an attack. */
  readonly attackers?: readonly NodeId[]
  readonly steps: readonly ReplayedStep<AnyNode>[]
  /** What does not hold at the end, in a sentence. */
  readonly violation?: { readonly nodes: readonly NodeId[]; readonly text: string }
  /** The number of the step, from 0, from which the path repeats itself for ever. */
  readonly lasso?: number
  /** What is happening, in one sentence: shown where it changes. */
  readonly narrate?: (nodes: ReadonlyMap<NodeId, AnyNode>) => string
}

function openingText(opening: Opening = 'started'): string {
  if (typeof opening === 'string') return 'every node has started'
  const count = opening.length === 1 ? '1 event' : `${opening.length} events`
  return `every node has started, and then came an opening of ${count}`
}

function liesOf({ twins, attackers }: DrawnPath, node: NodeId): string | undefined {
  if (twins?.includes(node)) return 'lies: twins'
  return attackers?.includes(node) ? 'lies: an attack' : undefined
}

/**
 * A path of the explorer as a diagram: the start is moment 0, and the steps are counted from 1. An
 * arrow joins the step that sent a message with the one that delivers it; of messages that look alike
 * the first sent is the first delivered.
 */
export function diagramOfPath(path: DrawnPath): MessageDiagram {
  const lanes = Array.from({ length: path.nodes }, (_, node) => laneOf(node, liesOf(path, node)))
  const builder = new DiagramBuilder(lanes)
  builder.begin(0)
  for (const lane of lanes.keys()) builder.mark(lane, 'start', '')
  builder.note('narration', openingText(path.opening))
  let said = ''
  for (const [i, replayed] of path.steps.entries()) {
    builder.begin(i + 1)
    addStep(builder, replayed)
    const now = path.narrate?.(replayed.nodes) ?? ''
    if (now !== '' && now !== said) builder.note('narration', now)
    said = now
    if (i === path.lasso)
      builder.note('violation', 'from here on the same steps come again, for ever')
  }
  if (path.violation) {
    for (const node of new Set(path.violation.nodes)) builder.mark(node, 'violation', '')
    builder.note('violation', path.violation.text)
  }
  return builder.build(path.title)
}

/** The lane of a node. */
export function laneOf(node: NodeId, note?: string): Lane {
  const lane = { name: `node ${node}`, label: String(node), role: 'node' } as const
  return note === undefined ? lane : { ...lane, note }
}

function addStep(builder: DiagramBuilder, replayed: ReplayedStep<AnyNode>): void {
  const { step, sent, outputs, replies, thrown } = replayed
  addEvent(builder, step)
  const node = 'node' in step ? step.node : step.to
  for (const output of outputs) builder.mark(node, 'output', outputText(output))
  for (const reply of replies) builder.mark(node, 'reply', replyText(reply))
  if (thrown !== undefined) builder.mark(node, 'violation', `stops itself: ${thrown}`)
  for (const { from, to, message } of sent) {
    builder.send(from, to, JSON.stringify(message), wordsOf(message))
  }
}

function addEvent(builder: DiagramBuilder, step: Step): void {
  const draws = step.drawn ? `, drawing ${step.drawn.join(' and ')}` : ''
  const drawn = step.copy === 'second' ? ` (in its second copy)${draws}` : draws
  switch (step.kind) {
    case 'deliver':
    case 'lose': {
      const { kind, from, to, message } = step
      const fate = kind === 'lose' ? 'lost' : 'delivered'
      builder.end(fate, from, to, JSON.stringify(message), wordsOf(message))
      if (step.drawn) builder.note('narration', `node ${to} draws ${step.drawn.join(' and ')}`)
      return
    }
    case 'duplicate': {
      const { from, to, message } = step
      const words = wordsOf(message)
      builder.duplicate(from, to, JSON.stringify(message), words)
      return builder.note('network', `${words.label} from node ${from} to node ${to} is duplicated`)
    }
    case 'timeout':
      return builder.mark(step.node, 'timeout', `times out (${step.timer})${drawn}`)
    case 'propose':
      return builder.mark(step.node, 'command', `is asked: ${viewText(step.command)}${drawn}`)
    case 'mine':
      return builder.mark(step.node, 'mined', `finds a block${drawn}`)
    case 'sync':
      return builder.mark(step.node, 'durable', `has its oldest write on disk${drawn}`)
    case 'crash': {
      const survivors =
        step.survivors === 0 ? '' : `; ${step.survivors} of its unfinished writes survive`
      return builder.mark(step.node, 'crash', `crashes${survivors}`)
    }
    case 'restart':
      return builder.mark(step.node, 'restart', `restarts${drawn}`)
  }
}
