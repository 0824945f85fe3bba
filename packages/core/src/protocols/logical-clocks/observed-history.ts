import type { Moment, NodeId } from '../../model/index.ts'

/** What a process writes down of an event, whatever its clock. */
export type EventRecord<Stamp> = { readonly stamp: Stamp } & (
  | { readonly kind: 'internal' | 'send' }
  | { readonly kind: 'receive'; readonly from: NodeId; readonly number: number }
)

/** One event of a process, as seen from outside. */
export interface ObservedEvent<Stamp> {
  readonly node: NodeId
  /** The first event of its process is number 1. */
  readonly number: number
  /** In which event of the run it happened. */
  readonly runEvent: number
  /** Of each process, how many of its events are in the past of this one, itself included. */
  readonly past: readonly number[]
  readonly stamp: Stamp
  /** The sending of the message, where this is a receipt. */
  readonly sending: ObservedEvent<Stamp> | undefined
}

/**
 * Which event happened before which, as someone knows who sees all processes: it follows which sending
 * belongs to which receipt, and looks at no stamp. What the stamps say is judged by it.
 *
 * It counts, of each process, how many events are in the past of each event. An event in the past has
 * all earlier ones of its process there too, so the counts say which these are.
 */
export class ObservedHistory<Stamp> {
  readonly nodes: number
  /** Of each process, its events in order. */
  private readonly events: ObservedEvent<Stamp>[][]
  /** Of each process, the number of its last event that another has heard of. */
  private readonly heard: number[]

  constructor(nodes: number) {
    this.nodes = nodes
    this.events = Array.from({ length: nodes }, () => [])
    this.heard = new Array<number>(nodes).fill(0)
  }

  /** A process has had another event. */
  add(node: NodeId, record: EventRecord<Stamp>, { event }: Moment): void {
    const own = this.of(node)
    const number = own.length + 1
    const sending = record.kind === 'receive' ? this.of(record.from)[record.number - 1] : undefined
    const before = own[number - 2]
    const past = Array.from({ length: this.nodes }, (_, process) =>
      Math.max(before?.past[process] ?? 0, sending?.past[process] ?? 0),
    )
    past[node] = number
    for (const [process, count] of past.entries()) {
      if (process !== node && count > (this.heard[process] as number)) this.heard[process] = count
    }
    own.push({ node, number, runEvent: event, past, stamp: record.stamp, sending })
  }

  /**
   * A process has come back from a crash and knows of so many events.
   * @returns its last event that it has forgotten although another has heard of it, if there is one
   */
  returned(node: NodeId, known: number): ObservedEvent<Stamp> | undefined {
    const own = this.of(node)
    const heard = this.heard[node] as number
    const forgotten = heard > known ? own[heard - 1] : undefined
    // The others are undone: nobody has heard of them.
    own.length = Math.min(own.length, Math.max(known, heard))
    return forgotten
  }

  /** The events of a process that have happened and were not undone, in order. */
  of(node: NodeId): ObservedEvent<Stamp>[] {
    return this.events[node] as ObservedEvent<Stamp>[]
  }

  latestOf(node: NodeId): ObservedEvent<Stamp> | undefined {
    return this.of(node).at(-1)
  }

  /** The event before this one in its process. */
  previousOf({ node, number }: ObservedEvent<Stamp>): ObservedEvent<Stamp> | undefined {
    return this.of(node)[number - 2]
  }

  /** How many pairs of events are concurrent: neither happened before the other. */
  get concurrentPairs(): number {
    let events = 0
    let ordered = 0
    for (const own of this.events) {
      events += own.length
      for (const { past } of own) for (const count of past) ordered += count
    }
    // Every event was counted as its own past, and no pair twice.
    return (events * events - events) / 2 - (ordered - events)
  }
}

/** Whether a → b: a happened before b. */
export function happenedBefore<S>(a: ObservedEvent<S>, b: ObservedEvent<S>): boolean {
  return a !== b && (b.past[a.node] as number) >= a.number
}
