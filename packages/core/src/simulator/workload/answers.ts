import type { Micros, NodeId } from '../../model/index.ts'

/** The answer to the operation that this client called at this time: a client has one at a time. */
export interface Answer {
  readonly client: number
  readonly callMicros: Micros
  readonly node: NodeId
  readonly event: number
}

/** Where and when each answer came from, to name it in a violation: in columns, since a long run has millions. */
export class Answers implements Iterable<Answer> {
  private readonly clients: number[] = []
  private readonly calls: Micros[] = []
  private readonly nodes: NodeId[] = []
  private readonly events: number[] = []

  note(client: number, callMicros: Micros, node: NodeId, event: number): void {
    this.clients.push(client)
    this.calls.push(callMicros)
    this.nodes.push(node)
    this.events.push(event)
  }

  /** The answer to an operation, if it had one. */
  to(client: number, callMicros: Micros): Answer | undefined {
    for (const answer of this) {
      if (answer.client === client && answer.callMicros === callMicros) return answer
    }
    return undefined
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<Answer, void> {
    for (let i = 0; i < this.clients.length; i++) {
      yield {
        client: this.clients[i] as number,
        callMicros: this.calls[i] as Micros,
        node: this.nodes[i] as NodeId,
        event: this.events[i] as number,
      }
    }
  }
}
