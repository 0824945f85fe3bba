import { describe, expect, test } from 'vitest'
import type { AnyNodeClass, NodeId } from '../../model/index.ts'
import { describeStep, type ExploreOptions, explore, replay } from '../index.ts'
import { naiveExplore } from '../testing/naive-explorer.ts'
import { AbdRegister } from './abd-register.ts'
import { PaxosRegister } from './paxos-register.ts'
import { referenceModels } from './reference-models.ts'
import { SingleCopyRegister } from './single-copy-register.ts'
import { TwoPhaseCommit } from './two-phase-commit.ts'

function modelOf(name: string) {
  const found = referenceModels.find((model) => model.name === name)
  if (!found) throw new Error(`no model ${name}`)
  return found
}

function broken(
  name: string,
  nodeClass: unknown,
  parameters: { readonly [name: string]: number } = {},
): ExploreOptions {
  return { ...modelOf(name).options(parameters), nodeClass: nodeClass as AnyNodeClass }
}

/** The violation, whose path must lead to it again. */
function violationOf(options: ExploreOptions) {
  const { violation } = explore(options)
  if (!violation) throw new Error('nothing was violated')
  expect(replay(options, violation.path).steps).toHaveLength(violation.path.length)
  return { ...violation, lines: violation.path.map(describeStep) }
}

describe('as many states as others have counted', () => {
  test.for([
    ['single-copy-register', {}, 93],
    ['abd-register', {}, 544],
    ['two-phase-commit', { managers: 3 }, 288],
    ['two-phase-commit', { managers: 5 }, 8_832],
    ['paxos-register', { clients: 2 }, 16_668],
    ['paxos-register', { clients: 3 }, 1_194_428],
  ] as const)('%s with %o: %i', ([name, parameters, uniqueStates]) => {
    const model = modelOf(name)
    expect(model.expectedStates(parameters)).toBe(uniqueStates)
    const result = explore(model.options(parameters))
    expect(result).toMatchObject({ verdict: 'held', complete: true, uniqueStates })
    for (const { depth } of result.sometimes) expect(depth).toBeGreaterThan(0)
  })

  test('the shortest way to a value chosen by Paxos has eight deliveries', () => {
    const { sometimes } = explore(modelOf('paxos-register').options({ clients: 2 }))
    expect(sometimes).toEqual([{ property: 'a value is chosen', depth: 8 }])
  })

  test('the order of insertion into sets and maps makes no difference', () => {
    for (const name of ['abd-register', 'paxos-register'] as const) {
      const options = modelOf(name).options()
      const asTheyAre = explore(options)
      expect(explore({ ...options, containers: 'reversed' })).toEqual(asTheyAre)
    }
  })

  test.for([
    ['single-copy-register', SingleCopyRegister],
    ['abd-register', AbdRegister],
  ] as const)(
    '%s without a history: as many states as when counted naively',
    ([name, nodeClass]) => {
      const { history: _, sometimes: __, ...options } = modelOf(name).options()
      const naive = naiveExplore({
        nodeClass: nodeClass as AnyNodeClass,
        nodes: options.nodes,
        parameters: options.parameters ?? {},
        commands: [],
        timeouts: 0,
        crashes: 0,
        losses: 0,
        duplications: 0,
        blocks: 0,
        draws: [0],
        ignored: 'kept',
        disk: 'instant',
        positions: 'renewed',
        broken: () => false,
      })
      const { uniqueStates, generatedStates, depth } = naive
      expect(explore(options)).toMatchObject({ uniqueStates, generatedStates, depth })
    },
  )
})

/** Proposes its own value, whatever was accepted. */
class PaxosOwnValue extends PaxosRegister {
  override proposalToMake() {
    return this.proposal as NonNullable<this['proposal']>
  }
}

/** Writes under the version that it has seen. */
class AbdOldVersion extends AbdRegister {
  override versionAbove({ sequence }: Parameters<AbdRegister['versionAbove']>[0]) {
    return { sequence, server: this.host.self }
  }
}

/** Answers with what it held at first. */
class Stale extends SingleCopyRegister {
  override receive(from: NodeId, message: Parameters<SingleCopyRegister['receive']>[1]): void {
    if (message.kind !== 'get') return super.receive(from, message)
    this.host.send(from, { kind: 'getOk', request: message.request, value: undefined })
  }
}

/** Commits although somebody may have aborted. */
class CommitsTooEarly extends TwoPhaseCommit {
  override start(): void {
    super.start()
    if (this.isTransactionManager) this.offer('commit')
  }
}

describe('a fault planted in a model is found by a shortest way', () => {
  test('two servers, each of which holds its own copy', () => {
    const { property, message, lines } = violationOf(
      modelOf('single-copy-register').options({ servers: 2 }),
    )
    expect(property).toBe('linearizability')
    expect(message).toBe(
      "client 2's read returned nothing, which no order of the operations explains",
    )
    expect(lines).toEqual([
      'node 0 receives from 2: put {"request":2,"value":"A"}',
      'node 2 receives from 0: putOk {"request":2}',
      'node 1 receives from 2: get {"request":4}',
      'node 2 receives from 1: getOk {"request":4,"value":null}',
    ])
  })

  test.for([
    // A put, its answer, a get, its answer.
    ['a server that answers with what it held at first', 'single-copy-register', Stale, {}, 4],
    // The same, with two phases of a question and an answer within each.
    ['a write under an old version', 'abd-register', AbdOldVersion, {}, 4 + 2 * 2 * 2],
    // Each put: two phases and its answer. One server told of the other's decision. Each get.
    ['a value chosen is not taken over', 'paxos-register', PaxosOwnValue, {}, 2 * 6 + 1 + 2 * 2],
  ] as const)('%s', ([, name, nodeClass, parameters, steps]) => {
    const { property, path } = violationOf(broken(name, nodeClass, parameters))
    expect(property).toBe('linearizability')
    expect(path).toHaveLength(steps)
  })

  test('a commit that not all have prepared for', () => {
    const { property, message, lines } = violationOf(broken('two-phase-commit', CommitsTooEarly))
    expect(property).toBe('consistency')
    expect(message).toBe('node 0 has committed and node 1 has aborted')
    expect(lines).toEqual(["node 0's commit timer fires", "node 1's abort timer fires"])
  })
})

test('a search that has no more memory to use says so, and what it has seen', () => {
  const options = modelOf('paxos-register').options({ clients: 3 })
  const result = explore({ ...options, memoryBytes: 2 ** 26 })
  expect(result).toMatchObject({ verdict: 'inconclusive', complete: false, endedBy: 'memory' })
  expect(result.uniqueStates).toBeGreaterThan(100_000)
  expect(result.uniqueStates).toBeLessThan(1_194_428)
  expect(() => explore({ ...options, memoryBytes: 1 })).toThrow(
    'explore: 1 bytes of memory: must be at least 64000000',
  )
})

test('parameters are checked, in one line', () => {
  expect(() => modelOf('paxos-register').options({ nodes: 3 })).toThrow(
    "paxos-register: unknown parameter 'nodes': the parameters are servers, clients",
  )
  expect(() => modelOf('two-phase-commit').options({ managers: 0 })).toThrow(
    'two-phase-commit: managers is 0: it must be a whole number from 1 to 12',
  )
})
