import { describe, expect, test } from 'vitest'
import { among, ScriptedCluster } from './testing/scripted-cluster.ts'

const all = [0, 1, 2, 3, 4]

function cluster(voters: number, parameters: { readonly [name: string]: number } = {}) {
  const made = new ScriptedCluster({
    nodes: 5,
    parameters: { initialVoters: voters, ...parameters },
  })
  made.elect(0, all.slice(0, voters))
  made.deliverAll()
  return made
}

function configure(
  on: ScriptedCluster,
  voters: readonly number[],
  learners: readonly number[] = [],
  sequence = 1,
  at = 0,
): void {
  on.propose(at, { kind: 'configure', voters, learners }, { client: 5, sequence })
}

describe('membership changes by joint consensus (§4.3)', () => {
  test('voters change through a configuration in which both majorities must agree', () => {
    const on = cluster(3)
    configure(on, [0, 3, 4])
    on.deliverAll()
    expect(on.answer(5, 1)).toBe('')
    const configurations = on
      .node(0)
      .log.map(({ content }) => content.kind === 'configuration' && content.configuration)
      .filter((configuration) => configuration !== false)
    expect(configurations.map(({ voters, oldVoters }) => [voters, oldVoters])).toEqual([
      [[0, 1, 2], []],
      [
        [0, 3, 4],
        [0, 1, 2],
      ],
      [[0, 3, 4], []],
    ])
    on.write(0, 'a', 1, 1)
    on.deliverAll(among([0, 3]))
    expect(on.answer(1, 1)).toBe('1')
  })

  test('while two configurations are joined, neither majority alone commits (figure 4.8)', () => {
    const on = cluster(3)
    configure(on, [0, 3, 4])
    on.deliverUntil(() => on.node(0).isJoint)
    on.drop()
    const { commitIndex } = on.node(0)
    on.heartbeat(0, [0, 3, 4])
    on.heartbeat(0, [0, 3, 4])
    expect(on.node(0).commitIndex).toBe(commitIndex)
    on.drop()
    on.heartbeat(0, [0, 1])
    on.heartbeat(0, [0, 1])
    expect(on.node(0).commitIndex).toBeGreaterThan(commitIndex)
  })

  test('a configuration rules from when it is in the log, and not after it was overwritten (§4.1)', () => {
    const on = cluster(3)
    configure(on, [0, 1])
    expect(on.node(0).configuration.voters).toEqual([0, 1])
    expect(on.node(0).isJoint).toBe(true)
    on.drop()
    on.elect(1, [1, 2])
    on.heartbeat(1)
    on.heartbeat(1)
    expect(on.node(0).configuration.voters).toEqual([0, 1, 2])
    expect(on.node(0).isJoint).toBe(false)
  })

  test('a new leader finishes the change that the old one began', () => {
    const on = cluster(4)
    configure(on, [1, 2, 3])
    on.deliver(({ to }) => to === 1)
    on.drop()
    on.crash(0)
    on.elect(1, [1, 2, 3])
    expect(on.node(1).isJoint).toBe(false)
    expect(on.node(1).configuration.voters).toEqual([1, 2, 3])
    expect(on.node(1).commitIndex).toBe(on.node(1).lastIndex)
  })

  test('one change at a time', () => {
    const on = cluster(3)
    configure(on, [0, 1])
    configure(on, [0, 2], [], 2)
    expect(on.answer(5, 2)).toBe('change in progress')
  })

  test.each([
    [[], [], 'no voters'],
    [[0, 9], [], 'unknown node'],
    [[0, 1], [1], 'a node named twice'],
  ])('voters %j with learners %j are refused: %s', (voters, learners, reason) => {
    const on = cluster(3)
    configure(on, voters, learners)
    expect(on.answer(5, 1)).toBe(reason)
  })

  test('the configuration survives in snapshots', () => {
    const on = cluster(3, { snapshotEntries: 3, trailingEntries: 0 })
    configure(on, [0, 1], [4])
    on.deliverAll()
    for (let i = 1; i <= 10; i += 1) {
      on.write(0, 'x', 1, i)
      on.deliverAll(among([0, 1]))
      on.drop()
    }
    expect(on.node(0).discardedIndex).toBeGreaterThan(3)
    on.crash(0)
    on.restart(0)
    expect(on.node(0).configuration.voters).toEqual([0, 1])
    on.elect(1)
    for (let beats = 0; beats < 4; beats += 1) on.heartbeat(1)
    expect(on.node(4).configuration.learners).toEqual([4])
    expect(on.journal(4)).toBe(on.journal(1))
  })
})

