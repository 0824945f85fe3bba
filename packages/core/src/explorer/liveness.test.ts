import { describe, expect, test } from 'vitest'
import type { AnyNode, Goal } from '../model/index.ts'
import { paxosTermination } from '../protocols/paxos/paxos.invariants.ts'
import { paxos } from '../protocols/paxos/paxos.protocol.ts'
import { Paxos } from '../protocols/paxos/paxos.ts'
import { raftProgress } from '../protocols/raft/raft.invariants.ts'
import { raft } from '../protocols/raft/raft.protocol.ts'
import { Raft } from '../protocols/raft/raft.ts'
import {
  checkLiveness,
  describeStep,
  Exploration,
  type ExploreOptions,
  type LivenessResult,
  replay,
  worldOptions,
} from './index.ts'
import { NeverDone, Token } from './testing/token.ts'
import { Vote } from './testing/vote.ts'

function check<N extends AnyNode>(options: ExploreOptions<N>, goal: Goal<N>): LivenessResult {
  const exploration = new Exploration(options)
  exploration.advance(Number.POSITIVE_INFINITY)
  return checkLiveness(exploration, goal)
}

const somebodyElected: Goal<Vote> = {
  property: 'somebody is elected',
  reached: (nodes) => [...nodes.values()].some(({ role }) => role === 'elected'),
}

const allDone: Goal<Token> = {
  property: 'all are done',
  reached: (nodes) => [...nodes.values()].every(({ phase }) => phase === 'done'),
}

describe('a goal is reached', () => {
  test('from every state, where one candidate alone stands', () => {
    const options = { nodeClass: Vote, nodes: 3, invariants: [], bounds: { timeouts: 1 } }
    expect(check(options, somebodyElected)).toMatchObject({
      verdict: 'held',
      statesWithoutGoal: 0,
      deadEnds: { count: 0 },
      detours: { count: 0 },
      violation: undefined,
    })
  })

  test('beyond the bounds, where they end a run too early: Paxos begins another ballot', () => {
    const world = {
      name: 'a crash, a message lost',
      nodes: 3,
      commands: [{ propose: 'a', node: 0 }],
      bounds: { crashes: 1, losses: 1 },
    }
    const { verdict, statesWithoutGoal, deadEnds } = check(
      worldOptions(paxos, world),
      paxosTermination,
    )
    expect(verdict).toBe('held')
    expect(statesWithoutGoal).toBe(2_406)
    expect(deadEnds).toEqual({ count: 320, longestContinuation: 20 })
  })

  test('though a run may go round for ever, which is shown', () => {
    const { verdict, detours } = check(
      {
        nodeClass: Token,
        nodes: 2,
        invariants: [],
        bounds: { timeouts: Number.POSITIVE_INFINITY },
      },
      allDone,
    )
    expect(verdict).toBe('held')
    expect(detours.count).toBeGreaterThan(0)
    expect(detours.example?.cycle.map(describeStep)).toEqual([
      'node 1 receives from 0: token',
      'node 0 receives from 1: token',
    ])
  })
})

describe('a goal that is not reached is found', () => {
  test('where votes are split and nobody stands again', () => {
    const options = { nodeClass: Vote, nodes: 3, invariants: [], bounds: { timeouts: 3 } }
    const { verdict, violation } = check(options, somebodyElected)
    expect(verdict).toBe('violated')
    expect(violation?.message).toContain('repeats itself')
    const stands = violation?.path.filter(({ kind }) => kind === 'timeout')
    expect(stands).toHaveLength(3)
    expect(violation?.cycle).toEqual([])
    const { nodes } = replay(options, violation?.path ?? [])
    expect([...nodes.values()].map(({ role }) => role)).not.toContain('elected')
  })

  test('where nodes go round for ever, with the way round', () => {
    const options = {
      nodeClass: NeverDone,
      nodes: 2,
      invariants: [],
      bounds: { timeouts: Number.POSITIVE_INFINITY },
    }
    const { verdict, statesWithoutGoal, states, violation } = check(options, allDone)
    expect(verdict).toBe('violated')
    expect(statesWithoutGoal).toBe(states)
    expect(violation?.cycle.length).toBeGreaterThan(0)
    const { path = [], cycle = [] } = violation ?? {}
    const once = replay(options, [...path, ...cycle])
    const twice = replay(options, [...path, ...cycle, ...cycle])
    expect(once.steps.at(-1)?.sent).toEqual(twice.steps.at(-1)?.sent)
  })

  test('where proposers of Paxos never begin another ballot', () => {
    class NeverBeginsAgain extends Paxos {
      override ballotTimeout(): void {}
    }
    const world = {
      name: 'two proposers, a message lost',
      nodes: 2,
      commands: [
        { propose: 'a', node: 0 },
        { propose: 'b', node: 1 },
      ],
      bounds: { losses: 1 },
    }
    const { verdict, violation } = check(
      worldOptions(paxos, world, NeverBeginsAgain),
      paxosTermination,
    )
    expect(verdict).toBe('violated')
    expect(violation?.property).toBe('termination')
    const kinds = violation?.path.map(({ kind }) => kind) ?? []
    expect(kinds.filter((kind) => kind === 'propose')).toHaveLength(2)
    expect(kinds.filter((kind) => kind === 'lose')).toHaveLength(1)
    expect(check(worldOptions(paxos, world), paxosTermination).verdict).toBe('held')
  })

  test('where servers of Raft never stand after their first election', () => {
    class StandsOnce extends Raft {
      override timeout(timer: Parameters<Raft['timeout']>[0]): void {
        if (timer !== 'election' || this.currentTerm === 0) super.timeout(timer)
      }
    }
    const world = {
      name: 'an election',
      nodes: 3,
      bounds: { timeouts: { election: 1 }, crashes: 1 },
    }
    const { verdict, violation } = check(worldOptions(raft, world, StandsOnce), raftProgress)
    expect(verdict).toBe('violated')
    expect(violation?.path.some(({ kind }) => kind === 'crash')).toBe(true)
    expect(check(worldOptions(raft, world), raftProgress).verdict).toBe('held')
  })
})

test('nothing is said of what was not explored to the end', () => {
  const options = { nodeClass: Vote, nodes: 3, invariants: [], bounds: { timeouts: 3, depth: 4 } }
  expect(check(options, somebodyElected)).toMatchObject({
    verdict: 'inconclusive',
    violation: undefined,
  })
})
