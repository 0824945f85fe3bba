import { expect, test } from 'vitest'
import { tendermint } from './tendermint.protocol.ts'
import { ScriptedValidators } from './testing/scripted-validators.ts'

test('the story of a height is told in one sentence at a time', () => {
  const world = new ScriptedValidators()
  const story: string[] = []
  const tell = () => story.push(tendermint.narrate(world.living))
  tell()
  world.write('a', { client: 1, sequence: 1 }, [1, 2])
  tell()
  world.timeout(1, 'propose')
  tell()
  world.deliverAll(({ to }) => to !== 3)
  tell()
  world.deliverAll()
  tell()
  world.crash(0)
  world.write('b', { client: 1, sequence: 2 })
  const block = world.block('c', 3, 7)
  world.receive(3, 1, world.proposal(block, 0))
  world.votes(3, 'prevote', [1, 2], 0, block)
  tell()
  for (const id of [1, 2, 3]) world.startRound(id, 1)
  tell()
  for (const id of world.nodes) world.crash(id)
  tell()
  expect(story).toEqual([
    'Nothing is decided yet, and no request has come.',
    'Height 0, round 0: 2 validators waiting for the proposal of validator 0.',
    'Height 0, round 0: 1 validator prevoted the proposal of validator 0, or nil.',
    'Height 0, round 0: 3 validators prevoted the proposal of validator 0, or nil.',
    'Nothing waits at height 2: 2 blocks are decided.',
    'Height 2, round 0: 1 validator precommitted the proposal of validator 2, or nil.',
    'Height 2, round 1: 3 validators waiting for the proposal of validator 3; 1 validator locked since an earlier round.',
    'Every validator is down.',
  ])
})
