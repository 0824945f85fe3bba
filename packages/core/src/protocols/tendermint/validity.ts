import {
  type Checker,
  equalBytes,
  type Moment,
  type NodeId,
  type Output,
  type RequestId,
  type Violation,
} from '../../model/index.ts'
import type { TendermintCommand } from './tendermint.messages.ts'
import type { Tendermint } from './tendermint.ts'

/** What is said to be one request. */
interface Said {
  readonly body: Uint8Array
  readonly node: NodeId
  readonly event: number
}

/**
 * Validity: a decided value satisfies valid() (section III), which here means that nothing is done in
 * a client's name but what the client asked for. (That it did ask is not always to be seen: its
 * request may have reached a Byzantine proposer first.)
 */
export class Validity implements Checker<Tendermint> {
  readonly property = 'validity'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** By client and sequence number: what was first asked or committed under that name. */
  private readonly said = new Map<number, Map<number, Said>>()

  proposed(node: NodeId, command: unknown, request: RequestId, moment: Moment): void {
    this.compare(request, (command as TendermintCommand).body, node, moment)
  }

  output(node: NodeId, output: Output, moment: Moment): void {
    if (output.kind !== 'committed' || output.request === undefined) return
    this.compare(output.request, output.command, node, moment)
  }

  private compare(request: RequestId, body: Uint8Array, node: NodeId, moment: Moment): void {
    const { client, sequence } = request
    let requests = this.said.get(client)
    if (requests === undefined) {
      requests = new Map()
      this.said.set(client, requests)
    }
    const first = requests.get(sequence)
    if (first === undefined) {
      requests.set(sequence, { body, node, event: moment.event })
    } else if (!equalBytes(first.body, body)) {
      this.violation ??= {
        property: this.property,
        message: `request ${sequence} of client ${client} is one thing on node ${first.node} and another on node ${node}`,
        nodes: [first.node, node],
        events: [first.event, moment.event],
      }
    }
  }
}
