import { describe, expect, test } from 'vitest'
import { linesOf, ScriptedValidators } from './testing/scripted-validators.ts'

describe('a height begins', () => {
  test('not before there is something to commit: an idle system sends nothing but its heights, now and then', () => {
    const world = new ScriptedValidators()
    for (const id of world.nodes) world.timeout(id, 'status')
    expect(new Set(world.inFlight.map(({ message }) => message.kind))).toEqual(new Set(['status']))
    world.deliverAll()
    expect(world.nodes.map((id) => world.node(id).step)).toEqual(Array(4).fill('newHeight'))
    expect(world.host(0).timers.get('status')).toBe(5_000_000)
  })

  test('with the first request, and the next with those that came meanwhile', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 })
    world.write('b', { client: 2, sequence: 1 })
    world.write('c', { client: 3, sequence: 1 })
    world.deliverAll()
    expect(world.journal(0)).toBe('a b c')
    expect(world.node(0).commits.map(({ block }) => linesOf(block))).toEqual(['a', 'b c'])
    expect(world.node(0).step).toBe('newHeight')
  })

  test('with a message of somebody who knows of a request, though this validator does not', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 }, [2])
    world.timeout(2, 'propose')
    world.deliverAll()
    for (let height = 0; height < 3; height += 1) {
      if (world.node(2).step === 'propose') world.timeout(2, 'propose')
      world.deliverAll()
    }
    expect(world.nodes.map((id) => world.journal(id))).toEqual(['a', 'a', 'a', 'a'])
  })

  test('with an empty block after a long time without any', () => {
    const world = new ScriptedValidators()
    world.timeout(0, 'empty')
    world.deliverAll()
    expect(world.nodes.map((id) => world.node(id).height)).toEqual([1, 1, 1, 1])
    expect(world.outputs).toEqual([])
  })
})

test('what comes for the next height waits until this one is decided', () => {
  const world = new ScriptedValidators()
  world.write('a', { client: 1, sequence: 1 })
  const isLate = ({ to, message }: (typeof world.inFlight)[number]) =>
    to === 3 && message.kind === 'vote' && message.vote.type === 'precommit'
  world.deliverAll((sent) => !isLate(sent))
  world.write('b', { client: 1, sequence: 2 }, [0, 1, 2])
  world.deliverAll(
    (sent) => !isLate(sent) || sent.message.kind !== 'vote' || sent.message.vote.height > 0,
  )
  expect(world.node(3).height).toBe(0)
  world.deliverAll()
  expect(world.nodes.map((id) => world.journal(id))).toEqual(Array(4).fill('a b'))
})

describe('after a crash', () => {
  const locked = () => {
    const world = new ScriptedValidators()
    const block = world.block('v', 3)
    world.receive(3, 0, world.proposal(block, 0))
    world.votes(3, 'prevote', [0, 1], 0, block)
    return { world, block }
  }

  test('a validator is where it was, and bound by its lock', () => {
    const { world, block } = locked()
    world.crash(3)
    world.start(3)
    const node = world.node(3)
    expect([node.round, node.step, node.lockedRound, node.validRound]).toEqual([
      0,
      'precommit',
      0,
      0,
    ])
    world.startRound(3, 1)
    world.receive(3, 1, world.proposal(world.block('w', 3, 2), 1))
    expect(world.votesSent(3, 'prevote').at(-1)).toBe('1 nil')
    world.startRound(3, 2)
    world.receive(3, 2, world.proposal(block, 2))
    expect(world.votesSent(3, 'prevote').at(-1)).toBe('2 v')
  })

  test('it has the polka that justifies its lock, and can propose it again to any of its peers', () => {
    const { world } = locked()
    world.crash(3)
    world.start(3)
    const node = world.node(3)
    world.startRound(3, 3)
    world.step(3, () => node.react(3))
    expect(world.votesSent(3, 'prevote').at(-1)).toBe('3 v')
    const proposals = world.drop(({ message }) => message.kind === 'proposal')
    expect(proposals.length).toBe(3)
  })

  test('it proposes nothing else in a round for which it has proposed', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 }, [0])
    const before = world.node(0).ownProposals
    world.crash(0)
    world.start(0)
    world.write('b', { client: 2, sequence: 1 }, [0])
    expect(world.node(0).ownProposals).toEqual(before)
    expect(world.node(0).step).toBe('prevote')
  })

  test('it runs its blocks again, and answers nobody', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 })
    world.deliverAll()
    const { length } = world.replies
    world.crash(2)
    world.start(2)
    expect(world.journal(2)).toBe('a')
    expect(world.replies.length).toBe(length)
    expect(world.node(2).sessions).toEqual(world.node(1).sessions)
  })
})
