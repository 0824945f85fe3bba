import { expect, test } from 'vitest'
import { parameterValues } from '../../model/index.ts'
import { checkPbftParameters, pbftParameters } from './pbft.parameters.ts'
import { pbft } from './pbft.protocol.ts'

test('parameters that cannot work together are refused in one line that says what would', () => {
  const check = (given: { [name: string]: number }) => () =>
    checkPbftParameters(parameterValues(pbftParameters, given))
  expect(check({})).not.toThrow()
  expect(check({ checkpointInterval: 10, logWindow: 9 })).toThrow(
    'logWindow is 9: it must be at least checkpointInterval, 10, or the log fills before a checkpoint is due',
  )
  expect(check({ viewChangeTimeoutMs: 100, longestTimeoutMs: 50 })).toThrow(
    'longestTimeoutMs is 50: it must be at least viewChangeTimeoutMs, 100 ms',
  )
})

test('a client believes what f + 1 replicas tell it alike', () => {
  expect([4, 6, 7, 10].map((nodes) => pbft.clients?.matchingReplies(nodes))).toEqual([2, 2, 3, 4])
})
