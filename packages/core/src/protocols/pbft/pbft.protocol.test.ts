import { expect, test } from 'vitest'
import { parameterValues } from '../../model/index.ts'
import { checkPbftParameters, pbftParameters, usualPbftParameters } from './pbft.parameters.ts'
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

test('where messages are fast a view is given up early, and a timeout that was asked for counts more', () => {
  const fast = usualPbftParameters(4, 200, {})
  const slow = usualPbftParameters(4, 600_000, {})
  expect(slow.viewChangeTimeoutMs).toBeGreaterThan(2_400)
  expect(fast.viewChangeTimeoutMs).toBeLessThan(slow.viewChangeTimeoutMs / 5)
  // What a primary missed can be passed on to it, and lost once, before it is given up.
  for (const { statusMs, viewChangeTimeoutMs } of [fast, slow]) {
    expect(4 * statusMs).toBeLessThan(viewChangeTimeoutMs)
  }
  for (const viewChangeTimeoutMs of [1, 3_600_000]) {
    const given = { viewChangeTimeoutMs }
    const values = parameterValues(pbftParameters, {
      ...usualPbftParameters(4, 200, given),
      ...given,
    })
    expect(() => checkPbftParameters(values)).not.toThrow()
    expect(values.viewChangeTimeoutMs).toBe(viewChangeTimeoutMs)
  }
})

test('a client believes what f + 1 replicas tell it alike', () => {
  expect([4, 6, 7, 10].map((nodes) => pbft.clients?.matchingReplies(nodes))).toEqual([2, 2, 3, 4])
})
