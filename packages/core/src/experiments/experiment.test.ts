import { describe, expect, test } from 'vitest'
import { hunt } from './campaign.ts'
import { Experiment, type ExperimentOptions } from './experiment.ts'
import { planOf } from './plan.ts'
import type { RunReport } from './report.ts'
import type { Scenario } from './scenario.ts'

/** A run to its end, in slices of so many events. */
function run(scenario: Scenario, slice = 1e9, options: ExperimentOptions = {}): RunReport {
  const experiment = new Experiment(planOf(scenario), options)
  while (!experiment.advance(slice));
  return experiment.report(0)
}

const quiet: Scenario = { protocol: 'raft', nodes: 3, for: '3s', clients: 2, thinkTime: '20ms' }
const chaotic: Scenario = { ...quiet, nodes: 5, chaos: true, membershipChanges: true, seed: 4 }
const chain: Scenario = {
  protocol: 'nakamoto',
  nodes: 6,
  chaos: true,
  workload: 'payments',
  for: '600s',
  parameters: { blockBytes: 0, compactBlockBytes: 0, targetSpacingSeconds: 10 },
}

const property = (report: RunReport, name: string) =>
  report.properties.find((known) => known.name === name)

describe('a run', () => {
  test.each([
    ['raft', chaotic],
    ['nakamoto', chain],
  ])('of %s is the same again, and another with another seed', (_, scenario) => {
    const report = run(scenario)
    expect(report.metrics.faults).toBeGreaterThan(0)
    expect(report.metrics.decisions).toBeGreaterThan(10)
    expect(run(scenario)).toEqual(report)
    expect(run({ ...scenario, seed: 5 }).traceHash).not.toBe(report.traceHash)
  })

  test('does not depend on how it is cut into slices, with interventions or without', () => {
    const interventions = [
      { event: 0, fault: 'delay:5ms@0s+500ms' },
      { event: 700, fault: 'crash:leader@0s+200ms' },
      { event: 700, fault: 'isolate:random@0s+300ms' },
      { event: 1_200, fault: 'loss:20%@0s+200ms' },
      { event: 90_000_000, fault: 'crash:all@0s' },
    ]
    for (const scenario of [chaotic, { ...chaotic, chaos: false, interventions }, chain]) {
      const whole = run(scenario)
      for (const slice of [1, 7, 1_000]) expect(run(scenario, slice)).toEqual(whole)
    }
  })

  test.each([
    ['raft', chaotic],
    ['nakamoto', chain],
  ])('of %s is the same whether messages pass by reference, frozen or encoded', (_, scenario) => {
    const hashes = ['reference', 'frozen', 'encoded'].map((passing) => {
      const { traceHash, verdict } = run({ ...scenario, passing })
      return `${traceHash} ${verdict}`
    })
    expect(new Set(hashes).size).toBe(1)
  })

  test('of an honest protocol changes no durable field without a record', () => {
    const plain = run(chaotic)
    const verified = run(chaotic, 1e9, { verifyFold: true })
    expect(verified.properties.filter(({ held }) => !held)).toEqual([])
    expect(verified.traceHash).toBe(plain.traceHash)
  })

  test('draws its faults apart from the rest: one fault more leaves what came before as it was', () => {
    const record = (faults: string[]) => {
      const experiment = new Experiment(planOf({ ...quiet, faults }), { recordTrace: true })
      while (!experiment.advance(1e9));
      return experiment.world.trace
    }
    const plain = record([])
    const faulty = record(['crash:leader@2s'])
    let same = 0
    while (plain.at(same).payload === faulty.at(same).payload) same++
    expect(faulty.at(same)).toMatchObject({ kind: 'fault', timeMicros: 2_000_000 })
  })

  test('ends once it has as many decisions as were asked for', () => {
    const report = run({ ...quiet, until: 37, for: '60s' })
    expect(report).toMatchObject({ verdict: 'held', metrics: { decisions: 37 } })
    const blocks = run({ ...chain, chaos: false, until: 12 })
    expect(blocks.chain?.height).toBe(12)
    expect(blocks.metrics.decisions).toBe(12)
  })
})

