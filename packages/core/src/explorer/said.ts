import { toHex } from '../model/hex.ts'
import type { NodeId, RequestId } from '../model/identity.ts'
import type { Output } from '../model/output.ts'
import { mix, mixText } from '../model/schema/index.ts'
import type { HistoryVariable } from './history.ts'

/** What nodes have said to be final: by place, what was said first. A decision is at place 0. */
interface Said {
  readonly first: readonly (Words | undefined)[]
  /** The first words that should not have been said. */
  readonly fault: Fault | undefined
}

/** What is said of one place. */
interface Words {
  readonly text: string
  /** What a client has asked for: see `askedFor`. Undefined where it is no client's. */
  readonly value: string | undefined
  /** The request that the machine ran for it. */
  readonly ran: string | undefined
}

interface Fault {
  readonly property: string
  readonly node: NodeId
  readonly message: string
}

/** What is to be watched. */
export interface Watched {
  readonly shape: 'decision' | 'log'
  /** Nodes of whose words nothing is demanded. */
  readonly liars: ReadonlySet<NodeId>
  /** What clients asked for, by `askedFor`; undefined where what is final may be something else. */
  readonly asked: ReadonlySet<string> | undefined
}

/** What a client asks for, as a key: a value to be decided on, or a request, which nobody else may have made. */
export function askedFor(value: Uint8Array, request?: RequestId): string {
  const digits = toHex(value)
  return request ? `${digits} of ${request.client}, ${request.sequence}` : digits
}

/**
 * All that nodes have ever said to be decided or committed, those among them that have crashed since:
 * no two say different things of the same place, nobody says what no client has asked for, and no
 * request is run twice. Who said it first makes no difference to a state.
 */
export function saidForEver(watched: Watched): HistoryVariable<Said> {
  const { shape, liars, asked } = watched
  const lasting = shape === 'decision' ? 'decisions last' : 'committed entries last'
  const properties = [
    lasting,
    ...(asked ? ['validity'] : []),
    ...(shape === 'log' ? ['exactly once'] : []),
  ]
  return {
    initial: { first: [], fault: undefined },
    observes: ({ node, outputs }) => !liars.has(node) && outputs.some(isFinal),
    after: (said, { node, outputs }) =>
      outputs.filter(isFinal).reduce((so, output) => {
        const { place, words } = wordsOf(output)
        return noted(so, asked, lasting, node, place, words)
      }, said),
    identity: {
      hash: ({ first, fault }) =>
        first.reduce((hash, words) => mixText(hash, words?.text ?? ''), mix(0, fault ? 1 : 0)),
      equal: (left, right) =>
        left.fault?.property === right.fault?.property &&
        left.first.length === right.first.length &&
        left.first.every((words, place) => words?.text === right.first[place]?.text),
    },
    unordered: true,
    // Faults aside, no node is named.
    rename: ({ first, fault }, renaming) => ({
      first,
      fault: fault && { ...fault, node: renaming[fault.node] as NodeId },
    }),
    always: properties.map((property) => ({
      property,
      broken: ({ fault }) =>
        fault?.property === property ? { nodes: [fault.node], message: fault.message } : undefined,
    })),
  }
}

type Final = Extract<Output, { readonly kind: 'decided' | 'committed' }>

const isFinal = (output: Output): output is Final =>
  output.kind === 'decided' || output.kind === 'committed'

function noted(
  said: Said,
  asked: ReadonlySet<string> | undefined,
  lasting: string,
  node: NodeId,
  place: number,
  words: Words,
): Said {
  if (said.fault) return said
  const { text, value, ran } = words
  const known = said.first[place]
  if (known?.text === text) return said
  const fault = (property: string, why: string): Said => ({
    ...said,
    fault: { property, node, message: `node ${node} has ${text}, ${why}` },
  })
  if (asked && value !== undefined && !asked.has(value)) {
    return fault('validity', 'for which no client has asked')
  }
  if (known) return fault(lasting, `where before was said: ${known.text}`)
  const earlier = said.first.find((other) => other?.ran !== undefined && other.ran === ran)
  if (earlier) return fault('exactly once', `where before was said: ${earlier.text}`)
  const length = Math.max(said.first.length, place + 1)
  const first = Array.from({ length }, (_, at) => (at === place ? words : said.first[at]))
  return { ...said, first }
}

function wordsOf(output: Final): { readonly place: number; readonly words: Words } {
  if (output.kind === 'decided') {
    const text = `decided ${toHex(output.value)}`
    return { place: 0, words: { text, value: askedFor(output.value), ran: undefined } }
  }
  const { index, term, command, request, applied } = output
  const where = `at index ${index} in term ${term}`
  if (!request) {
    const text = `committed an entry of its own ${where}`
    return { place: index, words: { text, value: undefined, ran: undefined } }
  }
  const key = `request ${request.sequence} of client ${request.client}`
  const text = `${applied ? 'run' : 'passed over'} ${key}, ${toHex(command)}, ${where}`
  const value = askedFor(command, request)
  return { place: index, words: { text, value, ran: applied ? key : undefined } }
}
