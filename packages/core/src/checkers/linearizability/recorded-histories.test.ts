import { describe, expect, it } from 'vitest'
import { parseJepsenLog } from './jepsen-log.ts'
import { parseKeyValueLog } from './key-value-log.ts'
import { keyValueModelFrom } from './key-value-model.ts'
import { checkLinearizability } from './linearizability.ts'
import { registerModel } from './register-model.ts'
import { ifPresent, referenceText } from './testing/reference-histories.ts'

const verdicts = referenceText('jepsen-etcd/verdicts.json')

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
      const history = parseJepsenLog(referenceText(`jepsen-etcd/${file}`) as string)
      expect(history.length).toBeGreaterThan(50)
      const result = checkLinearizability(history, registerModel)
      expect(result.verdict).toBe(linearizable ? 'linearizable' : 'violated')
    })
  },
)

const correct = referenceText('kv-c10-ok.txt')
const faulty = referenceText('kv-c10-bad.txt')
const model = keyValueModelFrom('')
const unpartitioned: typeof model = {
  ...model,
  partition: (operations) => [{ name: 'everything', operations }],
}

describe.skipIf(correct === undefined)(
  `histories of a key-value store and ten clients ${ifPresent}`,
  () => {
    it('are linearizable where they are known to be, by key and as a whole', () => {
      const history = parseKeyValueLog(correct as string)
      expect(history).toHaveLength(337)
      expect(checkLinearizability(history, model).verdict).toBe('linearizable')
      expect(checkLinearizability(history, unpartitioned).verdict).toBe('linearizable')
    })

    it('are violated where they are known to be, on the key where an append is lost', () => {
      const history = parseKeyValueLog(faulty as string)
      expect(checkLinearizability(history, model)).toMatchObject({
        verdict: 'violated',
        part: 'key "0"',
        unplaced: {
          command: { kind: 'get', key: '0' },
          result: { kind: 'get', value: 'x 9 0 yx 0 0 yx 8 0 y' },
        },
      })
    })
  },
)