describe('a report', () => {
  test('has the figures of the run', () => {
    const experiment = new Experiment(planOf(quiet))
    while (!experiment.advance(1e9));
    const report = experiment.report(0.5)
    const { metrics } = report
    expect(report).toMatchObject({
      schema: 'quorate.run/1',
      protocol: 'raft',
      nodes: 3,
      seed: 1,
      scenario: quiet,
      virtualSeconds: 3,
      verdict: 'held',
      traceHash: experiment.world.trace.hash,
      replay: 'quorate run raft --nodes 3 --for 3s --clients 2 --think-time 20ms',
    })
    expect(report.because).toBeUndefined()
    expect(report.asExpected).toBeUndefined()
    expect(report.chain).toBeUndefined()
    expect(metrics.messagesPerDecision).toBeCloseTo(metrics.messages / metrics.decisions)
    expect(metrics).toMatchObject({
      faults: 0,
      events: experiment.world.trace.length,
      wallSeconds: 0.5,
      eventsPerSecond: metrics.events * 2,
    })
    const { p50, p99, max } = metrics.latencyMs ?? { p50: 0, p99: 0, max: 0 }
    expect(p50).toBeGreaterThan(0)
    expect(p99).toBeGreaterThanOrEqual(p50)
    expect(max).toBeGreaterThanOrEqual(p99)
    // Half of what clients ask is writes, each of which is a decision; a few are under way.
    expect(experiment.clients.keyValue?.completed).toBeGreaterThan(metrics.decisions)
    expect(property(report, 'linearizability')?.held).toBe(true)
    expect(property(report, 'progress')?.held).toBe(true)
  })

  test('has nulls where there is nothing to count', () => {
    const { metrics } = run({ ...quiet, workload: 'none' })
    expect(metrics).toMatchObject({ decisions: 0, messagesPerDecision: null, latencyMs: null })
  })

  test('of a protocol that decides once says what was decided, and ends when every client knows', () => {
    for (const protocol of ['paxos', 'ben-or', 'byzantine-generals', 'dls']) {
      const report = run({ protocol })
      const nodes = Array.from({ length: report.nodes }, (_, node) => node)
      expect(report).toMatchObject({ verdict: 'held', decided: [{ nodes }] })
      expect(report.virtualSeconds).toBeLessThan(1)
      // A client is answered once its node has decided: that takes time, where it has to wait for it.
      expect(report.metrics.latencyMs?.max).toBeGreaterThan(0.5)
    }
    expect(run(quiet).decided).toBeUndefined()
  })

  test('has every value that was decided, and by whom, where agreement is broken', () => {
    const { decided, properties } = run({
      protocol: 'dls',
      nodes: 6,
      seed: 2,
      byzantine: ['4=false-decision', '5=false-decision'],
      allowExcessFaults: true,
    })
    expect(properties.find(({ name }) => name === 'agreement')?.held).toBe(false)
    expect(decided?.length).toBeGreaterThan(1)
    // What the liars say they have decided is not counted.
    for (const { nodes } of decided ?? []) for (const node of nodes) expect(node).toBeLessThan(4)
  })

  test('of a chain has its figures, and those of its forks', () => {
    const { chain: figures, metrics } = run({
      ...chain,
      parameters: { ...chain.parameters, targetSpacingSeconds: 1 },
      for: '60s',
      network: 'wan',
    })
    expect(figures?.height).toBe(metrics.decisions)
    expect(figures?.blocks).toBeGreaterThanOrEqual(figures?.height as number)
    const shares = figures?.minerShares ?? []
    expect(shares).toHaveLength(6)
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    expect(figures?.propagationSeconds.p50).toBeLessThanOrEqual(
      figures?.propagationSeconds.p100 as number,
    )
  })

  test('of a planted bug is violated, and names the property, the nodes and the events', () => {
    const report = hunt('raft+vote-not-persisted', 50).found as RunReport
    expect(report.verdict).toBe('violated')
    const broken = report.properties.filter(({ witness }) => witness)
    expect(report.because).toBe(`${broken[0]?.name}: ${broken[0]?.witness?.message}`)
    expect(broken[0]?.held).toBe(false)
    expect(broken[0]?.witness?.nodes.length).toBeGreaterThan(0)
    expect(broken[0]?.witness?.events.length).toBeGreaterThan(0)
    // Where a violation ended the run, nothing can be said of progress.
    expect(property(report, 'progress')?.witness).toBeUndefined()
    expect(report.replay).toMatch(/^quorate run raft\+vote-not-persisted .*--chaos/)
  })
})

