import { benOr } from '../../protocols/ben-or/ben-or.protocol.ts'
import { paxos } from '../../protocols/paxos/paxos.protocol.ts'
import { raft } from '../../protocols/raft/raft.protocol.ts'
import type { ExploreOptions, HistoryVariable } from '../index.ts'
import { referenceModels } from '../models/reference-models.ts'
import { saidForEver } from '../said.ts'
import { everythingSaid } from './everything-said.ts'
import { GossipChain } from './gossip-chain.ts'
import { Vote } from './vote.ts'

const anyTime = Number.POSITIVE_INFINITY
export const vote = { nodeClass: Vote, invariants: [] }
export const decisions = saidForEver({
  shape: 'decision',
  liars: new Set(),
  asked: undefined,
}) as HistoryVariable<unknown>
const commits = saidForEver({ shape: 'log', liars: new Set(), asked: undefined })
export const asked = (...nodes: readonly number[]) =>
  nodes.map((node) => ({ node, command: { kind: 'stand' } }))
export const proposes = (node: number, value = node) => ({
  node,
  command: { kind: 'propose', value: Uint8Array.of(value) },
})
export const bits = (text: string) =>
  Array.from(text, (bit, node) => proposes(node, bit.charCodeAt(0)))
const model = (name: string, parameters = {}): ExploreOptions => {
  const found = referenceModels.find((one) => one.name === name)
  if (!found) throw new Error(`no model ${name}`)
  return { ...found.options(parameters), invariants: [], sometimes: [] }
}
export const world = (options: object): ExploreOptions => options as ExploreOptions

/** Small worlds of which nothing is asked but what they say: in all of them orders may be left out. */
export const reducibleWorlds: readonly [string, ExploreOptions][] = [
  ['three candidates', world({ ...vote, nodes: 3, bounds: { timeouts: 3 } })],
  ['timeouts at any time', world({ ...vote, nodes: 3, bounds: { timeouts: anyTime } })],
  ['timeouts of each timer', world({ ...vote, nodes: 3, bounds: { timeouts: { stand: 2 } } })],
  ['one of five is asked', world({ ...vote, nodes: 5, commands: asked(0) })],
  ['two of four are asked', world({ ...vote, nodes: 4, commands: asked(0, 1) })],
  ['anybody is asked', world({ ...vote, nodes: 3, commands: [{ command: { kind: 'stand' } }] })],
  ['a crash', world({ ...vote, nodes: 3, bounds: { timeouts: 2, crashes: 1 } })],
  ['a loss', world({ ...vote, nodes: 3, commands: asked(0), bounds: { losses: 1 } })],
  [
    'losses without bound',
    world({ ...vote, nodes: 3, commands: asked(0, 1), bounds: { losses: anyTime } }),
  ],
  ['a duplicate', world({ ...vote, nodes: 3, commands: asked(0, 1), bounds: { duplications: 1 } })],
  ['messages consumed', world({ ...vote, nodes: 3, commands: asked(0, 1), ignored: 'consumed' })],
  ['messages that stay', world({ ...vote, nodes: 3, commands: asked(0, 1), network: 'set' })],
  [
    'disks that take their time',
    world({
      ...vote,
      nodes: 3,
      commands: asked(0, 1),
      bounds: { crashes: 1 },
      disk: 'asynchronous',
    }),
  ],
  [
    'who was elected, in order',
    world({ ...vote, nodes: 3, commands: asked(0, 1), history: everythingSaid }),
  ],
  [
    'a chain with a fork',
    world({
      nodeClass: GossipChain,
      invariants: [],
      nodes: 3,
      bounds: { blocks: 2 },
      positions: 'counted',
    }),
  ],
  [
    'coins',
    world({
      nodeClass: GossipChain,
      invariants: [],
      nodes: 2,
      bounds: { blocks: 1 },
      commands: [{ command: { kind: 'toss' } }, { command: { kind: 'toss' }, node: 1 }],
      draws: [0.25, 0.75],
      positions: 'counted',
    }),
  ],
  [
    'Paxos, one proposer',
    world({
      protocol: paxos,
      invariants: [],
      nodes: 3,
      commands: [proposes(0)],
      history: decisions,
    }),
  ],
  [
    'Paxos, who said what in order',
    world({
      protocol: paxos,
      invariants: [],
      nodes: 3,
      commands: [proposes(0)],
      history: everythingSaid,
    }),
  ],
  [
    'Paxos, a crash',
    world({
      protocol: paxos,
      invariants: [],
      nodes: 3,
      commands: [proposes(0)],
      bounds: { crashes: 1 },
      history: decisions,
    }),
  ],
  [
    'Ben-Or, two nodes, coins',
    world({
      protocol: benOr,
      invariants: [],
      nodes: 2,
      commands: bits('11'),
      history: decisions,
      draws: [0, 0.75],
    }),
  ],
  [
    'Raft, an election',
    world({
      protocol: raft,
      invariants: [],
      nodes: 3,
      bounds: { timeouts: { election: 1 } },
      history: commits,
    }),
  ],
  [
    'Raft, an election and a crash',
    world({
      protocol: raft,
      invariants: [],
      nodes: 3,
      bounds: { timeouts: { election: 1 }, crashes: 1 },
      history: commits,
    }),
  ],
  ['ABD register', model('abd-register')],
  ['single-copy register', model('single-copy-register')],
  ['two-phase commit', model('two-phase-commit')],
]
