import { describe, expect, test } from 'vitest'
import { explore, replay } from '../explorer/index.ts'
import { atMostOneElected, Throws, VotesTwice } from '../explorer/testing/vote.ts'
import { diagramOfPath } from './index.ts'
import { momentWords } from './message-diagram.ts'
import { electionPath, raftPath } from './testing/sample-diagrams.ts'

describe('the diagram of a path', () => {
  const diagram = electionPath()

  test('begins with the start, and has a moment for each step', () => {
    expect(diagram.moments.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(diagram.lanes.map(({ name }) => name)).toEqual(['node 0', 'node 1', 'node 2'])
    const kinds = diagram.moments.map(({ marks }) =>
      marks.map(({ lane, kind }) => `${kind} ${lane}`),
    )
    expect(kinds).toEqual([
      ['start 0', 'start 1', 'start 2'],
      ['timeout 0'],
      [],
      [],
      ['crash 1'],
      ['restart 1'],
      [],
      ['output 0'],
      ['timeout 2'],
      [],
      ['output 2', 'violation 0', 'violation 2'],
    ])
  })

  test('has one arrow for each message, from the step that sent it to where it ended', () => {
    const drawn = diagram.arrows.map(({ label, fromLane, toLane, sent, ended, fate, copy }) => {
      const name = `${label} ${fromLane}→${toLane}, ${sent}→${ended} ${fate}`
      return copy ? `${name}, copy` : name
    })
    expect(drawn).toEqual([
      'ask 0→1, 1→6 delivered',
      'ask 0→2, 1→3 lost',
      'ask 0→2, 1→undefined in flight, copy',
      'grant 1→0, 6→7 delivered',
      'ask 2→0, 8→9 delivered',
      'ask 2→1, 8→undefined in flight',
      'grant 0→2, 9→10 delivered',
    ])
  })

  test('says in words what happens, what is sent, and what is broken', () => {
    expect(momentWords(diagram, 1)).toEqual([
      'node 0 times out (stand)',
      'node 0 sends ask to 1, 2',
    ])
    expect(momentWords(diagram, 2)).toEqual(['ask from node 0 to node 2 is duplicated'])
    expect(momentWords(diagram, 3)).toEqual(['ask from node 0 to node 2 is lost, sent in 1'])
    expect(momentWords(diagram, 6)).toEqual([
      'node 1 receives ask from 0, sent in 1',
      'node 1 sends grant to 0',
    ])
    expect(momentWords(diagram, 10)).toEqual([
      'node 2 receives grant from 0',
      'node 2 decides 02',
      '× election safety: nodes 0 and 2 are both elected',
    ])
  })

  test('of Raft has as many arrows as messages were sent, each delivered one in order', () => {
    const raft = raftPath()
    const delivered = raft.arrows.filter(({ fate }) => fate === 'delivered')
    expect(delivered).toHaveLength(raft.moments.length - 1 - 2)
    const endings = delivered.map(({ ended }) => ended)
    expect(new Set(endings).size).toBe(endings.length)
    for (const { sent, ended } of delivered) expect(sent).toBeLessThan(ended ?? 0)
    expect(raft.moments.at(-1)?.notes.at(-1)?.text).toMatch(/^election safety: /)
    expect(momentWords(raft, 2)[0]?.replaceAll('\u00a0', ' ')).toBe(
      'node 1 receives requestPreVote from 0: term 0, lastLogIndex 0, lastLogTerm 0',
    )
  })

  test('delivers of messages that look alike the one that was sent first', () => {
    const options = {
      nodeClass: VotesTwice,
      nodes: 2,
      invariants: [],
      bounds: { duplications: 2, timeouts: 1 },
    }
    const ask = { from: 0, to: 1, message: { kind: 'ask' } } as const
    const { steps } = replay(options, [
      { kind: 'timeout', node: 0, timer: 'stand' },
      { kind: 'duplicate', ...ask },
      { kind: 'deliver', ...ask },
      { kind: 'deliver', ...ask },
    ])
    const { arrows } = diagramOfPath({ title: '', nodes: 2, steps })
    const asks = arrows.filter(({ label }) => label === 'ask')
    expect(asks.map(({ ended, copy }) => [ended, copy])).toEqual([
      [3, false],
      [4, true],
    ])
  })

  test('joins what is delivered again and again with the step that sent it once', () => {
    const options = {
      nodeClass: VotesTwice,
      nodes: 2,
      invariants: [],
      network: 'set' as const,
      bounds: { timeouts: 1 },
    }
    const ask = { kind: 'deliver', from: 0, to: 1, message: { kind: 'ask' } } as const
    const { steps } = replay(options, [{ kind: 'timeout', node: 0, timer: 'stand' }, ask, ask])
    const { arrows } = diagramOfPath({ title: '', nodes: 2, steps })
    const asks = arrows.filter(({ label }) => label === 'ask')
    expect(asks.map(({ sent, ended, copy }) => [sent, ended, copy])).toEqual([
      [1, 2, false],
      [1, 3, true],
    ])
  })

  test('says where a protocol stops itself', () => {
    const options = {
      nodeClass: Throws,
      nodes: 3,
      bounds: { timeouts: 2 },
      invariants: [atMostOneElected],
    }
    const path = explore(options).violation?.path ?? []
    const diagram = diagramOfPath({ title: '', nodes: 3, steps: replay(options, path).steps })
    expect(momentWords(diagram, path.length)).toContain('× node 1 stops itself: 0 asks too late')
  })

  test('says from where a path repeats itself', () => {
    const options = { nodeClass: VotesTwice, nodes: 2, invariants: [], bounds: { timeouts: 1 } }
    const { steps } = replay(options, [{ kind: 'timeout', node: 0, timer: 'stand' }])
    const { moments } = diagramOfPath({ title: '', nodes: 2, steps, lasso: 0 })
    expect(moments[1]?.notes[0]?.text).toBe('from here on the same steps come again, for ever')
  })
})
