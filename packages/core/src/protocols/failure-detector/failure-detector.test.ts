import { describe, expect, test } from 'vitest'
import { Experiment, hunt, planOf, type RunReport, type Scenario } from '../../experiments/index.ts'
import type { NodeId } from '../../model/index.ts'
import { detectorInvariants } from './failure-detector.invariants.ts'
import { failureDetector } from './failure-detector.protocol.ts'
import type { FailureDetector } from './failure-detector.ts'
import { perfectFailureDetector } from './perfect-failure-detector.protocol.ts'
import { certainTimeoutTicks } from './perfect-failure-detector.ts'

function ran(scenario: Scenario): Experiment {
  return new Experiment(planOf(scenario)).complete()
}

function nodesOf({ world }: Experiment): Map<NodeId, FailureDetector> {
  return world.alive() as Map<NodeId, unknown> as Map<NodeId, FailureDetector>
}

const reportOf = (scenario: Scenario): RunReport => ran(scenario).report(0)

const suspectsOf = (experiment: Experiment) =>
  [...nodesOf(experiment)].map(([id, { suspects }]) => [id, [...suspects].sort((a, b) => a - b)])

describe('the eventually perfect detector', () => {
  test('suspects who crashed, everywhere and for good', () => {
    const faults = ['crash:1@2s', 'crash:3@3s']
    const run = ran({ protocol: 'failure-detector', faults })
    expect(suspectsOf(run)).toEqual([
      [0, [1, 3]],
      [2, [1, 3]],
      [4, [1, 3]],
    ])
    expect(run.report(0).verdict).toBe('held')
  })

  test('takes a mistake back, and gives more time, until there are no more mistakes', () => {
    const parameters = { timeoutTicks: 1 }
    const run = ran({ protocol: 'failure-detector', nodes: 2, parameters })
    const [first, second] = [...nodesOf(run).values()]
    // Heartbeats come every five ticks: five ticks of silence are no reason for suspicion.
    expect(first?.suspects.size).toBe(0)
    expect(first?.timeouts.get(1)).toBeGreaterThanOrEqual(4)
    expect(first?.timeouts.get(1)).toBeLessThanOrEqual(6)
    expect(second?.timeouts.get(0)).toBeGreaterThanOrEqual(4)
    expect(run.report(0).verdict).toBe('held')
  })

  test('trusts each other again when a partition heals', () => {
    const faults = ['partition:0,1|2,3,4@3s+3s']
    const scenario = { protocol: 'failure-detector', faults } as const
    const during = new Experiment(planOf(scenario))
    during.world.advance(5_000_000)
    expect(suspectsOf(during)[0]).toEqual([0, [2, 3, 4]])
    const run = ran(scenario)
    expect(suspectsOf(run).map(([, suspects]) => suspects)).toEqual([[], [], [], [], []])
    expect(run.report(0).verdict).toBe('held')
  })

  test('is right in the end whatever an adversary did before the network was stable', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const scenario = { protocol: 'failure-detector', network: 'wan', seed } as const
      expect(reportOf({ ...scenario, synchrony: 'partial:8s', for: '25s' }).verdict).toBe('held')
    }
  })

  test('trusts a process that comes back, though the model has it that none does', () => {
    const run = ran({ protocol: 'failure-detector', faults: ['crash:1@2s+3s'] })
    expect(suspectsOf(run).every(([, suspects]) => (suspects as number[]).length === 0)).toBe(true)
    expect(run.report(0).verdict).toBe('held')
  })
})

describe('of what a run cannot show, the verdict is open', () => {
  const because = (scenario: Omit<Scenario, 'protocol'>) => {
    const report = reportOf({ protocol: 'failure-detector', ...scenario })
    return [report.verdict, report.because]
  }

  test('where somebody crashed a moment before the end', () => {
    expect(because({ faults: ['crash:1@19950ms'] })).toEqual([
      'inconclusive',
      'strong completeness: the run ended too soon after node 1 crashed: node 0 does not suspect it yet',
    ])
  })

  test('where the network was settled a moment before the end', () => {
    expect(because({ faults: ['isolate:2@18s+1995ms'] })).toEqual([
      'inconclusive',
      expect.stringMatching(/^eventual strong accuracy: the run ended too soon: node \d may still/),
    ])
  })

  test('where the network is still broken at the end', () => {
    expect(because({ faults: ['isolate:2@5s'] })).toEqual([
      'inconclusive',
      'eventual strong accuracy: the network is still broken at the end',
    ])
  })

  test('and a paused process is neither crashed nor to be believed', () => {
    expect(because({ faults: ['pause:2@5s'] })).toEqual(['held', undefined])
  })
})

