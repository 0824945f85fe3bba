import type { CausalOrder, EventOrder, PairCount, SentMessage } from '@quorate/core/causality'
import { counted, type Experiment, type Plan, whole } from '@quorate/core/experiments'
import type { TraceEvent } from '@quorate/core/simulator'
import { eventLines, eventText } from './event-text.ts'

/** A past that is longer is shown from there on; as JSON it is whole. */
const mostEventsShown = 200

/** What may have caused one event, as data: what `quorate replay --past --json` prints. */
export interface PastDocument {
  readonly schema: 'quorate.past/1'
  readonly event: TraceEvent
  /** Events in the longest chain that ends with the event. */
  readonly causalDepth: number
  readonly longestChain: readonly number[]
  /** Messages in the chain to the event that has the most. */
  readonly messageDelays: number
  readonly messages: readonly SentMessage[]
  /** The numbers of the events that happened before it. */
  readonly past: readonly number[]
}

/** How two events stand to each other: what `quorate replay --order --json` prints. */
export interface OrderDocument {
  readonly schema: 'quorate.order/1'
  readonly events: readonly [TraceEvent, TraceEvent]
  /** How the first stands to the second. */
  readonly order: EventOrder
  /** Those that lead from the earlier to the later, as few as there can be. */
  readonly messages: readonly SentMessage[]
}

/** How many pairs of steps are ordered: what `quorate replay --concurrency --json` prints. */
export interface ConcurrencyDocument {
  readonly schema: 'quorate.concurrency/1'
  readonly nodes: number
  readonly clients: number
  readonly pairs: PairCount
}

export function pastOf({ world }: Experiment, order: CausalOrder, event: number): PastDocument {
  const { events, chain, messages } = order.past(event)
  return {
    schema: 'quorate.past/1',
    event: world.trace.at(event),
    causalDepth: chain.length,
    longestChain: chain,
    messageDelays: messages.length,
    messages,
    past: events,
  }
}

export function orderOf(
  { world }: Experiment,
  order: CausalOrder,
  [a, b]: readonly [number, number],
): OrderDocument {
  const messages = order.messagesBetween(a, b) ?? order.messagesBetween(b, a) ?? []
  return {
    schema: 'quorate.order/1',
    events: [world.trace.at(a), world.trace.at(b)],
    order: order.order(a, b),
    messages,
  }
}

export function concurrencyOf({ world }: Experiment, order: CausalOrder): ConcurrencyDocument {
  const { nodes, clients } = world.options
  return { schema: 'quorate.concurrency/1', nodes, clients, pairs: order.pairs() }
}

export function pastText(document: PastDocument, experiment: Experiment): string {
  const { event, past, causalDepth, messages } = document
  const { world, plan } = experiment
  const lines = [titled(event, plan)]
  if (past.length === 0) lines.push('Nothing happened before it.')
  else {
    const others = event.event - past.length
    const rest = others === 0 ? '' : `, and not the other ${whole(others)}`
    lines.push(
      `${whole(past.length)} of the ${whole(event.event)} events before it may have caused it${rest}.`,
      `The longest chain to it has ${counted(causalDepth, 'event')}, and ${counted(messages.length, 'message')} in a row lie behind it${messages.length > 0 ? ':' : '.'}`,
      ...messageLines(messages, experiment),
      '',
      'What may have caused it:',
    )
    const shown = past.slice(-mostEventsShown)
    if (shown.length < past.length)
      lines.push(`  … ${whole(past.length - shown.length)} earlier events (--json has them all)`)
    const events = shown.map((number) => world.trace.at(number))
    lines.push(...eventLines(events, plan.node.schema).map((line) => `  ${line}`))
  }
  return `${lines.join('\n')}\n`
}

export function orderText(document: OrderDocument, experiment: Experiment): string {
  const { events, order, messages } = document
  const [first, second] = events
  const titles = events.map((event) => titled(event, experiment.plan))
  const lead =
    messages.length === 0
      ? 'both are steps of one process.'
      : `${counted(messages.length, 'message')} ${messages.length === 1 ? 'leads' : 'lead'} from the one to the other:`
  const verdict = (): string => {
    switch (order) {
      case 'before':
        return `Event ${first.event} happened before event ${second.event}: ${lead}`
      case 'after':
        return `Event ${first.event} happened after event ${second.event}: ${lead}`
      case 'concurrent':
        return 'They are concurrent: whatever the times say, neither can have caused the other.'
      case 'same':
        return 'They are one event.'
    }
  }
  return `${[...titles, verdict(), ...messageLines(messages, experiment)].join('\n')}\n`
}

export function concurrencyText({ nodes, clients, pairs }: ConcurrencyDocument): string {
  const { steps, ordered, concurrent } = pairs
  const of = clients === 0 ? '' : ` and ${counted(clients, 'client')}`
  const share = (count: number) =>
    `${((100 * count) / Math.max(1, ordered + concurrent)).toFixed(2)}%`
  const width = Math.max(whole(ordered).length, whole(concurrent).length)
  return `${[
    `${counted(steps, 'step')} of ${counted(nodes, 'node')}${of}: ${whole(ordered + concurrent)} pairs`,
    `  ordered     ${whole(ordered).padStart(width)}, ${share(ordered)}`,
    `  concurrent  ${whole(concurrent).padStart(width)}, ${share(concurrent)}`,
  ].join('\n')}\n`
}

function titled(event: TraceEvent, plan: Plan): string {
  return `event ${event.event}: ${eventText(event, plan.node.schema)}`
}

/** Each message with the events of its sending and its receipt. */
function messageLines(
  messages: readonly SentMessage[],
  { world, plan }: Experiment,
): readonly string[] {
  const width = String(messages.at(-1)?.receivedIn ?? '').length
  return messages.map(({ sentIn, receivedIn }) => {
    const [from, to] = [sentIn, receivedIn].map((event) => String(event).padStart(width))
    return `  ${from} → ${to}  ${eventText(world.trace.at(receivedIn), plan.node.schema)}`
  })
}