describe('a verdict is inconclusive', () => {
  const because = (scenario: Partial<Scenario>) => {
    const report = run({ ...quiet, nodes: 5, ...scenario })
    expect(report.verdict).toBe('inconclusive')
    return report.because
  }

  test('while more nodes are down than the protocol tolerates', () => {
    expect(because({ faults: ['crash:majority@1s'] })).toBe(
      'progress: 3 of 5 nodes are down or faulty, and Raft promises progress with at most 2',
    )
    expect(because({ byzantine: ['0=silent', '1=silent', '2=silent'] })).toContain('3 of 5 nodes')
    expect(because({ faults: ['pause:0,1,2@1s'] })).toContain('3 of 5 nodes')
  })

  test('while the network is still broken', () => {
    expect(because({ faults: ['partition:0,1|2,3|4@1s'] })).toBe(
      'progress: the network is still broken at the end',
    )
  })

  test('where the run ended too soon after the last fault, or before it', () => {
    expect(because({ faults: ['crash:majority@1s+1990ms'] })).toBe(
      'progress: the run ended too soon after the last fault: 2 of 2 clients had no answer',
    )
    expect(because({ faults: ['crash:0@1s+5s'] })).toBe(
      'progress: the run ended before the last fault',
    )
    for (const chaos of [false, true]) {
      const last = 'progress: the run ended before the last fault'
      expect(because({ synchrony: 'partial:36525d', chaos })).toBe(last)
    }
  })

  test('where there are fewer decisions than were asked for', () => {
    const report = run({ ...quiet, until: 1_000_000 })
    expect(report.verdict).toBe('inconclusive')
    expect(report.because).toMatch(/^the run ended after \d+ of 1000000 decisions$/)
    expect(run({ ...chain, chaos: false, until: 500 }).because).toMatch(/of 500 blocks$/)
  })

  test('while the run has not come to its end: it was interrupted', () => {
    const experiment = new Experiment(planOf({ ...quiet, until: 5_000 }))
    experiment.advance(500)
    const report = experiment.report(0)
    expect(report.verdict).toBe('inconclusive')
    expect(report.because).toMatch(/^interrupted at [\d.]+(s|ms|us), before the run was over$/)
    expect(report.metrics.events).toBeGreaterThanOrEqual(500)
  })
})

describe('progress', () => {
  test('that does not come within its bound is a violation', () => {
    // Elections never succeed: a candidate waits far less than a message takes.
    const report = run({
      protocol: 'raft',
      nodes: 3,
      network: 'wan',
      for: '70s',
      parameters: { electionTimeoutMs: 10, electionSpreadMs: 1, heartbeatMs: 5 },
      clients: 2,
    })
    expect(report.verdict).toBe('violated')
    expect(report.because).toBe(
      'progress: 2 of 2 clients had no answer within 1min after the last fault',
    )
  })

  test('of a chaos run is waited for beyond its end', () => {
    const ends = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const report = run({ ...quiet, nodes: 5, network: 'wan', chaos: true, for: '800ms', seed })
      expect(report.verdict).toBe('held')
      return report.virtualSeconds
    })
    expect(Math.max(...ends)).toBeGreaterThan(0.8)
  })

  test('is demanded anew after an intervention', () => {
    const broken = run({ ...quiet, interventions: [{ event: 600, fault: 'crash:majority@0s' }] })
    expect(broken.because).toContain('2 of 3 nodes are down')
    const passing = { event: 600, fault: 'crash:majority@0s+300ms' }
    // Clients wait two seconds before they ask again.
    expect(run({ ...quiet, for: '8s', interventions: [passing] }).verdict).toBe('held')
    const late = { event: 600, fault: 'crash:majority@0s+1h' }
    expect(run({ ...quiet, interventions: [late] }).because).toContain('2 of 3 nodes are down')
  })
})

describe('what a scenario expects', () => {
  const expecting = (expected: NonNullable<Scenario['expect']>, changes: Partial<Scenario> = {}) =>
    run({ ...quiet, ...changes, expect: expected }).asExpected

  test('is the verdict, and of the property if it names one', () => {
    expect(expecting({ verdict: 'held' })).toBe(true)
    expect(expecting({ verdict: 'held', property: 'log matching' })).toBe(true)
    expect(expecting({ verdict: 'held', property: 'assertion' })).toBe(true)
    expect(expecting({ verdict: 'violated' })).toBe(false)
    expect(expecting({ verdict: 'inconclusive' })).toBe(false)
    const stuck = { faults: ['crash:majority@1s'] }
    expect(expecting({ verdict: 'inconclusive' }, stuck)).toBe(true)
    expect(expecting({ verdict: 'inconclusive', property: 'progress' }, stuck)).toBe(true)
    expect(expecting({ verdict: 'inconclusive', property: 'linearizability' }, stuck)).toBe(false)
    expect(expecting({ verdict: 'held', property: 'linearizability' }, stuck)).toBe(false)
  })
})
