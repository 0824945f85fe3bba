import { describe, expect, test } from 'vitest'
import { decode, text } from '../../model/index.ts'
import { linesOf, ScriptedValidators } from './testing/scripted-validators.ts'

const asked = { client: 1, sequence: 1 }

function answersTo(world: ScriptedValidators): string[] {
  return world.replies.map(({ outcome }) =>
    outcome.kind === 'done' ? decode(text, outcome.result) : outcome.reason,
  )
}

describe('a request', () => {
  test('is answered by every validator alike', () => {
    const world = new ScriptedValidators()
    world.write('a', asked)
    world.deliverAll()
    expect(world.replies.map(({ node }) => node).sort((left, right) => left - right)).toEqual([
      0, 1, 2, 3,
    ])
    expect(answersTo(world)).toEqual(['1', '1', '1', '1'])
  })

  test('that comes again is answered again, and not run again', () => {
    const world = new ScriptedValidators()
    world.write('a', asked)
    world.deliverAll()
    world.write('a', asked, [2])
    expect(answersTo(world)).toEqual(['1', '1', '1', '1', '1'])
    expect(world.inFlight).toEqual([])
  })

  test('that a proposer puts into two blocks runs in one', () => {
    const world = new ScriptedValidators()
    world.write('a', asked)
    world.deliverAll()
    const node = world.node(1)
    const again = world.block('a', 1)
    world.receive(1, 1, world.proposal(again, 1, { proposer: 2 }))
    world.votes(1, 'precommit', [0, 2, 3], 1, again)
    expect(node.height).toBe(2)
    expect(world.journal(1)).toBe('a')
    const outputs = world.outputs.filter(({ node: id }) => id === 1).map(({ output }) => output)
    expect(outputs.map((output) => output.kind === 'committed' && output.applied)).toEqual([
      true,
      false,
    ])
  })

  test('without its client’s signature is refused', () => {
    const world = new ScriptedValidators()
    const { body } = world.request('a', asked)
    const { signature } = world.request('b', asked)
    world.node(0).propose({ kind: 'request', body, signature }, asked)
    expect(answersTo(world)).toEqual(['not signed by the client'])
    expect(world.node(0).step).toBe('newHeight')
  })

  test('is refused where too many wait', () => {
    const world = new ScriptedValidators({ parameters: { maxPendingRequests: 2 } })
    for (let client = 1; client <= 3; client += 1) {
      world.write(`${client}`, { client, sequence: 1 }, [3])
    }
    expect(answersTo(world)).toEqual(['too many in flight'])
  })

  test('of a session that nobody remembers is refused once it is committed', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 7 })
    world.deliverAll()
    expect(answersTo(world)).toEqual(Array(4).fill('session expired'))
  })

  test('gives way to a later one of the same client, which has given it up', () => {
    const world = new ScriptedValidators()
    for (let sequence = 1; sequence <= 3; sequence += 1) {
      world.write(`${sequence}`, { client: 1, sequence }, [3])
    }
    expect(linesOf(world.node(3).getValue())).toBe('3')
  })
})

test('a block holds the oldest requests, and no more than the limit', () => {
  const world = new ScriptedValidators({ parameters: { maxRequestsPerBlock: 2 } })
  for (const client of [9, 4, 7]) world.write(`${client}`, { client, sequence: 1 }, [3])
  expect(linesOf(world.node(3).getValue())).toBe('9 4')
})

test('entries are numbered through all blocks, and carry the height of theirs', () => {
  const world = new ScriptedValidators()
  world.write('a', asked)
  world.write('b', { client: 2, sequence: 1 })
  world.write('c', { client: 3, sequence: 1 })
  world.deliverAll()
  const outputs = world.outputs.filter(({ node }) => node === 0).map(({ output }) => output)
  expect(
    outputs.map((output) => output.kind === 'committed' && [output.index, output.term]),
  ).toEqual([
    [1, 0],
    [2, 1],
    [3, 1],
  ])
})

test('all validators take the same snapshots, and the next block carries the hash', () => {
  const world = new ScriptedValidators({ parameters: { snapshotBlocks: 2, trailingBlocks: 0 } })
  for (let sequence = 1; sequence <= 5; sequence += 1) {
    world.write(`${sequence}`, { client: 1, sequence })
    world.deliverAll()
  }
  const carried = world.node(0).commits.map(({ block }) => block.stateHash.length > 0)
  expect(world.node(0).discarded).toBe(4)
  expect(carried).toEqual([true])
  for (const id of [1, 2, 3]) expect(world.node(id).snapshot).toEqual(world.node(0).snapshot)
})
