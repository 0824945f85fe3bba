import { expect, test } from 'vitest'
import { raft } from '../protocols/raft/raft.protocol.ts'
import { checkFaults, drawByzantine, formatStrategy, parseByzantine } from './adversaries.ts'

const attacks = [{ name: 'lie', what: 'it lies', node: raft.node, inChaos: true }]
const byzantine = {
  ...raft,
  family: 'byzantine',
  attacks,
  resilience: { bound: 'n > 3f', maximumFaulty: (nodes: number) => Math.floor((nodes - 1) / 3) },
} as const

test('a strategy that is written reads as the same strategy', () => {
  const specs = ['0=silent', '1=delayed:20ms', '2=twins:3s', '3=corrupting:25%', '4=lie']
  const strategies = parseByzantine(specs, 5, byzantine as never)
  expect([...strategies].map(([node, strategy]) => `${node}=${formatStrategy(strategy)}`)).toEqual(
    specs,
  )
})

test('what is not written has a usual value', () => {
  const strategies = parseByzantine(['0=delayed', '1=twins', '2=corrupting'], 3, raft as never)
  expect([...strategies.values()].map(formatStrategy)).toEqual([
    'delayed:500ms',
    'twins:500ms',
    'corrupting:10%',
  ])
})

test('chaos draws at most as many Byzantine nodes as are tolerated, and every strategy', () => {
  const drawn = new Set<string>()
  let most = 0
  for (let seed = 1; seed <= 500; seed++) {
    const strategies = drawByzantine(seed, 7, byzantine as never)
    expect(drawByzantine(seed, 7, byzantine as never)).toEqual(strategies)
    most = Math.max(most, strategies.size)
    for (const strategy of strategies.values()) drawn.add(strategy.kind)
  }
  expect(most).toBe(2)
  expect(drawn).toEqual(new Set(['silent', 'delayed', 'twins', 'corrupting', 'attack']))
  expect(drawByzantine(1, 7, raft as never).size).toBe(0)
})

test('more faults than are tolerated must be asked for', () => {
  const two = parseByzantine(['0=silent', '1=silent'], 4, byzantine as never)
  expect(() => checkFaults(two, 4, byzantine as never, false)).toThrow(
    'byzantine: 2 of 4 nodes, and Raft (n > 3f) tolerates 1: name fewer, or allow it with --allow-excess-faults',
  )
  checkFaults(two, 4, byzantine as never, true)
  checkFaults(two, 7, byzantine as never, false)
})
