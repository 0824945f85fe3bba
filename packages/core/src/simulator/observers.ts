import type {
  AnyNode,
  Checker,
  Moment,
  NodeId,
  Outcome,
  Output,
  RequestId,
  Violation,
} from '../model/index.ts'
import type { Trace } from './trace.ts'

/** Violations are looked for once in this many events; they name their own events, so it does not matter when. */
const eventsPerLook = 64

/** What a host itself finds wrong with a node, by property. */
export const hostProperties = {
  assertion: 'assertion',
  fold: 'durable fields equal the fold of the records',
} as const

/** All who watch a run: its checkers, each told only of what it asks for, and the first violation that any of them saw. */
export class Observers {
  /** The first violation: a checker's, or one that a host found in a node. */
  violation: Violation | undefined = undefined
  readonly #checkers: readonly Checker[]
  readonly #stepped: readonly Checker[]
  readonly #recorded: readonly Checker[]
  readonly #proposed: readonly Checker[]
  readonly #output: readonly Checker[]
  readonly #replied: readonly Checker[]
  readonly #trace: Trace
  /** One for all calls: see `Moment`. */
  readonly #moment = { event: 0, timeMicros: 0 }
  nowMicros = 0

  constructor(checkers: readonly Checker[], trace: Trace) {
    this.#checkers = checkers
    this.#trace = trace
    this.#stepped = checkers.filter((checker) => checker.stepped)
    this.#recorded = checkers.filter((checker) => checker.recorded)
    this.#proposed = checkers.filter((checker) => checker.proposed)
    this.#output = checkers.filter((checker) => checker.output)
    this.#replied = checkers.filter((checker) => checker.replied)
  }

  /** The event that goes on, and the time. */
  moment(): Moment {
    this.#moment.event = this.#trace.current
    this.#moment.timeMicros = this.nowMicros
    return this.#moment
  }

  stepped(id: NodeId, node: AnyNode): void {
    if (this.#stepped.length === 0) return
    const moment = this.moment()
    for (const checker of this.#stepped) checker.stepped?.(id, node, moment)
  }

  recorded(id: NodeId, record: unknown): void {
    if (this.#recorded.length === 0) return
    const moment = this.moment()
    for (const checker of this.#recorded) checker.recorded?.(id, record, moment)
  }

  proposed(id: NodeId, command: unknown, request: RequestId): void {
    if (this.#proposed.length === 0) return
    const moment = this.moment()
    for (const checker of this.#proposed) checker.proposed?.(id, command, request, moment)
  }

  output(id: NodeId, output: Output): void {
    if (this.#output.length === 0) return
    const moment = this.moment()
    for (const checker of this.#output) checker.output?.(id, output, moment)
  }

  replied(id: NodeId, request: RequestId, outcome: Outcome): void {
    if (this.#replied.length === 0) return
    const moment = this.moment()
    for (const checker of this.#replied) checker.replied?.(id, request, outcome, moment)
  }

  crashed(id: NodeId): void {
    const moment = this.moment()
    for (const checker of this.#checkers) checker.crashed?.(id, moment)
  }

  restarted(id: NodeId, node: AnyNode): void {
    const moment = this.moment()
    for (const checker of this.#checkers) checker.restarted?.(id, node, moment)
  }

  finished(alive: ReadonlyMap<NodeId, AnyNode>): void {
    const moment = this.moment()
    for (const checker of this.#checkers) checker.finished?.(alive, moment)
    this.look()
  }

  /** Something a host itself found wrong with a node, in the event that goes on. */
  report(what: keyof typeof hostProperties, id: NodeId, message: string): void {
    const property = hostProperties[what]
    this.violation ??= { property, message, nodes: [id], events: [this.moment().event] }
  }

  /** Looks for violations now and then. */
  glance(): void {
    if (this.#trace.length % eventsPerLook === 0) this.look()
  }

  look(): void {
    for (const checker of this.#checkers) {
      if (checker.violation) this.violation ??= checker.violation
    }
  }
}
