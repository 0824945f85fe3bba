import type { AnyNode, NodeId } from '../../model/index.ts'
import { Random } from '../../model/random.ts'
import type { ExploreOptions } from '../index.ts'
import { everythingSaid } from './everything-said.ts'
import { randomProtocol } from './random-protocol.ts'

const timeouts = [0, 1, 2, { early: 1, late: 1 }, { early: 1 }, { late: 2 }]

/**
 * A small world of a protocol without sense, drawn from a seed: the number of nodes, commands, bounds,
 * disk, network, a twin, a history. Nothing is demanded of it.
 */
export function randomWorld(seed: number, traits: { readonly symmetric?: boolean } = {}) {
  const random = new Random(seed)
  const draw = (count: number) => Math.floor(random.next() * count)
  const oneIn = (count: number) => draw(count) === 0
  const symmetric = traits.symmetric ?? oneIn(3)
  const nodes = 2 + draw(3)
  // What goes round for ever must not pile anything up.
  const forwards = oneIn(4)
  const network = oneIn(6) ? 'set' : 'multiset'
  const goesRound = forwards || network === 'set'
  const commands = Array.from({ length: draw(traits.symmetric ? 2 : 3) }, () => {
    const command = { kind: 'go' }
    return traits.symmetric || oneIn(2) ? { command } : { command, node: draw(nodes) }
  })
  const world = {
    nodeClass: randomProtocol({ seed, throws: oneIn(3), forwards, symmetric }),
    nodes,
    invariants: [],
    commands,
    bounds: {
      timeouts: timeouts[draw(timeouts.length)] ?? 0,
      crashes: oneIn(4) ? 1 : 0,
      restarts: oneIn(3) ? draw(2) : Number.POSITIVE_INFINITY,
      losses: [0, 0, 0, 1, Number.POSITIVE_INFINITY][draw(5)] ?? 0,
      duplications: oneIn(6) ? 1 : 0,
    },
    disk: oneIn(3) && !goesRound ? 'asynchronous' : 'instant',
    ignored: oneIn(3) ? 'consumed' : 'kept',
    network,
    ...(oneIn(2) && !goesRound ? { history: everythingSaid } : {}),
    ...(oneIn(8) && !traits.symmetric ? { twins: [{ node: 0, second: [1] }] } : {}),
  } satisfies Omit<ExploreOptions, 'history'>
  return world as ExploreOptions
}

/** What some of these worlds show, and some do not. */
export function isCalm(nodes: ReadonlyMap<NodeId, AnyNode>): boolean {
  return [...nodes.values()].some((node) => (node as unknown as { phase: number }).phase === 2)
}