describe('the perfect detector', () => {
  test.each(['lan', 'zones', 'wan'])(
    'suspects on %s who crashed, and nobody else ever',
    (network) => {
      for (const seed of [1, 2, 3]) {
        const scenario = { protocol: 'perfect-failure-detector', network, seed, nodes: 6 }
        const run = ran({ ...scenario, faults: ['crash:0@1s', 'crash:5@2s', 'crash:2@2s'] })
        expect(suspectsOf(run)).toEqual([
          [1, [0, 2, 5]],
          [3, [0, 2, 5]],
          [4, [0, 2, 5]],
        ])
        expect(run.report(0).verdict).toBe('held')
      }
    },
  )

  test('would be wrong with a time-out that is shorter by what Δ takes', () => {
    const scenario = { protocol: 'perfect-failure-detector', network: 'wan', nodes: 10 } as const
    const plan = planOf(scenario)
    expect(plan.parameters.timeoutTicks).toBe(certainTimeoutTicks(5, 658_000, 20_000))
    const short = reportOf({ ...scenario, parameters: { timeoutTicks: 6 } })
    expect(short.because).toMatch(/^strong accuracy: node \d suspects node \d, which has not/)
  })

  test('cannot be had without the bound: one message later than Δ is enough', () => {
    const faults = ['delay:500ms@3s+100ms']
    const { verdict } = reportOf({ protocol: 'perfect-failure-detector', faults })
    expect(verdict).toBe('violated')
    expect(reportOf({ protocol: 'failure-detector', faults }).verdict).toBe('held')
  })

  test('refuses a time-out that no heartbeat can keep', () => {
    const parameters = { heartbeatTicks: 20 }
    expect(() => planOf({ protocol: 'perfect-failure-detector', parameters })).toThrow(
      'timeoutTicks is 8: it must be more than heartbeatTicks, 20 ticks, and by more than Δ',
    )
  })
})

test.each(
  [failureDetector, perfectFailureDetector].flatMap(({ name, mutants }) =>
    mutants.map((mutant) => [`${name}+${mutant.name}`, mutant.breaks] as const),
  ),
)('chaos shows %s', (variant, breaks) => {
  const { found } = hunt(variant, 20)
  const broken = found?.properties.filter(({ witness }) => witness).map(({ name }) => name) ?? []
  expect(broken.some((name) => breaks.includes(name))).toBe(true)
})

test('who suspects itself is found in any moment', () => {
  const nodes = nodesOf(new Experiment(planOf({ protocol: 'failure-detector', nodes: 2 })))
  const [invariant] = detectorInvariants
  expect(invariant?.broken(nodes)).toBeUndefined()
  nodes.get(1)?.suspects.add(1)
  expect(invariant?.broken(nodes)).toEqual({ nodes: [1], message: 'node 1 suspects itself' })
})

test('what happens is told in one sentence', () => {
  const at = (faults: readonly string[], seconds: number) => {
    const experiment = new Experiment(planOf({ protocol: 'failure-detector', faults }))
    experiment.world.advance(seconds * 1_000_000)
    return failureDetector.narrate(nodesOf(experiment))
  }
  expect(at([], 1)).toBe('Nobody is suspected.')
  expect(at(['crash:1@1s'], 2)).toBe('Process 1 crashed, and all that are up know it.')
  expect(at(['crash:1@1s', 'crash:2@1s'], 2)).toBe(
    'Processes 1 and 2 crashed, and all that are up know it.',
  )
  expect(at(['crash:1@1s', 'pause:2@1s'], 2)).toMatch(
    /^Process 2 is suspected by some, and is up: /,
  )
  expect(at(['isolate:0@1s'], 2)).toMatch(/^Processes 0, 1, 2, 3 and 4 are suspected by some, /)
  expect(failureDetector.narrate(new Map())).toBe('Every process is down.')
})
