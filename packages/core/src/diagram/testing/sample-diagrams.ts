import { Experiment, planOf, type Scenario } from '../../experiments/index.ts'
import { type ExploreOptions, explore, replay } from '../../explorer/index.ts'
import { atMostOneElected, type Vote, VotesTwice } from '../../explorer/testing/vote.ts'
import { variantNamed } from '../../protocols/catalogue.ts'
import { diagramOfPath, diagramOfRun, type MessageDiagram } from '../index.ts'

const election = { nodes: 3, invariants: [atMostOneElected] } as const

/** A path in which a node is elected twice, with a crash, a loss and a duplication before. */
export function electionPath(): MessageDiagram {
  const options: ExploreOptions<Vote> = {
    ...election,
    nodeClass: VotesTwice,
    bounds: { timeouts: 2, crashes: 1, losses: 1, duplications: 1 },
  }
  const path = explore({ ...options, bounds: { timeouts: 2 } }).violation?.path ?? []
  const [stands, ...rest] = path
  if (!stands) throw new Error('no counterexample')
  const ask = { from: 0, to: 2, message: { kind: 'ask' } } as const
  const { steps } = replay(options, [
    stands,
    { kind: 'duplicate', ...ask },
    { kind: 'lose', ...ask },
    { kind: 'crash', node: 1, survivors: 0 },
    { kind: 'restart', node: 1 },
    ...rest,
  ])
  const violation = { nodes: [0, 2], text: 'election safety: nodes 0 and 2 are both elected' }
  return diagramOfPath({ title: 'Two elected', nodes: 3, steps, violation })
}

/** A counterexample of Raft, which has long labels. */
export function raftPath(): MessageDiagram {
  const { protocol, node } = variantNamed('raft+two-votes-in-a-term')
  const options = { protocol, nodeClass: node, nodes: 3, bounds: { timeouts: { election: 2 } } }
  const { violation } = explore(options)
  if (!violation) throw new Error('no counterexample')
  const { property, message, nodes, path } = violation
  const { steps } = replay(options, path)
  const text = `${property}: ${message}`
  return diagramOfPath({
    title: 'Two leaders',
    nodes: 3,
    steps,
    violation: { nodes, text },
    narrate: (live) => protocol.narrate(live),
  })
}

export function run(scenario: Scenario): Experiment {
  return new Experiment(planOf(scenario), { recordTrace: true, recordCauses: true }).complete()
}

/** The events of a range of a run. */
function runDiagram(scenario: Scenario, from: number, to: number): MessageDiagram {
  return diagramOfRun(run(scenario), { shown: { kind: 'range', from, to }, most: to - from + 1 })
}

const lossyRaft: Scenario = {
  protocol: 'raft',
  nodes: 5,
  seed: 3,
  for: '4s',
  faults: ['loss:10%@0s', 'duplicate:10%@0s', 'crash:leader@2s+500ms'],
}

/** Diagrams of many kinds: few lanes and many, short rows and long, clients, losses, crashes. */
export function sampleDiagrams(): { readonly [name: string]: MessageDiagram } {
  return {
    election: electionPath(),
    raft: raftPath(),
    'lossy raft': runDiagram(lossyRaft, 0, 250),
    'a range of it': runDiagram(lossyRaft, 100, 220),
    pbft: runDiagram({ protocol: 'pbft', nodes: 10, for: '100ms', clients: 2 }, 0, 200),
    nakamoto: runDiagram({ protocol: 'nakamoto', nodes: 9, for: '30min' }, 0, 60),
    nothing: { title: 'Nothing', lanes: [], moments: [], arrows: [] },
  }
}
