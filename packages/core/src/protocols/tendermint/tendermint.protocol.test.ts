import { expect, test } from 'vitest'
import { parameterValues } from '../../model/index.ts'
import { tendermintParameters } from './tendermint.parameters.ts'
import { tendermint } from './tendermint.protocol.ts'
import { ScriptedValidators } from './testing/scripted-validators.ts'

test('statuses of an idle validator are no more frequent than of one that is stuck', () => {
  const given = parameterValues(tendermintParameters, { statusMs: 500, idleStatusMs: 499 })
  expect(() => tendermint.checkParameters?.(given, 4, false)).toThrow(
    'idleStatusMs is 499: it must be at least statusMs, 500 ms',
  )
  const usual = parameterValues(tendermintParameters)
  expect(() => tendermint.checkParameters?.(usual, 4, false)).not.toThrow()
})

test('timeouts follow the network’s bound, and go together with what is asked for', () => {
  const times = (boundMs: number, given = {}) =>
    tendermint.usualParameters?.(4, boundMs * 1_000, given)
  expect(times(1)).toMatchObject({ timeoutProposeMs: 42, timeoutDeltaMs: 42, statusMs: 83 })
  expect(times(600)).toMatchObject({ timeoutProposeMs: 641, timeoutPrevoteMs: 341, statusMs: 382 })
  expect(times(600, { idleStatusMs: 50 })?.statusMs).toBe(50)
})

test('a third of all, and one more, is what it takes to be believed by a client', () => {
  expect([4, 5, 6, 7].map((nodes) => tendermint.clients?.matchingReplies(nodes))).toEqual([
    2, 2, 2, 3,
  ])
  expect(tendermint.clients).toMatchObject({ asks: 'all', signs: true })
})

test('the proposer of the present round has that role, the others are validators', () => {
  const world = new ScriptedValidators()
  const roles = () => world.nodes.map((id) => tendermint.roleOf(world.node(id)))
  expect(roles()).toEqual(['proposer', 'validator', 'validator', 'validator'])
  for (const id of world.nodes) world.startRound(id, 1)
  expect(roles()).toEqual(['validator', 'proposer', 'validator', 'validator'])
})

test('reads are ordered like writes', () => {
  const body = Uint8Array.of(1)
  const signature = Uint8Array.of(2)
  const { write, read } = tendermint.requests
  expect(read?.(body, true, signature)).toEqual(write?.(body, signature))
})
