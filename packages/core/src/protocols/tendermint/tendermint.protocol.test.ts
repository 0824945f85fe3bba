import { expect, test } from 'vitest'
import { parameterValues } from '../../model/index.ts'
import { tendermintParameters } from './tendermint.parameters.ts'
import { tendermint } from './tendermint.protocol.ts'
import { ScriptedValidators } from './testing/scripted-validators.ts'

test('statuses of an idle validator are no more frequent than of one that is stuck', () => {
  const given = parameterValues(tendermintParameters, { statusMs: 500, idleStatusMs: 499 })
  expect(() => tendermint.checkParameters?.(given)).toThrow(
    'idleStatusMs is 499: it must be at least statusMs, 500 ms',
  )
  expect(() => tendermint.checkParameters?.(parameterValues(tendermintParameters))).not.toThrow()
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
  for (const id of world.nodes) world.node(id).startRound(1)
  expect(roles()).toEqual(['validator', 'proposer', 'validator', 'validator'])
})

test('reads are ordered like writes', () => {
  const body = Uint8Array.of(1)
  const signature = Uint8Array.of(2)
  const { write, read } = tendermint.requests
  expect(read?.(body, true, signature)).toEqual(write?.(body, signature))
})
