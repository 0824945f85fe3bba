import type { Experiment } from '@quorate/core/experiments'
import { whole } from '@quorate/core/experiments'
import { wrapped } from './text-layout.ts'

/** Every node at one moment of a run, as data: what `quorate replay --to --json` prints. */
export interface MomentDocument {
  readonly schema: 'quorate.moment/1'
  readonly event: number
  readonly virtualSeconds: number
  /** What is happening, in one sentence; empty where the protocol does not say. */
  readonly now: string
  readonly nodes: readonly NodeMoment[]
}

/** A node at one moment. */
export interface NodeMoment {
  readonly node: number
  /** `down` for a node that is. */
  readonly role: string
  /** Its declared state; absent while it is down. */
  readonly state?: { readonly [name: string]: unknown }
}

export function momentOf({ world, plan }: Experiment): MomentDocument {
  const alive = world.alive()
  return {
    schema: 'quorate.moment/1',
    event: world.trace.length,
    virtualSeconds: world.nowMicros / 1_000_000,
    now: plan.protocol.narrate(alive),
    nodes: world.hosts.map(({ self }) => {
      const node = alive.get(self)
      if (!node) return { node: self, role: 'down' }
      const state = plan.node.state.view(node as never)
      return { node: self, role: plan.protocol.roleOf(node), state }
    }),
  }
}

/** How much of a long value is shown where lines have no end. */
const longestValue = 90

export function momentText(moment: MomentDocument, columns: number): string {
  const { event, virtualSeconds, now, nodes } = moment
  const sentence = `event ${event} at ${virtualSeconds} s${now === '' ? '' : `: ${now}`}`
  return `${[...wrapped(sentence, columns), ...nodeLines(nodes, columns)].join('\n')}\n`
}

/** Each node, and each field of its state. */
export function nodeLines(nodes: readonly NodeMoment[], columns: number): string[] {
  const lines: string[] = []
  for (const { node, role, state = {} } of nodes) {
    lines.push(`  node ${node}, ${role}`)
    const width = Math.max(0, ...Object.keys(state).map((name) => name.length))
    for (const [name, value] of Object.entries(state))
      lines.push(
        `    ${name.padEnd(width)}  ${shortly(value, Math.min(longestValue, columns - width - 6))}`,
      )
  }
  return lines
}

function shortly(value: unknown, longest: number): string {
  const text = JSON.stringify(value) ?? 'none'
  if (text.length <= longest) return text
  const length = ` … (${whole(text.length)} characters)`
  return text.slice(0, Math.max(10, longest - length.length)) + length
}
