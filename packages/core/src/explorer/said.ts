import { toHex } from '../model/hex.ts'
import type { NodeId } from '../model/identity.ts'
import type { Output } from '../model/output.ts'
import { mix, mixText } from '../model/schema/index.ts'
import type { HistoryVariable } from './history.ts'

/** What nodes have said to be final: by place, what was said first, as text. A decision is at place 0. */
interface Said {
  readonly first: readonly (string | undefined)[]
  /** The first words that should not have been said. */
  readonly fault: Fault | undefined
}

interface Fault {
  readonly property: string
  readonly node: NodeId
  readonly message: string
}

/** What is to be watched. */
export interface Words {
  readonly shape: 'decision' | 'log'
  /** Nodes of whose words nothing is demanded. */
  readonly liars: ReadonlySet<NodeId>
  /** What clients asked for, in hexadecimal digits; undefined where what is final may be something else. */
  readonly asked: ReadonlySet<string> | undefined
}

/**
 * All that nodes have ever said to be decided or committed, those among them that have crashed since:
 * no two say different things of the same place, and nobody says what no client has asked for. Who
 * said it first makes no difference to a state.
 */
export function saidForEver(words: Words): HistoryVariable<Said> {
  const { shape, liars } = words
  const lasting = shape === 'decision' ? 'decisions last' : 'committed entries last'
  return {
    initial: { first: [], fault: undefined },
    observes: ({ node, outputs }) => !liars.has(node) && outputs.some(isFinal),
    after: (said, { node, outputs }) =>
      outputs.reduce((so, output) => noted(so, words, lasting, node, output), said),
    identity: {
      hash: ({ first, fault }) =>
        first.reduce((hash, text) => mixText(hash, text ?? ''), mix(0, fault ? 1 : 0)),
      equal: (left, right) =>
        left.fault?.property === right.fault?.property &&
        left.first.length === right.first.length &&
        left.first.every((text, place) => text === right.first[place]),
    },
    // Faults aside, no node is named.
    rename: ({ first, fault }, renaming) => ({
      first,
      fault: fault && { ...fault, node: renaming[fault.node] as NodeId },
    }),
    always: [lasting, 'validity'].map((property) => ({
      property,
      broken: ({ fault }) =>
        fault?.property === property ? { nodes: [fault.node], message: fault.message } : undefined,
    })),
  }
}

const isFinal = ({ kind }: Output): boolean => kind === 'decided' || kind === 'committed'

function noted(said: Said, { asked }: Words, lasting: string, node: NodeId, output: Output): Said {
  if (said.fault || (output.kind !== 'decided' && output.kind !== 'committed')) return said
  const [place, text, value] = wordsOf(output)
  if (asked && value !== undefined && !asked.has(value)) {
    const message = `node ${node} has ${text}, for which no client has asked`
    return { ...said, fault: { property: 'validity', node, message } }
  }
  const known = said.first[place]
  if (known === text) return said
  if (known !== undefined) {
    const message = `node ${node} has ${text}, where before ${known} was said`
    return { ...said, fault: { property: lasting, node, message } }
  }
  const length = Math.max(said.first.length, place + 1)
  const first = Array.from({ length }, (_, at) => (at === place ? text : said.first[at]))
  return { ...said, first }
}

/** The place, what is said of it, and the value, where it is a client's. */
function wordsOf(
  output: Extract<Output, { readonly kind: 'decided' | 'committed' }>,
): [number, string, string | undefined] {
  if (output.kind === 'decided') {
    const value = toHex(output.value)
    return [0, `decided ${value}`, value]
  }
  const { index, term, command, request } = output
  if (!request) return [index, `committed nothing at index ${index} in term ${term}`, undefined]
  const value = toHex(command)
  const whose = `the request ${request.sequence} of client ${request.client}`
  return [index, `committed ${value}, ${whose}, at index ${index} in term ${term}`, value]
}
