import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SweepPlan } from '@quorate/core/experiments'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/command.ts'
import { type SweepFlags, sweepOf } from './sweep-flags.ts'

test('what is varied is read as what the scenario has: numbers, switches, lists, texts', () => {
  const vary = [
    'nodes=3,5',
    'param.heartbeatMs=20,50.5',
    'chaos=true,false',
    'network=lan, wan',
    'think-time=10ms',
    'fault=none;partition:0,1|2@1s+1s',
    'hash-power=3,1,1;1,1,1',
  ]
  expect(sweepOf('raft', { vary }).vary).toEqual({
    nodes: [3, 5],
    'parameters.heartbeatMs': [20, 50.5],
    chaos: [true, false],
    network: ['lan', 'wan'],
    thinkTime: ['10ms'],
    faults: [[], ['partition:0,1|2@1s+1s']],
    hashPower: [
      [3, 1, 1],
      [1, 1, 1],
    ],
  })
})

test('a network that is varied may be a file, and is called what it says', () => {
  const file = join(temporaryFolder(), 'mine.yaml')
  const text = 'name: mine\nunit: ms\nregions: [a]\noneWayLatencyMs: [[1]]\n'
  writeFileSync(file, text)
  const plan = new SweepPlan(sweepOf('raft', { vary: [`network=lan,${file}`] }))
  expect(plan.points.map(({ label }) => label)).toEqual(['network lan', 'network mine'])
})

test('a fault that is varied comes after those that all runs have', () => {
  const flags = { fault: ['crash:0@1s'], vary: ['fault=none;crash:1@2s'] }
  expect(sweepOf('raft', flags).vary.faults).toEqual([['crash:0@1s'], ['crash:0@1s', 'crash:1@2s']])
})

test('seeds are counted from 1, unless they are named', () => {
  expect(sweepOf('raft', {}).seeds).toBe('1-100')
  expect(sweepOf('raft', { runs: 7 }).seeds).toBe('1-7')
  expect(sweepOf('raft', { seeds: '5-9' }).seeds).toBe('5-9')
})

test.each<[string, SweepFlags, RegExp]>([
  ['nosuch', {}, /nosuch/],
  ['raft', { seed: 3 }, /--seeds 1-1000/],
  ['raft', { seeds: '1-10', runs: 10 }, /--seeds and --runs say the same/],
  ['raft', { seeds: '10-1' }, /seeds are '10-1'/],
  ['raft', { vary: ['nodes'] }, /--vary 'nodes': write it like/],
  ['raft', { vary: ['nodes='] }, /--vary 'nodes=': write it like/],
  ['raft', { vary: ['nodes=3,x'] }, /--vary nodes: 'x' must be a number/],
  ['raft', { vary: ['nodes=3,'] }, /--vary nodes: '' must be a number/],
  ['raft', { vary: ['nodes=0x3'] }, /--vary nodes: '0x3' must be a number/],
  ['raft', { vary: ['nodes=3', 'chaos=true', 'nodes=5'] }, /--vary has nodes twice/],
  ['raft', { vary: ['constructor=1'] }, /'constructor' cannot be varied/],
  ['raft', { vary: ['__proto__=1'] }, /'__proto__' cannot be varied/],
  ['raft', { vary: ['chaos=maybe'] }, /--vary chaos: 'maybe' must be true or false/],
  ['raft', { vary: ['colour=red'] }, /'colour' cannot be varied/],
  ['raft', { vary: ['fault=crash:9@1s'] }, /at faults crash:9@1s: /],
  ['raft', { runs: 2_000_000 }, /at most 1,000,000/],
])('quorate sweep %s with %j is refused', (subject, flags, message) => {
  expect(() => new SweepPlan(sweepOf(subject, flags))).toThrow(message)
})