describe('learners (§4.2.1)', () => {
  test('a learner gets the log but does not count', () => {
    const on = cluster(3)
    configure(on, [0, 1, 2], [3])
    on.deliverAll()
    on.write(0, 'a', 1, 1)
    on.deliverAll(among([0, 3]))
    expect(on.answer(1, 1)).toBeUndefined()
    on.deliverAll()
    on.heartbeat(0)
    expect(on.journal(3)).toBe('a')
  })

  test('a learner never stands for election', () => {
    const on = cluster(3, { initialLearners: 1 })
    on.heartbeat(0)
    on.endLoyalty(3)
    on.timeout(3, 'election')
    expect(on.node(3).role).toBe('follower')
    expect(on.inFlight).toEqual([])
  })

  test('a new voter catches up as a learner before it votes', () => {
    const on = cluster(3)
    for (let i = 1; i <= 10; i += 1) on.write(0, `${i}`, 1, i)
    on.deliverAll()
    configure(on, [0, 1, 2, 3])
    on.deliverAll(among([0, 1, 2]))
    expect(on.node(0).configuration.learners).toEqual([3])
    expect(on.node(0).isVoter(3)).toBe(false)
    on.heartbeat(0)
    expect(on.node(0).configuration.voters).toEqual([0, 1, 2, 3])
    expect(on.node(0).configuration.learners).toEqual([])
    expect(on.answer(5, 1)).toBe('')
  })

  test('rounds of catching up go on until one takes no longer than an election timeout', () => {
    const on = cluster(3)
    configure(on, [0, 1, 2, 3])
    on.deliverAll(among([0, 1, 2]))
    on.now += 5_000_000
    on.write(0, 'more', 1, 1)
    on.deliverAll(among([0, 1, 2]))
    on.drop(({ message }) => message.kind === 'appendEntries' && message.prevLogIndex >= 2)
    on.timeout(0, 'heartbeat')
    on.deliverUntil(() => on.node(0).matchIndex[3] === on.node(0).lastIndex)
    on.deliverAll()
    expect(on.node(0).configuration.voters).toEqual([0, 1, 2, 3])
  })

  test('a change that waits for a dead server gives way to another', () => {
    const on = cluster(3)
    on.crash(4)
    configure(on, [0, 1, 2, 4])
    on.deliverAll()
    expect(on.answer(5, 1)).toBeUndefined()
    configure(on, [0, 1, 2, 3], [], 2)
    on.deliverAll()
    expect(on.answer(5, 1)).toBe('replaced by another change')
    expect(on.answer(5, 2)).toBe('')
    expect(on.node(0).configuration.voters).toEqual([0, 1, 2, 3])
    expect(on.node(0).configuration.learners).toEqual([])
  })

  test('a voter may become a learner', () => {
    const on = cluster(3)
    configure(on, [0, 1], [2])
    on.deliverAll()
    expect(on.node(0).configuration.voters).toEqual([0, 1])
    on.write(0, 'a', 1, 1)
    on.deliverAll()
    on.heartbeat(0)
    expect(on.journal(2)).toBe('a')
  })
})

describe('removed servers', () => {
  test('a leader that removes itself leads until the change is committed, and hands over (§4.2.2)', () => {
    const on = cluster(3)
    configure(on, [1, 2])
    on.deliverAll()
    expect(on.answer(5, 1)).toBe('')
    expect(on.node(0).role).toBe('follower')
    expect([1, 2]).toContain(on.leader)
    expect(on.node(on.leader as number).currentTerm).toBe(2)
  })

  test('a removed server disturbs nobody (§4.2.3)', () => {
    const on = cluster(3)
    configure(on, [0, 1])
    on.deliverAll(among([0, 1]))
    on.deliverUntil(() => on.node(2).isJoint)
    on.deliverAll(among([0, 1]))
    on.drop()
    on.endLoyalty(2)
    for (let times = 0; times < 5; times += 1) {
      on.timeout(2, 'election')
      on.deliverAll()
      on.heartbeat(0)
    }
    expect(on.leader).toBe(0)
    expect(on.node(0).currentTerm).toBe(1)
  })
})
