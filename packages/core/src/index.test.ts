import { expect, test } from 'vitest'
import { catalogue, Experiment, planOf } from './index.ts'

test('a run takes a scenario, and ends in a verdict and a trace hash', () => {
  const experiment = new Experiment(planOf({ protocol: 'raft', chaos: true, seed: 7, for: '5s' }))
  while (!experiment.advance(10_000));
  const { verdict, traceHash, properties } = experiment.report(0)
  expect(verdict).toBe('held')
  expect(traceHash).toMatch(/^[0-9a-f]{16}$/)
  expect(properties.map(({ name }) => name)).toContain('linearizability')
  expect(catalogue.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['paxos', 'raft', 'pbft', 'nakamoto']),
  )
})
