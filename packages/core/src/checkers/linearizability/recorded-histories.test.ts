import { describe, expect, it } from 'vitest'
import { checkLinearizability } from './linearizability.ts'
import { type ModelledHistory, objectHistory } from './recorded/modelled-history.ts'
import { guessedObject } from './recorded/object-functions.ts'
import { guessedFormat, readHistory } from './recorded/read-history.ts'
import { ifPresent, referenceText } from './testing/reference-histories.ts'

const verdicts = referenceText('jepsen-etcd/verdicts.json')

function modelled(text: string, format: string, kind: string): ModelledHistory<unknown, unknown> {
  const guessed = guessedFormat(text)
  expect(guessed).toBe(format)
  const recorded = readHistory(text, guessed)
  const object = guessedObject(recorded)
  expect(object).toBe(kind)
  return objectHistory(object, recorded)
}

describe.skipIf(verdicts === undefined)(
  `histories that Jepsen recorded of etcd ${ifPresent}`,
  () => {
    const expected: Record<string, boolean> = JSON.parse(
      verdicts ?? '{"linearizable":{}}',
    ).linearizable

    it('come as the 51 whose verdicts are known', () => {
      expect(Object.keys(expected)).toHaveLength(51)
    })

    it.each(Object.entries(expected))('%s: linearizable is %s', (file, linearizable) => {
      const text = referenceText(`jepsen-etcd/${file}`) as string
      const { history, model } = modelled(text, 'jepsen', 'register')
      expect(history.length).toBeGreaterThan(50)
      const result = checkLinearizability(history, model)
      expect(result.verdict).toBe(linearizable ? 'linearizable' : 'violated')
      if (result.verdict === 'violated') expect(result.certainty.kind).toBe('exact')
    })
  },
)

const correct = referenceText('kv-c10-ok.txt')
const faulty = referenceText('kv-c10-bad.txt')

describe.skipIf(correct === undefined)(
  `histories of a key-value store and ten clients ${ifPresent}`,
  () => {
    it('are linearizable where they are known to be, by key and as a whole', () => {
      const { history, model, initial } = modelled(correct as string, 'edn', 'kv')
      expect(history).toHaveLength(337)
      expect(initial).toBe('""')
      const unpartitioned: typeof model = {
        ...model,
        partition: (operations) => [{ name: 'everything', operations }],
      }
      expect(checkLinearizability(history, model).verdict).toBe('linearizable')
      expect(checkLinearizability(history, unpartitioned).verdict).toBe('linearizable')
    })

    it('are violated where they are known to be, on the key where an append is lost', () => {
      const { history, model } = modelled(faulty as string, 'edn', 'kv')
      expect(checkLinearizability(history, model)).toMatchObject({
        verdict: 'violated',
        part: 'key "0"',
        unplaced: {
          command: { kind: 'get', key: '0' },
          result: { kind: 'get', value: 'x 9 0 yx 0 0 yx 8 0 y' },
        },
        possible: {
          states: [
            '"x 9 0 yx 0 0 yx 8 0 yx 7 1 yx 0 6 yx 7 6 y"',
            '"x 9 0 yx 0 0 yx 8 0 yx 7 1 yx 0 6 yx 7 6 yx 7 7 y"',
          ],
        },
      })
    })
  },
)
