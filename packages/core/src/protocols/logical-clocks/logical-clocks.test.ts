import { describe, expect, test } from 'vitest'
import { Experiment, hunt, planOf, type Scenario } from '../../experiments/index.ts'
import { explore } from '../../explorer/index.ts'
import type { AnyNode, Checker, CheckerContext, Protocol } from '../../model/index.ts'
import { ClockCondition } from './clock-condition.ts'
import { EventDurability } from './event-durability.ts'
import { lamportClocks } from './lamport-clocks.protocol.ts'
import { LamportClocks } from './lamport-clocks.ts'
import { ObservedHistory } from './observed-history.ts'
import { StrongClockCondition } from './strong-clock-condition.ts'
import { vectorClocks } from './vector-clocks.protocol.ts'
import { VectorClocks, vectorLess } from './vector-clocks.ts'

/** A run with other properties than the protocol's own. */
function properties(scenario: Scenario, checkers: (context: CheckerContext) => Checker<never>[]) {
  const plan = planOf(scenario)
  const protocol = { ...plan.protocol, checkers } as unknown as Protocol
  return new Experiment({ ...plan, protocol }).complete().report(0).properties
}

describe('the clock condition', () => {
  const scenario = { protocol: 'lamport-clocks', chaos: true, for: '2s' } as const

  test('does not hold the other way round: concurrent events have ordered stamps', () => {
    const strong = properties(scenario, ({ nodes }) => {
      const history = new ObservedHistory<number>(nodes.length)
      const less = (a: number, b: number) => a < b
      return [
        new EventDurability(history),
        new ClockCondition(history, less),
        new StrongClockCondition(history, less),
      ]
    })
    expect(strong.map(({ name, held }) => [name, held])).toEqual([
      ['event durability', true],
      ['clock condition', true],
      ['strong clock condition', false],
    ])
    expect(strong[2]?.witness?.message).toMatch(
      /^event \d+ of node \d did not happen before event \d+ of node \d, and its stamp \d+ is less than \d+$/,
    )
  })

  test('says nothing of events that lie as they may: most pairs of a quiet run are concurrent', () => {
    let history: ObservedHistory<readonly number[]> | undefined
    const quiet = { sendPercent: 1, paceMs: 5 }
    properties({ protocol: 'vector-clocks', for: '1s', parameters: quiet }, ({ nodes }) => {
      history = new ObservedHistory(nodes.length)
      return [new EventDurability(history)]
    })
    const events = [0, 1, 2, 3].flatMap((node) => history?.of(node) ?? []).length
    expect(events).toBeGreaterThan(500)
    expect(history?.concurrentPairs).toBeGreaterThan((0.5 * (events * (events - 1))) / 2)
  })
})

test.for([
  [[0, 0], [0, 0], false],
  [[1, 0], [1, 1], true],
  [[1, 1], [1, 0], false],
  [[2, 0], [0, 2], false],
  [[0, 1], [2, 2], true],
] as const)('of the vectors %j and %j the first is less: %j', ([u, v, less]) => {
  expect(vectorLess(u, v)).toBe(less)
})

/** Every order of a few steps of two processes, one of which may crash, and whose disks take their time. */
function everyOrder<N extends AnyNode>(protocol: Protocol<N>, nodeClass: Protocol<N>['node']) {
  return explore({
    protocol,
    nodeClass,
    nodes: 2,
    // The first draw is a sending where it is below the share, the second the peer: 0 and 0.9 are both.
    draws: [0, 0.9],
    bounds: { timeouts: 3, crashes: 1, losses: 1, duplications: 1 },
    disk: 'asynchronous',
  })
}

describe('in every order of the steps of two processes', () => {
  test('nobody hears of a stamp that is not on disk', () => {
    expect(everyOrder(lamportClocks, LamportClocks)).toMatchObject({
      verdict: 'held',
      complete: true,
    })
    expect(everyOrder(vectorClocks, VectorClocks)).toMatchObject({
      verdict: 'held',
      complete: true,
    })
  })

  test('who sends before it writes is found', () => {
    for (const protocol of [lamportClocks, vectorClocks] as Protocol[]) {
      const mutant = protocol.mutants.find(({ name }) => name === 'sent-before-written')
      const found = everyOrder(protocol, mutant?.node as Protocol['node'])
      expect(found.verdict).toBe('violated')
    }
  })
})

test.each(
  [lamportClocks, vectorClocks].flatMap(({ name, mutants }) =>
    mutants.map((mutant) => [`${name}+${mutant.name}`, mutant.breaks] as const),
  ),
)('chaos shows %s', (variant, breaks) => {
  const { found } = hunt(variant, 10)
  const broken = found?.properties.filter(({ held }) => !held).map(({ name }) => name) ?? []
  expect(broken.some((name) => breaks.includes(name))).toBe(true)
})

describe('what is told', () => {
  const alone = { protocol: 'lamport-clocks', nodes: 1, for: '1s' } as const

  function told(scenario: Scenario, events: number): string {
    const experiment = new Experiment(planOf(scenario))
    experiment.advance(events)
    return experiment.plan.protocol.narrate(experiment.world.alive())
  }

  test('of Lamport clocks is who is ahead', () => {
    expect(told({ protocol: 'lamport-clocks' }, 0)).toBe(
      'No event has happened yet: every clock stands at 0.',
    )
    expect(told(alone, 200)).toMatch(/^Process 0 is alone, and its clock stands at \d+\.$/)
    expect(told({ protocol: 'lamport-clocks' }, 200)).toMatch(
      /^The clock of process \d stands at \d+, and that of process \d is \d+ behind: /,
    )
    expect(lamportClocks.narrate(new Map())).toBe('Every process is down.')
  })

  test('of vector clocks is how much of what arrived was concurrent', () => {
    expect(told({ protocol: 'vector-clocks' }, 0)).toBe(
      'No event has happened yet: every vector is zero.',
    )
    expect(told({ ...alone, protocol: 'vector-clocks' }, 200)).toMatch(
      /^The processes have had \d+ events, and no message has arrived: /,
    )
    expect(told({ protocol: 'vector-clocks' }, 400)).toMatch(
      /^The processes have had \d+ events, and of \d+ messages that arrived, \d+ told of something concurrent /,
    )
    expect(vectorClocks.narrate(new Map())).toBe('Every process is down.')
  })
})
