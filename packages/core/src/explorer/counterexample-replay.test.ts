import { describe, expect, test } from 'vitest'
import { variantNamed } from '../protocols/catalogue.ts'
import type { Counterexample } from './counterexample.ts'
import { replayCounterexample } from './counterexample-replay.ts'
import { type CheckWorld, explore, referenceModels, worldFrom, worldOptions } from './index.ts'

const schema = 'quorate.counterexample/1' as const
const quorate = '0.1.0'

/** What an exploration of a protocol finds, as a file holds it. */
function foundIn(protocol: string, world: CheckWorld): Counterexample {
  const variant = variantNamed(protocol)
  const { violation } = explore(worldOptions(variant.protocol, worldFrom(world), variant.node))
  if (!violation) throw new Error(`nothing is violated by ${protocol}`)
  const { path: steps, ...rest } = violation
  return { schema, quorate, protocol, world: { ...world } as never, ...rest, steps }
}

const twoLeaders = foundIn('raft+two-votes-in-a-term', {
  name: 'two candidates',
  nodes: 3,
  bounds: { timeouts: { election: 2 } },
})

describe('a counterexample that is replayed', () => {
  test('breaks its property where its steps lead, and not before', () => {
    const { broken, steps, opening } = replayCounterexample(twoLeaders)
    expect(broken).toEqual({ nodes: twoLeaders.nodes, message: twoLeaders.message })
    expect(steps.map(({ step }) => step)).toEqual(twoLeaders.steps)
    expect([...opening.keys()]).toEqual([0, 1, 2])
    for (let length = 0; length < twoLeaders.steps.length; length += 1) {
      const shorter = { ...twoLeaders, steps: twoLeaders.steps.slice(0, length) }
      expect(replayCounterexample(shorter).broken).toBeUndefined()
    }
  })

  test('does not break another property, nor with the bug mended', () => {
    expect(replayCounterexample({ ...twoLeaders, property: 'log matching' }).broken).toBeUndefined()
    expect(() => replayCounterexample({ ...twoLeaders, protocol: 'raft' })).toThrow(
      /^cannot happen: /,
    )
  })

  test('of a model breaks what its history must keep', () => {
    const model = referenceModels.find(({ name }) => name === 'single-copy-register')
    const { violation } = explore(model?.options({ servers: 2 }) ?? { nodes: 0 })
    if (!violation) throw new Error('nothing is violated')
    const { path: steps, ...rest } = violation
    const found = { schema, quorate, protocol: 'single-copy-register', world: { servers: 2 } }
    const { broken } = replayCounterexample({ ...found, ...rest, steps })
    expect(broken?.message).toBe(violation.message)
    const shorter = { ...found, ...rest, steps: steps.slice(0, -1) }
    expect(replayCounterexample(shorter).broken).toBeUndefined()
  })

  test('says that a goal is never reached only where no fair run reaches it', () => {
    const { protocol } = variantNamed('paxos')
    const property = protocol.eventually?.property ?? ''
    expect(property).not.toBe('')
    const world = { name: 'one proposer', nodes: 2, commands: [{ propose: 'a', node: 0 }] }
    const early = { schema, quorate, protocol: 'paxos', world, property, message: '', nodes: [] }
    // At the start nothing is decided, but what follows decides.
    expect(replayCounterexample({ ...early, steps: [] }).broken).toBeUndefined()
    // Where nobody proposes, nothing ever is.
    const idle = { ...early, world: { name: 'nobody proposes', nodes: 2 }, steps: [] }
    expect(replayCounterexample(idle).broken?.message).toMatch(/^it has not come about/)
  })

  test('of a world or a protocol that there is not is refused', () => {
    expect(() => replayCounterexample({ ...twoLeaders, protocol: 'rift' })).toThrow(
      /^unknown protocol 'rift': /,
    )
    expect(() => replayCounterexample({ ...twoLeaders, world: { nodes: 3 } })).toThrow(RangeError)
    const other = { ...twoLeaders.world, bounds: { timeouts: { heart: 1 } } }
    expect(() => replayCounterexample({ ...twoLeaders, world: other })).toThrow(
      "bounds: 'heart' is no timer",
    )
  })
})
