import { describe, expect, test } from 'vitest'
import { type MessageDiagram, momentWords, textDiagram } from './index.ts'
import { electionPath, sampleDiagrams } from './testing/sample-diagrams.ts'

const samples = Object.entries(sampleDiagrams())
const widths = [20, 40, 60, 80, 120, 200, Number.POSITIVE_INFINITY]

/** Words without what lines and columns do to them. */
const lettersIn = (text: string) => text.replace(/[^A-Za-z0-9]+/g, '')

describe('a diagram as text', () => {
  test('has a row for each step, with its marks and its arrow, and in words what happens', () => {
    expect(textDiagram(electionPath(), { columns: 80 }).join('\n')).toBe(
      `
      0     1     2
 0    ┬     ┬     ┬     every node has started
 1    ◇     │     │     node 0 times out (stand)
      │     │     │     node 0 sends ask to 1, 2
 2    │     │     │     ask from node 0 to node 2 is duplicated
 3    ├──×  │     │     ask from node 0 to node 2 is lost, sent in 1
 4    │     ╳     │     node 1 crashes
 5    │     ○     │     node 1 restarts
 6    ├─────►     │     node 1 receives ask from 0, sent in 1
      │     │     │     node 1 sends grant to 0
 7   ●◄─────┤     │     node 0 receives grant from 1
      │     │     │     node 0 decides 00
 8    │     │     ◇     node 2 times out (stand)
      │     │     │     node 2 sends ask to 0, 1
 9    ◄─────┼─────┤     node 0 receives ask from 2
      │     │     │     node 0 sends grant to 2
10   ⊠├─────┼─────►●⊠   node 2 receives grant from 0
      │     │     │     node 2 decides 02
      │     │     │     × election safety: nodes 0 and 2 are both elected
Still on the way:
    ask from node 0 to node 2, sent in 1
    ask from node 2 to node 1, sent in 8`.slice(1),
    )
  })

  test('does with ASCII alone', () => {
    const lines = textDiagram(electionPath(), { columns: 60, ascii: true })
    expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]*$/)
    expect(lines).toContain('10    !-----+----->*!   node 2 receives grant from 0')
    expect(lines).toContain('      |     |     |     x election safety: nodes 0 and 2 are')
  })

  test('shows a node that is down until it restarts', () => {
    const mark = (lane: number, kind: 'crash' | 'restart' | 'timeout') => ({
      lane,
      kind,
      text: kind,
    })
    const diagram: MessageDiagram = {
      title: '',
      lanes: [0, 1].map((node) => ({ name: `node ${node}`, label: `${node}`, role: 'node' })),
      moments: [
        { number: 1, marks: [mark(1, 'crash')], notes: [] },
        { number: 2, marks: [mark(0, 'timeout')], notes: [], omittedBefore: 7 },
        { number: 3, marks: [mark(1, 'restart')], notes: [] },
        { number: 4, marks: [mark(0, 'timeout')], notes: [] },
      ],
      arrows: [],
    }
    const lanes = textDiagram(diagram, { columns: 60 }).map((line) => line.slice(0, 17))
    expect(lanes).toEqual([
      '     0     1'.padEnd(lanes[0]?.length ?? 0),
      '1    │     ╳     ',
      '⋮ 7 left out',
      '2    ◇     ┊     ',
      '3    │     ○     ',
      '4    ◇     │     ',
    ])
  })

  for (const [name, diagram] of samples) {
    test(`of ${name} is never wider than the columns that it is given`, () => {
      for (const columns of widths) {
        for (const ascii of [false, true]) {
          const longest = Math.max(
            0,
            ...textDiagram(diagram, { columns, ascii }).map((line) => line.length),
          )
          expect(longest, `${columns} columns`).toBeLessThanOrEqual(columns)
        }
      }
    })

    test(`of ${name} loses no word, however narrow`, () => {
      const said = diagram.moments.flatMap((_, place) => momentWords(diagram, place))
      for (const columns of widths) {
        const text = lettersIn(textDiagram(diagram, { columns }).join(''))
        for (const words of said) {
          // Beside the lanes a line's words may be parted by numbers of events, which are not letters of it.
          for (const word of words.split(/[ \u00a0]/)) expect(text).toContain(lettersIn(word))
        }
      }
    })

    test(`of ${name} draws each message from its sender's lane to its receiver's`, () => {
      const lines = textDiagram(diagram, { columns: Number.POSITIVE_INFINITY })
      const rows = lines.filter((line) => /^ *\d+ {2}/.test(line))
      expect(rows).toHaveLength(diagram.moments.length)
      const heads = diagram.arrows.filter(
        ({ fate, fromLane, toLane }) => fate === 'delivered' && fromLane !== toLane,
      )
      for (const { ended = 0, fromLane, toLane } of heads) {
        const head = toLane > fromLane ? '►' : '◄'
        expect(rows[ended]?.split(head), rows[ended]).toHaveLength(2)
      }
      const lost = diagram.arrows.filter(({ fate }) => fate === 'lost')
      for (const { ended = 0 } of lost) expect(rows[ended]).toContain('×')
    })
  }
})
