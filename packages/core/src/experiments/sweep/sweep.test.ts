import { describe, expect, test } from 'vitest'
import { type Sweep, SweepPlan, scenarioName, sweepFrom } from './sweep.ts'

const sweep: Sweep = {
  scenario: { protocol: 'raft', for: '2s' },
  vary: { nodes: [3, 5], 'parameters.heartbeatMs': [20, 50] },
  seeds: '11-20',
}

describe('the runs of a sweep', () => {
  test('are every combination of what is varied, each with every seed', () => {
    const plan = new SweepPlan(sweep)
    expect(plan.points.map(({ label }) => label)).toEqual([
      'nodes 3, heartbeatMs 20',
      'nodes 3, heartbeatMs 50',
      'nodes 5, heartbeatMs 20',
      'nodes 5, heartbeatMs 50',
    ])
    const runs = Array.from({ length: plan.runs }, (_, run) => plan.scenarioOf(run))
    expect(runs).toHaveLength(40)
    expect(new Set(runs.map((run) => `${scenarioName(run)} ${run.seed}`)).size).toBe(40)
    expect(runs[7]).toEqual({
      protocol: 'raft',
      for: '2s',
      nodes: 5,
      parameters: { heartbeatMs: 50 },
      seed: 12,
    })
    expect(runs.filter(({ seed }) => seed === 20)).toHaveLength(4)
  })

  test('are named by what decides them, however it is written', () => {
    const name = scenarioName({ protocol: 'raft', nodes: 3, seed: 7 })
    expect(scenarioName({ seed: 8, nodes: 3, title: 'the same', protocol: 'raft' })).toBe(name)
    expect(scenarioName({ protocol: 'raft', nodes: 5, seed: 7 })).not.toBe(name)
    expect(name).toMatch(/^[0-9a-f]{16}$/)
    // The first digits of SHA-256 of {"nodes":3,"protocol":"raft"}.
    expect(name).toBe('be0b28d3b0e2e197')
  })

  test('are the same sweep under another title and seed of the scenario, and another one with other seeds', () => {
    const { hash } = new SweepPlan(sweep)
    const scenario = { title: 'mine', seed: 9, ...sweep.scenario }
    expect(new SweepPlan({ ...sweep, scenario }).hash).toBe(hash)
    expect(new SweepPlan({ ...sweep, seeds: '11-21' }).hash).not.toBe(hash)
    expect(new SweepPlan({ ...sweep, vary: { nodes: [3, 5] } }).hash).not.toBe(hash)
  })

  test('can vary lists and objects too', () => {
    const vary = { faults: [[], ['crash:primary@1s+1s']], byzantine: [[], ['1=silent']] }
    const plan = new SweepPlan({ scenario: { protocol: 'pbft' }, vary, seeds: '1' })
    expect(plan.points.map(({ label }) => label)).toContain(
      'faults crash:primary@1s+1s, byzantine none',
    )
  })
})

describe('what is no sweep is refused in one line that says where', () => {
  const refused: [string, Partial<Sweep>, RegExp][] = [
    ['a field that is not known', { vary: { node: [3] } }, /^'node' cannot be varied: it may be/],
    ['a field that is no choice', { vary: { seed: [3] } }, /^'seed' cannot be varied/],
    ['no values', { vary: { nodes: [] } }, /^vary.nodes has no values/],
    ['a value twice', { vary: { nodes: [3, 5, 3] } }, /^vary.nodes has a value twice/],
    [
      'a value of the wrong kind',
      { vary: { nodes: [3, 'x'] } },
      /^at nodes x: nodes must be an integer/,
    ],
    ['a point that cannot run', { vary: { network: ['lan', 'moon'] } }, /^at network moon: .*moon/],
    [
      'a parameter out of range',
      { vary: { 'parameters.heartbeatMs': [-1] } },
      /^at heartbeatMs -1: .*heartbeatMs/,
    ],
    ['seeds in words', { seeds: 'all' }, /^seeds are 'all': write the first and the last/],
    ['seeds backwards', { seeds: '9-1' }, /^seeds are '9-1'/],
    ['too many runs', { seeds: '1-1000001' }, /1,000,001 runs: at most 1,000,000/],
    ['no parameter', { vary: { 'parameters.__proto__': [1, 2] } }, /'parameters.__proto__' cannot/],
  ]
  test.each(refused)('%s', (_, change, message) => {
    const given = { scenario: { protocol: 'raft' }, vary: {}, seeds: '1-10', ...change }
    expect(() => new SweepPlan(given)).toThrow(message)
  })

  test('too many points, before they are all made', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => i + 1)
    const vary = { clients: many, until: many, 'parameters.heartbeatMs': many }
    expect(() => new SweepPlan({ ...sweep, vary })).toThrow('more than 1000 points')
  })

  test('data of another shape', () => {
    expect(() => sweepFrom([])).toThrow('the sweep must be an object')
    expect(() => sweepFrom({})).toThrow("the sweep has no 'scenario'")
    expect(() => sweepFrom({ scenario: { protocol: 'raft' }, seed: 1 })).toThrow("has 'seed'")
    expect(() => sweepFrom({ scenario: { protocol: 7 } })).toThrow('protocol must be a string')
    expect(() => sweepFrom({ scenario: { protocol: 'raft' }, vary: { nodes: 3 } })).toThrow(
      'vary.nodes must be an array',
    )
  })
})

test('a sweep as data may leave out what is usual', () => {
  expect(sweepFrom({ scenario: { protocol: 'raft' } })).toEqual({
    scenario: { protocol: 'raft' },
    vary: {},
    seeds: '1-100',
  })
  expect(sweepFrom({ scenario: { protocol: 'raft' }, seeds: 7 }).seeds).toBe('7')
})
