import { planOf } from '../../experiments/plan.ts'
import {
  type AnyNodeClass,
  durable,
  type Infer,
  list,
  machine,
  microsPerMillisecond,
  natural,
  type Protocol,
  parameterValues,
  perNode,
  text,
  union,
} from '../../model/index.ts'
import type { ProtocolUnderTest } from './protocol-under-test.ts'

const CensusMessage = union({ count: { counted: list(natural), remark: text } })
export type CensusMessage = Infer<typeof CensusMessage>
const CensusRecord = union({ count: { counted: natural } })
export type CensusRecord = Infer<typeof CensusRecord>

export const censusParameters = {
  periodMs: {
    what: 'how often a node counts',
    unit: 'ms',
    initial: 50,
    minimum: 1,
    maximum: 1_000,
  },
} as const

export const censusSchema = {
  state: { counted: durable(natural), heard: perNode(natural) },
  message: CensusMessage,
  record: CensusRecord,
  command: union({ count: {} }),
  timers: ['period'],
  parameters: censusParameters,
} as const

/**
 * Not a protocol of the literature: each node counts, writes down how far it has come, and tells the
 * others. Enough of everything for the protocol suite to be tried on.
 */
export class Census extends machine(censusSchema) {
  start(): void {
    this.wait()
  }

  receive(from: number, message: CensusMessage): void {
    this.heard.set(from, Math.max(this.heard.get(from) ?? 0, message.counted[0] ?? 0))
  }

  timeout(_timer: 'period'): void {
    this.count()
    this.wait()
  }

  propose(): void {
    this.count()
  }

  apply(record: CensusRecord): void {
    this.counted = record.counted
  }

  count(): void {
    this.record({ kind: 'count', counted: this.counted + 1 })
    this.broadcast({ kind: 'count', counted: [this.counted], remark: this.remark() })
  }

  remark(): string {
    return `so far ${this.counted}`
  }

  wait(): void {
    const periodMicros = this.parameters.periodMs * microsPerMillisecond
    this.host.setTimer('period', periodMicros * (1 + this.host.random()))
  }
}

export const census: Protocol<Census> = {
  name: 'census',
  title: 'Census',
  summary: 'Each node counts, and tells the others how far it has come.',
  family: 'crash',
  shape: 'decision',
  faults: 'nodes crash and recover',
  synchrony: 'asynchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n > f', maximumFaulty: (nodes) => nodes - 1 },
  finality: 'immediate',
  roles: ['idle', 'counting'],
  paper: { authors: 'Nobody', title: 'Counting', year: 2025 },
  usualNodes: 3,
  node: Census,
  requests: {},
  clocks: { largestJumpMicros: 0, largestDriftPpm: 100 },
  roleOf: (node) => (node.counted > 0 ? 'counting' : 'idle'),
  leader: undefined,
  checkers: () => [],
  invariants: [],
  attacks: [],
  beyond: [],
  mutants: [
    {
      name: 'counts-twice',
      bug: 'it counts twice at once',
      breaks: ['assertion'],
      node: class extends Census {},
    },
  ],
  variety: () => ({}),
  narrate: (nodes) => `${nodes.size} nodes are counting.`,
}

/** The census, or something made of it, as the suite runs it: with chaos, and without clients. */
export function censusUnderTest(
  changes: Partial<Protocol> = {},
  node: AnyNodeClass = Census,
): ProtocolUnderTest {
  const protocol = { ...census, node, ...changes } as Protocol
  return {
    protocol,
    plan: (seed, passing) => ({
      ...planOf({
        protocol: 'raft',
        nodes: 3,
        seed,
        passing,
        chaos: true,
        for: '3s',
        workload: 'none',
      }),
      protocol,
      node: protocol.node,
      parameters: parameterValues(protocol.node.schema.parameters),
    }),
  }
}
