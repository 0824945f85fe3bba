import { describe, expect, test } from 'vitest'
import { campaignScenario, Experiment, planOf, type Scenario } from '../experiments/index.ts'
import type { Checker, Moment, NodeId } from '../model/index.ts'
import { type EventRecord, ObservedHistory } from '../protocols/logical-clocks/observed-history.ts'
import { vectorLess } from '../protocols/logical-clocks/vector-clocks.ts'
import { noEvent } from '../simulator/causes.ts'
import type { CausalOrder } from './causal-order.ts'
import { causalOrderOf } from './run-order.ts'

function ran(scenario: Scenario, checkers: readonly Checker[] = []): Experiment {
  const plan = planOf(scenario)
  const { protocol } = plan
  const watched = {
    ...protocol,
    checkers: (context: Parameters<typeof protocol.checkers>[0]) => [
      ...protocol.checkers(context),
      ...checkers,
    ],
  }
  const experiment = new Experiment(
    { ...plan, protocol: watched },
    { recordTrace: true, recordCauses: true },
  )
  experiment.complete()
  return experiment
}

/** Keeps the history of processes with vector clocks, but for what their crashes undo. */
class Watch implements Checker {
  readonly property = 'watched'
  readonly kind = 'safety'
  readonly violation = undefined
  readonly history: ObservedHistory<readonly number[]>

  constructor(nodes: number) {
    this.history = new ObservedHistory(nodes)
  }

  recorded(id: NodeId, record: unknown, moment: Moment): void {
    this.history.add(id, record as EventRecord<readonly number[]>, moment)
  }

  restarted(id: NodeId, node: unknown): void {
    this.history.returned(id, (node as { events: number }).events)
  }
}

describe('the causal order of a run', () => {
  test('is what vector clocks say of it, under chaos', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const nodes = 2 + (seed % 4)
      const watch = new Watch(nodes)
      const scenario = { protocol: 'vector-clocks', seed, nodes, chaos: true, for: '1s' } as const
      const order = causalOrderOf(ran(scenario, [watch]).world)
      const events = Array.from({ length: nodes }, (_, node) => watch.history.of(node)).flat()
      expect(events.length).toBeGreaterThan(30)
      for (const a of events) {
        for (const b of events) {
          const isBefore = order.order(a.runEvent, b.runEvent) === 'before'
          expect(isBefore).toBe(vectorLess(a.stamp, b.stamp))
        }
      }
    }
  })

  test('follows every message to the step of its sender', () => {
    const campaigns = ['raft', 'ben-or', 'lamport-clocks'].map((protocol) => ({
      ...campaignScenario(protocol, 4),
      for: '2s',
    }))
    const liars = { protocol: 'pbft', for: '2s', nodes: 7, byzantine: ['3=twins', '5=corrupting'] }
    for (const scenario of [...campaigns, { ...campaigns[0], passing: 'encoded' }, liars]) {
      const { world } = ran(scenario as Scenario)
      const order = causalOrderOf(world)
      let received = 0
      for (let event = 0; event < order.events; event += 1) {
        const { kind, peer } = world.trace.at(event)
        const sentIn = order.sentIn(event)
        if (kind !== 'deliver' && kind !== 'lost') continue
        received += 1
        expect(sentIn).toBeGreaterThanOrEqual(0)
        expect(sentIn).toBeLessThan(event)
        const sending = world.trace.at(sentIn)
        expect(sending.node).toBe(peer)
        expect(['start', 'deliver', 'timeout', 'durable', 'propose', 'restart']).toContain(
          sending.kind,
        )
      }
      expect(received).toBeGreaterThan(100)
    }
  })

  test('takes the step that sends, and not the disk that lets go', () => {
    const { world, plan } = ran({ protocol: 'raft', nodes: 3, for: '3s' })
    const order = causalOrderOf(world)
    const { kinds } = plan.node.schema.message
    const sendingsOf = (kind: string) =>
      eventsOf(order)
        .map((event) => world.trace.at(event))
        .filter((event) => event.kind === 'deliver' && kinds[event.detail] === kind)
        .map(({ event }) => world.trace.at(order.sentIn(event)).kind)
    // A candidate records its term, and a voter its vote, before they say so.
    expect(new Set(sendingsOf('requestVote'))).toEqual(new Set(['deliver']))
    expect(new Set(sendingsOf('requestVoteReply'))).toEqual(new Set(['deliver']))
    expect(new Set(sendingsOf('requestPreVote'))).toEqual(new Set(['timeout']))
  })

  test('goes through clients: what one asks comes after what it was told', () => {
    const { world } = ran({ protocol: 'raft', nodes: 3, clients: 2, for: '4s', thinkTime: '50ms' })
    const order = causalOrderOf(world)
    const answered = new Map<number, number>()
    let asked = 0
    for (const event of eventsOf(order)) {
      const { kind, node, peer } = world.trace.at(event)
      const client = peer % 2
      if (kind === 'propose') {
        const sentIn = order.sentIn(event)
        if (sentIn !== noEvent) {
          asked += 1
          expect(world.trace.at(sentIn)).toMatchObject({ kind: 'reply', peer: client })
          expect(order.order(sentIn, event)).toBe('before')
        }
      }
      if (kind === 'reply') {
        expect(world.trace.at(order.sentIn(event)).node).toBe(node)
        const last = answered.get(peer)
        if (last !== undefined) expect(order.previousOf(event)).toBe(last)
        answered.set(peer, event)
      }
    }
    expect(asked).toBeGreaterThan(20)
    expect(new Set(answered.keys())).toEqual(new Set([0, 1]))
  })

  test('is the same run whether causes are recorded or not', () => {
    for (const protocol of ['raft', 'nakamoto', 'vector-clocks']) {
      const plan = planOf({
        ...campaignScenario(protocol, 2),
        for: protocol === 'nakamoto' ? '1h' : '2s',
      })
      const plain = new Experiment(plan).complete()
      const recorded = new Experiment(plan, { recordTrace: true, recordCauses: true }).complete()
      expect(recorded.world.trace.hash).toBe(plain.world.trace.hash)
    }
  })

  test('cannot be had of a run that was not recorded', () => {
    const { world } = new Experiment(planOf({ protocol: 'raft', for: '1s' }), { recordTrace: true })
    expect(() => causalOrderOf(world)).toThrow('the run was not recorded')
  })
})

function eventsOf({ events }: CausalOrder): number[] {
  return Array.from({ length: events }, (_, event) => event)
}
