/**
 * Raft's own class stepped in memory: three nodes, proposals of 100 bytes, messages handed over in
 * the order of sending, disks that hold a record as soon as the step that wrote it has ended. No
 * network, no clock, no checkers: what etcd/raft's core is measured by too. Its figures were measured
 * on one core of such a machine as this project's other figures.
 */
import { type AnyNode, type Host, type NodeId, parameterValues } from '@quorate/core'
import { whole } from '@quorate/core/experiments'
import { variantNamed } from '@quorate/core/protocols'

const nodes: readonly NodeId[] = [0, 1, 2]
const counted = 4
const body = new Uint8Array(100).fill(7)
const answer = new Uint8Array(0)

/** A machine that does nothing: it is Raft that is measured. */
const machine = {
  apply: () => answer,
  query: () => answer,
  snapshot: () => answer,
  restore() {},
  undo() {},
  forgetUndo() {},
}

interface Sent {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: unknown
}

/** Three nodes, and what they have sent to each other. */
class Group {
  committed = 0
  readonly members: readonly AnyNode[]
  private readonly persisted = nodes.map(() => 0)
  private readonly durable = nodes.map(() => 0)
  /** Sent before its sender's disk had what it must wait for. */
  private readonly held: Sent[][] = nodes.map(() => [])
  private sent: Sent[] = []

  constructor() {
    const { node: Raft } = variantNamed('raft')
    const parameters = parameterValues(Raft.schema.parameters)
    this.members = nodes.map((self) => new Raft(this.hostOf(self), parameters as never))
    for (const self of nodes) this.step(self, (node) => node.start())
    while (!this.isLed()) {
      this.step(0, (node) => node.timeout('election'))
      this.deliverAll()
    }
  }

  propose(sequence: number): void {
    const request = { client: 1, sequence }
    this.step(0, (node) => node.propose({ kind: 'write', body }, request))
  }

  deliverAll(): void {
    while (this.sent.length > 0) {
      const batch = this.sent
      this.sent = []
      for (const { from, to, message } of batch) {
        this.step(to, (node) => node.receive(from, message))
      }
    }
  }

  private isLed(): boolean {
    return (this.members[0] as unknown as { readonly role: string }).role === 'leader'
  }

  private step(self: NodeId, take: (node: AnyNode) => void): void {
    const node = this.members[self] as AnyNode
    take(node)
    while (this.durable[self] !== this.persisted[self]) {
      const position = this.persisted[self] as number
      this.durable[self] = position
      this.sent.push(...(this.held[self] as Sent[]).splice(0))
      node.durable(position)
    }
  }

  private hostOf(self: NodeId): Host<unknown, unknown, string> {
    const refuse = (): never => {
      throw new Error('Raft needs no signatures, hashes or work')
    }
    return {
      self,
      nodes,
      peers: nodes.filter((node) => node !== self),
      application: machine,
      arena: new Map(),
      now: () => 0,
      random: () => 0.5,
      send: (to, message) => {
        const isDurable = this.durable[self] === this.persisted[self]
        const queue = isDurable ? this.sent : (this.held[self] as Sent[])
        queue.push({ from: self, to, message })
      },
      sendEagerly: (to, message) => {
        this.sent.push({ from: self, to, message })
      },
      setTimer() {},
      cancelTimer() {},
      persist: () => ++(this.persisted[self] as number),
      sign: refuse,
      verify: refuse,
      hash: refuse,
      mine: refuse,
      stopMining: refuse,
      verifyWork: refuse,
      output: (event) => {
        if (self === 0 && event.kind === 'committed' && event.applied) this.committed++
      },
      reply() {},
      replyEagerly() {},
    }
  }
}

function measure(batch: number, proposals: number): number {
  globalThis.gc?.()
  const group = new Group()
  const before = process.cpuUsage()
  for (let sequence = 1; sequence <= proposals; ) {
    for (let i = 0; i < batch; i++) group.propose(sequence++)
    group.deliverAll()
  }
  const { user, system } = process.cpuUsage(before)
  if (group.committed < proposals) {
    throw new Error(`${group.committed} of ${proposals} proposals were committed`)
  }
  return group.committed / ((user + system) / 1_000_000)
}

for (const [what, batch, peer] of [
  ['one at a time', 1, 100_000],
  ['in batches of 64', 64, 160_000],
] as const) {
  let best = 0
  // The first run teaches the compiler.
  for (let run = 0; run <= counted; run++) best = Math.max(best, measure(batch, 320_000))
  const times = (best / peer).toFixed(1)
  process.stdout.write(
    `raft, 3 nodes in memory, ${what.padEnd(17)} ${whole(Math.round(best))} proposals a processor second: ${times} times the ${whole(peer)} of etcd/raft 3.4\n`,
  )
}
