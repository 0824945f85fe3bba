import { describe, expect, test } from 'vitest'
import type { TendermintMessage } from './tendermint.messages.ts'
import { type InFlight, ScriptedValidators } from './testing/scripted-validators.ts'

const ofKind =
  (...kinds: TendermintMessage['kind'][]) =>
  ({ message }: InFlight): boolean =>
    kinds.includes(message.kind)

/** A validator that got nowhere since it last looked says so. */
function sayWhereItIs(world: ScriptedValidators, id: number): void {
  world.timeout(id, 'status')
  world.timeout(id, 'status')
}

describe('what a validator lacks is sent again when it says where it is', () => {
  test.each(['proposal', 'vote'] as const)('a lost %s', (kind) => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 })
    while (world.inFlight.length > 0) {
      world.drop((sent) => sent.to === 3 && ofKind(kind)(sent))
      world.deliver()
    }
    expect(world.journal(3)).toBe('')
    sayWhereItIs(world, 3)
    world.deliverAll()
    expect(world.journal(3)).toBe('a')
  })

  test('everything, where the network lost everything at every step', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 })
    for (let step = 0; step < 20 && world.node(0).height === 0; step += 1) {
      world.drop(ofKind('proposal', 'vote'))
      for (const id of world.nodes) sayWhereItIs(world, id)
      world.deliverAll(ofKind('status', 'votes', 'proposal', 'certificate', 'commits'))
    }
    expect(world.nodes.map((id) => world.journal(id))).toEqual(['a', 'a', 'a', 'a'])
  })

  test('but an idle validator is told only that there is more, and asks for it', () => {
    const world = new ScriptedValidators()
    world.write('a', { client: 1, sequence: 1 }, [0, 1, 2])
    world.drop(({ to }) => to === 3)
    sayWhereItIs(world, 1)
    world.deliver(({ to, message }) => to === 3 && message.kind === 'status')
    const answers = world.inFlight.filter(({ from }) => from === 3)
    expect(answers.map(({ to, message }) => [to, message.kind])).toEqual([[1, 'status']])
    world.deliverAll()
    expect(world.journal(3)).toBe('a')
  })
})

test('nothing is said while a validator gets on', () => {
  const world = new ScriptedValidators()
  world.write('a', { client: 1, sequence: 1 }, [1])
  world.drop()
  world.timeout(1, 'status')
  world.startRound(1, 1)
  world.drop()
  world.timeout(1, 'status')
  expect(world.inFlight).toEqual([])
  world.timeout(1, 'status')
  expect(world.inFlight.map(({ message }) => message.kind)).toEqual(Array(3).fill('status'))
})

test('an answer is not answered, and who lacks nothing does not answer', () => {
  const world = new ScriptedValidators()
  world.write('a', { client: 1, sequence: 1 })
  world.drop()
  for (const id of world.nodes) sayWhereItIs(world, id)
  world.deliverAll(ofKind('status'))
  expect(world.inFlight.filter(ofKind('status'))).toEqual([])
})

test('voters that sign for both sides cannot keep a polka from those who heard them first on the other', () => {
  const world = new ScriptedValidators({ nodes: 4 })
  const [v, w] = [world.block('v', 2), world.block('w', 2, 2)]
  world.crash(0)
  world.crash(1)
  // Validators 0 and 1 (one too many, to make it short) prevote v before 2, and w before 3.
  for (const id of [2, 3]) world.receive(id, 0, world.proposal(v, 0))
  world.votes(2, 'prevote', [0, 1], 0, v)
  world.votes(3, 'prevote', [0, 1], 0, w)
  world.drop()
  expect([2, 3].map((id) => world.node(id).validRound)).toEqual([0, -1])
  sayWhereItIs(world, 3)
  world.deliverAll()
  expect([2, 3].map((id) => world.node(id).validRound)).toEqual([0, 0])
  expect([...world.node(3).evidence.keys()].sort((left, right) => left - right)).toEqual([0, 1])
})
