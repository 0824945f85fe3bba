import {
  bytes,
  equalBytes,
  machine,
  type NodeId,
  type Protocol,
  perNode,
  union,
} from '../../model/index.ts'
import { paxos } from '../../protocols/paxos/paxos.protocol.ts'

/**
 * Everybody tells everybody what he proposes, and waits for all. Then all know the same, and decide
 * what most have proposed. One crash, and the others wait for ever: the theorem does not speak of it.
 */
class WaitForAll extends machine({
  state: { proposals: perNode(bytes) },
  message: union({ proposal: { value: bytes } }),
  record: union({}),
  command: union({ propose: { value: bytes } }),
  timers: [],
  parameters: {},
}) {
  start(): void {}
  apply(_record: never): void {}
  timeout(_timer: never): void {}

  propose({ value }: { readonly value: Uint8Array }): void {
    this.broadcast({ kind: 'proposal', value })
    this.receive(this.host.self, { kind: 'proposal', value })
  }

  receive(
    from: NodeId,
    { value }: { readonly kind: 'proposal'; readonly value: Uint8Array },
  ): void {
    this.proposals.set(from, value)
    const { nodes } = this.host
    if (this.proposals.size < nodes.length) return
    const first = this.proposals.get(0) as Uint8Array
    const alike = [...this.proposals.values()].filter((other) => equalBytes(first, other)).length
    const other = [...this.proposals.values()].find((one) => !equalBytes(first, one)) ?? first
    this.host.output({ kind: 'decided', value: 2 * alike > nodes.length ? first : other })
  }
}

/** As a protocol that claims to tolerate a crash. */
export const waitForAll: Protocol = {
  ...(paxos as unknown as Protocol),
  name: 'wait-for-all',
  title: 'Waiting for all',
  node: WaitForAll as unknown as Protocol['node'],
  requests: { propose: (value) => ({ kind: 'propose', value }) },
  invariants: [],
  mutants: [],
}
