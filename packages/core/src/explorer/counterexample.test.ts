import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Counterexample,
  decodeCounterexample,
  encodeCounterexample,
  looksLikeCounterexample,
} from './counterexample.ts'
import { explore } from './index.ts'
import { atMostOneElected, VotesTwice } from './testing/vote.ts'

const found: Omit<Counterexample, 'schema'> = {
  quorate: '0.1.0',
  protocol: 'vote+twice',
  world: { nodes: 3, bounds: { timeouts: 2 } },
  property: 'election safety',
  message: 'nodes 0 and 2 are both elected',
  nodes: [0, 2],
  steps:
    explore({
      nodeClass: VotesTwice,
      nodes: 3,
      invariants: [atMostOneElected],
      bounds: { timeouts: 2 },
    }).violation?.path ?? [],
}
const file = encodeCounterexample(found)

/** The file with some fields changed; those that are undefined are left out. */
function changed(fields: { readonly [name: string]: unknown }): string {
  return JSON.stringify({ ...JSON.parse(file), ...fields })
}

describe('a counterexample file', () => {
  test('gives back what was written, with a line for each step', () => {
    expect(found.steps).toHaveLength(6)
    expect(decodeCounterexample(file)).toEqual({ schema: 'quorate.counterexample/1', ...found })
    expect(file.split('\n').filter((line) => line.startsWith('    {"kind":'))).toHaveLength(6)
    const lasso = { ...found, lasso: 2 }
    expect(decodeCounterexample(encodeCounterexample(lasso)).lasso).toBe(2)
  })

  test('is told from other files by its schema, whole or not', () => {
    expect(looksLikeCounterexample(file)).toBe(true)
    expect(looksLikeCounterexample(file.slice(0, 60))).toBe(true)
    expect(looksLikeCounterexample('{"schema": "quorate.run/1"}')).toBe(false)
    expect(looksLikeCounterexample('quorate trace 1\n')).toBe(false)
  })

  test.for([
    [{ schema: 'quorate.counterexample/2' }, 'not a counterexample that can be read here'],
    [{ colour: 'red' }, "the counterexample has 'colour', which is not known"],
    [{ protocol: 7 }, 'protocol must be a text'],
    [{ world: undefined }, 'world must be an object'],
    [{ nodes: [1, -1] }, 'nodes must be a list of the numbers of nodes'],
    [{ steps: {} }, 'steps must be a list of at most'],
    [{ steps: [7] }, 'steps[0] must be an object'],
    [{ steps: [{ kind: 'sleep' }] }, 'steps[0].kind must be one of deliver, lose, '],
    [{ steps: [{ kind: 'restart' }] }, 'steps[0].node must be a natural number'],
    [
      { steps: [{ kind: 'restart', node: 1, copy: 'first' }] },
      "steps[0].copy must be 'second', or left out",
    ],
    [{ steps: [{ kind: 'restart', node: 1.5 }] }, 'steps[0].node must be a natural number'],
    [
      { steps: [{ kind: 'restart', node: 1, at: 2 }] },
      "steps[0] has 'at', which is not known: it may have kind, node, copy, drawn",
    ],
    [
      { steps: [{ kind: 'mine', node: 1, drawn: ['x'] }] },
      'steps[0].drawn must be a list of numbers',
    ],
    [{ lasso: 6 }, 'lasso must be the number of a step, 0 to 5'],
  ] as const)('with %o is refused in one line', ([fields, reason]) => {
    const refused = () => decodeCounterexample(changed(fields))
    expect(refused).toThrow(RangeError)
    expect(refused).toThrow(reason)
  })

  test('that is nested without end is refused', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(() =>
      decodeCounterexample(file.replace('"world": {', `"world": {"x": ${deep},`)),
    ).toThrow('world is nested deeper than 64 levels')
  })

  test('that was cut or changed anywhere is read as what it says, or refused in one line', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3 })
    fc.assert(
      fc.property(fc.nat(file.length), fc.nat(8), text, (start, length, patch) => {
        const damaged = file.slice(0, start) + patch + file.slice(start + length)
        let read: Counterexample
        try {
          read = decodeCounterexample(damaged)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
          return
        }
        // What is accepted is written again as it was read.
        expect(decodeCounterexample(encodeCounterexample(read))).toEqual(read)
      }),
      { numRuns: 2_000 },
    )
  })
})
