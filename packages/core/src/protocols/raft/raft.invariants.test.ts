import { describe, expect, test } from 'vitest'
import type { Checker } from '../../model/index.ts'
import { ElectionSafety } from './election-safety.ts'
import { LeaderCompleteness } from './leader-completeness.ts'
import { LogMatching } from './log-matching.ts'
import { raftInvariants } from './raft.invariants.ts'
import { Entry, type RaftRecord } from './raft.messages.ts'
import type { Raft } from './raft.ts'
import { among, ScriptedCluster } from './testing/scripted-cluster.ts'
import { VoteDurability } from './vote-durability.ts'

const moment = { event: 7, timeMicros: 0 }
const noOp = (term: number) => Entry({ term, content: { kind: 'noOp' } })
const log = (...terms: number[]): RaftRecord => ({
  kind: 'append',
  index: 1,
  entries: terms.map(noOp),
})
const inTerm = (term: number, votedFor?: number): RaftRecord => ({ kind: 'vote', term, votedFor })

/** Two servers with these records, as they are after a restart. */
function servers(first: readonly RaftRecord[], second: readonly RaftRecord[]): Map<number, Raft> {
  const cluster = new ScriptedCluster({ nodes: 2 })
  cluster.replaceDisk(0, first)
  cluster.replaceDisk(1, second)
  return cluster.living
}

function broken(nodes: ReadonlyMap<number, Raft>): string[] {
  return raftInvariants.filter((one) => one.broken(nodes)).map(({ property }) => property)
}

describe('the invariants of one moment', () => {
  test('hold of a cluster at work', () => {
    const cluster = new ScriptedCluster({
      nodes: 3,
      parameters: { snapshotEntries: 3, trailingEntries: 1 },
    })
    cluster.elect(0)
    for (let i = 1; i <= 10; i += 1) {
      cluster.write(0, 'x', 1, i)
      cluster.deliverAll(i % 2 === 0 ? among([0, 1]) : undefined)
      expect(broken(cluster.living)).toEqual([])
    }
  })

  test('two leaders of one term break election safety; of two terms they do not', () => {
    const nodes = servers([inTerm(3)], [inTerm(3)])
    for (const node of nodes.values()) node.role = 'leader'
    expect(broken(nodes)).toEqual(['election safety'])
    const apart = servers([inTerm(3)], [inTerm(4)])
    for (const node of apart.values()) node.role = 'leader'
    expect(broken(apart)).toEqual([])
  })

  test('an equal entry after unequal ones breaks log matching', () => {
    expect(broken(servers([log(1, 1, 3)], [log(1, 2, 3)]))).toEqual(['log matching'])
    expect(broken(servers([log(1, 1, 3)], [log(1, 1, 4)]))).toEqual([])
  })

  test('different committed entries break the agreement of committed prefixes', () => {
    const nodes = servers([log(1, 1)], [log(1, 2)])
    for (const node of nodes.values()) node.commitIndex = 2
    expect(broken(nodes)).toEqual(['committed prefixes agree'])
  })
})

describe('the checkers of a run', () => {
  const nodeWith = (...records: RaftRecord[]): Raft => servers(records, []).get(0) as Raft

  function tell(checker: Checker<Raft>, id: number, node: Raft, record?: RaftRecord): void {
    if (record !== undefined) checker.recorded?.(id, record, moment)
    checker.stepped?.(id, node, moment)
  }

  test('election safety remembers leaders that are no more', () => {
    const checker = new ElectionSafety()
    const leader = nodeWith(inTerm(3))
    leader.role = 'leader'
    tell(checker, 0, leader)
    leader.role = 'follower'
    tell(checker, 0, leader)
    expect(checker.violation).toBeUndefined()
    const other = nodeWith(inTerm(3))
    other.role = 'leader'
    tell(checker, 1, other)
    expect(checker.violation?.nodes).toEqual([0, 1])
  })

  test('log matching sees an entry that was appended elsewhere after another one', () => {
    const checker = new LogMatching()
    tell(checker, 0, nodeWith(log(1, 2)), log(1, 2))
    tell(checker, 1, nodeWith(log(1, 3)), log(1, 3))
    expect(checker.violation).toBeUndefined()
    tell(checker, 2, nodeWith(log(2, 2)), log(2, 2))
    expect(checker.violation?.property).toBe('log matching')
  })

  test('log matching sees two entries of one index and term', () => {
    const checker = new LogMatching()
    const write = (body: number): RaftRecord => ({
      kind: 'append',
      index: 1,
      entries: [
        Entry({
          term: 1,
          content: {
            kind: 'write',
            request: { client: 1, sequence: 1 },
            body: Uint8Array.of(body),
          },
        }),
      ],
    })
    tell(checker, 0, nodeWith(write(1)), write(1))
    tell(checker, 1, nodeWith(write(2)), write(2))
    expect(checker.violation?.nodes).toEqual([0, 1])
  })

  test('leader completeness asks of a leader what earlier terms committed, and no more', () => {
    const committed = (checker: LeaderCompleteness, index: number, term: number, node: Raft) => {
      const command = new Uint8Array(0)
      checker.output(0, {
        kind: 'committed',
        index,
        term,
        command,
        request: undefined,
        applied: false,
      })
      checker.stepped(0, node, moment)
    }
    const late = nodeWith(inTerm(2), log(1))
    late.role = 'leader'
    for (const [committedIn, violated] of [
      [1, true],
      [3, false],
    ] as const) {
      const checker = new LeaderCompleteness()
      committed(checker, 1, 1, nodeWith(inTerm(committedIn), log(1, 1)))
      committed(checker, 2, 1, nodeWith(inTerm(committedIn), log(1, 1)))
      checker.stepped(1, late, moment)
      expect(checker.violation !== undefined).toBe(violated)
    }
  })

  test('vote durability sees a counted vote forgotten by a restart, and one given twice', () => {
    const candidate = nodeWith(inTerm(4, 0))
    candidate.role = 'candidate'
    candidate.votes.add(2)
    const forgotten = new VoteDurability()
    tell(forgotten, 0, candidate)
    forgotten.restarted(2, nodeWith(inTerm(4, 0)), moment)
    expect(forgotten.violation).toBeUndefined()
    forgotten.restarted(2, nodeWith(inTerm(3)), moment)
    expect(forgotten.violation?.nodes).toEqual([2, 0])
    const twice = new VoteDurability()
    tell(twice, 0, candidate)
    tell(twice, 2, nodeWith(inTerm(4, 1)))
    expect(twice.violation?.message).toBe(
      'node 2 voted for node 0 in term 4, and has voted for node 1 in that term',
    )
  })
})
