import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCommand } from './key-value-command.ts'
import { KeyValueFormatError } from './key-value-encoding.ts'
import { KeyValueStore } from './key-value-store.ts'
import { SharedCommands } from './shared-commands.ts'

const keys = fc.constantFrom('a', 'b', 'k1', 'k11')
const values = fc.constantFrom('v1', 'v2', 'v12')
const commands = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key: keys, value: values }),
  fc.record({ kind: fc.constant('delete' as const), key: keys }),
  fc.record({
    kind: fc.constant('compareAndSwap' as const),
    key: keys,
    expected: fc.option(values, { nil: undefined }),
    value: values,
  }),
)

describe('commands shared by replicas', () => {
  it('change nothing of what a store answers and holds', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 60 }), (list) => {
        const shared = new SharedCommands()
        const replicas = [new KeyValueStore(shared), new KeyValueStore(shared)]
        const alone = new KeyValueStore()
        for (const bytes of list.map((command) => encodeCommand(command))) {
          const result = alone.apply(bytes)
          for (const replica of replicas) expect(replica.apply(bytes)).toEqual(result)
        }
        for (const replica of replicas) expect(replica.snapshot()).toEqual(alone.snapshot())
      }),
    )
  })

  it('are decoded once for the same bytes, and each by itself where two end alike', () => {
    const shared = new SharedCommands()
    const one = encodeCommand({ kind: 'put', key: 'a', value: 'same end' })
    const other = encodeCommand({ kind: 'put', key: 'b', value: 'same end' })
    const decoded = shared.decode(one)
    expect(shared.decode(one)).toBe(decoded)
    expect(shared.decode(other)).toMatchObject({ key: 'b' })
    expect(shared.decode(one)).toEqual(decoded)
  })

  it('are refused as often as they are malformed', () => {
    const shared = new SharedCommands()
    for (const bytes of [new Uint8Array(0), Uint8Array.of(9, 1, 1)]) {
      for (let time = 0; time < 2; time++) {
        expect(() => shared.decode(bytes)).toThrow(KeyValueFormatError)
      }
    }
  })
})
