import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeResult,
  encodeCommand,
  type KeyValueCommand,
  type KeyValueResult,
} from './key-value-command.ts'
import { KeyValueFormatError, maxRangeBytes, maxValueBytes } from './key-value-encoding.ts'
import { KeyValueStore } from './key-value-store.ts'

/** Few keys and values, so that commands meet. */
const key = fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'é', '😀')
const value = fc.constantFrom('', '1', '2', 'long '.repeat(20))

const commands: fc.Arbitrary<KeyValueCommand> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('put' as const), key, value }) },
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({
    kind: fc.constant('compareAndSwap' as const),
    key,
    expected: fc.option(value, { nil: undefined }),
    value,
  }),
  fc.record({
    kind: fc.constant('range' as const),
    prefix: key,
    limit: fc.integer({ min: 1, max: 4 }),
  }),
)

const malformed = fc.constantFrom(Uint8Array.of(), Uint8Array.of(99), Uint8Array.of(1, 5, 97))
const commandBytes = fc.oneof(
  { weight: 9, arbitrary: commands.map(encodeCommand) },
  { weight: 1, arbitrary: malformed },
)

/** What the commands mean, said a second time and as plainly as possible. */
function executeOnMap(entries: Map<string, string>, command: KeyValueCommand): KeyValueResult {
  const current = 'key' in command ? entries.get(command.key) : undefined
  switch (command.kind) {
    case 'get':
      return { kind: 'get', value: current }
    case 'put':
      entries.set(command.key, command.value)
      return { kind: 'put' }
    case 'delete':
      return { kind: 'delete', existed: entries.delete(command.key) }
    case 'compareAndSwap':
      if (current !== command.expected) return { kind: 'compareAndSwap', swapped: false }
      entries.set(command.key, command.value)
      return { kind: 'compareAndSwap', swapped: true }
    case 'range': {
      const found = [...entries]
        .filter(([candidate]) => candidate.startsWith(command.prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([foundKey, foundValue]) => ({ key: foundKey, value: foundValue }))
      return {
        kind: 'range',
        entries: found.slice(0, command.limit),
        more: found.length > command.limit,
      }
    }
  }
}

function apply(store: KeyValueStore, command: KeyValueCommand): KeyValueResult {
  return decodeResult(store.apply(encodeCommand(command)))
}

function query(store: KeyValueStore, command: KeyValueCommand): KeyValueResult {
  return decodeResult(store.query(encodeCommand(command)))
}

function storeOf(entries: Record<string, string>): KeyValueStore {
  const store = new KeyValueStore()
  for (const [name, text] of Object.entries(entries)) {
    apply(store, { kind: 'put', key: name, value: text })
  }
  return store
}

describe('the key-value store', () => {
  it('answers as a plain map does', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 60 }), (list) => {
        const store = new KeyValueStore()
        const entries = new Map<string, string>()
        for (const command of list) {
          const answer =
            command.kind === 'get' || command.kind === 'range' ? query(store, command) : undefined
          const expected = executeOnMap(entries, command)
          expect(apply(store, command)).toEqual(expected)
          if (answer !== undefined) expect(answer).toEqual(expected)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('answers malformed commands with an error and goes on', () => {
    const store = storeOf({ a: '1' })
    const before = store.snapshot()
    expect(decodeResult(store.apply(Uint8Array.of(99)))).toEqual({
      kind: 'error',
      reason: 'malformed command: 99 is no kind of command; expected 1 to 5',
    })
    expect(decodeResult(store.query(Uint8Array.of()))).toMatchObject({ kind: 'error' })
    expect(store.snapshot()).toEqual(before)
  })

  it('never throws, whatever the bytes', () => {
    const store = storeOf({ a: '1' })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        decodeResult(store.apply(bytes))
        decodeResult(store.query(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses to write in a query', () => {
    const store = storeOf({ a: '1' })
    const before = store.snapshot()
    for (const command of [
      { kind: 'put', key: 'a', value: '2' },
      { kind: 'delete', key: 'a' },
      { kind: 'compareAndSwap', key: 'a', expected: '1', value: '2' },
    ] as const) {
      expect(query(store, command)).toEqual({
        kind: 'error',
        reason: `a query cannot ${command.kind}`,
      })
    }
    expect(store.snapshot()).toEqual(before)
  })

  it('keeps values when the bytes of a command are reused', () => {
    const store = new KeyValueStore()
    const bytes = encodeCommand({ kind: 'put', key: 'a', value: 'kept' })
    store.apply(bytes)
    bytes.fill(0)
    const answer = store.query(encodeCommand({ kind: 'get', key: 'a' }))
    answer.fill(0)
    expect(query(store, { kind: 'get', key: 'a' })).toEqual({ kind: 'get', value: 'kept' })
  })

  it('ends a range answer before it grows too large', () => {
    const count = maxRangeBytes / maxValueBytes
    const large = 'v'.repeat(maxValueBytes)
    const store = storeOf({ 'p/0': 'small' })
    for (let index = 1; index <= count; index++) {
      apply(store, { kind: 'put', key: `p/${index}`, value: large })
    }
    const answer = query(store, { kind: 'range', prefix: 'p/', limit: 100 })
    expect(answer).toMatchObject({ kind: 'range', more: true })
    expect(answer.kind === 'range' && answer.entries.map((entry) => entry.key)).toEqual(
      Array.from({ length: count }, (_, index) => `p/${index}`),
    )
  })
})

describe('snapshots of the key-value store', () => {
  it('are equal for equal states, however these came about', () => {
    const one = storeOf({ a: '1', b: '2', c: '3' })
    const other = storeOf({ c: '3', x: '9', b: '1', a: '1' })
    apply(other, { kind: 'delete', key: 'x' })
    expect(other.snapshot()).not.toEqual(one.snapshot())
    apply(other, { kind: 'put', key: 'b', value: '2' })
    expect(other.snapshot()).toEqual(one.snapshot())
  })

  it('restore the state: same snapshot, same answers from then on', () => {
    fc.assert(
      fc.property(
        fc.array(commandBytes, { maxLength: 30 }),
        fc.array(commandBytes, { maxLength: 30 }),
        (before, after) => {
          const store = new KeyValueStore()
          for (const bytes of before) store.apply(bytes)
          const restored = storeOf({ old: 'gone' })
          restored.restore(store.snapshot())
          expect(restored.snapshot()).toEqual(store.snapshot())
          for (const bytes of after) expect(restored.apply(bytes)).toEqual(store.apply(bytes))
          expect(restored.snapshot()).toEqual(store.snapshot())
        },
      ),
      { numRuns: 300 },
    )
  })

  it('leave no way back beyond them', () => {
    const store = storeOf({ a: '1' })
    store.restore(store.snapshot())
    expect(() => store.undo()).toThrow('no command left that can be undone')
  })

  it('are refused when damaged, and the store stays as it was', () => {
    const snapshot = storeOf({ a: '1', b: '2' }).snapshot()
    const store = storeOf({ kept: 'yes' })
    const before = store.snapshot()
    const damaged = [
      Uint8Array.of(),
      Uint8Array.from([2, ...snapshot.subarray(1)]),
      snapshot.subarray(0, snapshot.length - 1),
      Uint8Array.from([...snapshot, 0]),
      // The keys b and a, in this order.
      Uint8Array.of(1, 2, 1, 98, 0, 1, 97, 0),
    ]
    for (const bytes of damaged) {
      expect(() => store.restore(bytes)).toThrow(KeyValueFormatError)
      expect(store.snapshot()).toEqual(before)
    }
  })
})

describe('undo in the key-value store', () => {
  it('reverts any commands exactly, one at a time', () => {
    fc.assert(
      fc.property(fc.array(commandBytes, { maxLength: 40 }), (list) => {
        const store = new KeyValueStore()
        const snapshots: Uint8Array[] = []
        for (const bytes of list) {
          snapshots.push(store.snapshot())
          store.apply(bytes)
        }
        for (const snapshot of snapshots.reverse()) {
          store.undo()
          expect(store.snapshot()).toEqual(snapshot)
        }
        expect(() => store.undo()).toThrow('no command left that can be undone')
      }),
      { numRuns: 300 },
    )
  })

  it('goes back and forth as a chain does that rolls back and adopts other commands', () => {
    const step = fc.oneof(commandBytes, fc.constant('undo' as const))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = new KeyValueStore()
        const standing: Uint8Array[] = []
        for (const next of steps) {
          if (next !== 'undo') {
            standing.push(next)
            store.apply(next)
          } else if (standing.pop() !== undefined) {
            store.undo()
          }
        }
        const straight = new KeyValueStore()
        for (const bytes of standing) straight.apply(bytes)
        expect(store.snapshot()).toEqual(straight.snapshot())
        expect(query(store, { kind: 'range', prefix: '', limit: 100 })).toEqual(
          query(straight, { kind: 'range', prefix: '', limit: 100 }),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('reaches as deep as was kept and no deeper', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(50), fc.nat(50), (count, depth, later) => {
        const store = new KeyValueStore()
        const put = (index: number) =>
          apply(store, { kind: 'put', key: `${index % 7}`, value: `${index}` })
        for (let index = 0; index < count; index++) put(index)
        store.forgetUndo(depth)
        for (let index = 0; index < later; index++) put(index)
        for (let left = Math.min(count, depth) + later; left > 0; left--) store.undo()
        expect(() => store.undo()).toThrow('no command left that can be undone')
      }),
    )
    expect(() => new KeyValueStore().forgetUndo(-1)).toThrow(RangeError)
  })

  it('still works after a long run that forgot as it went', () => {
    const store = new KeyValueStore()
    const snapshots: Uint8Array[] = []
    for (let index = 0; index < 500; index++) {
      snapshots.push(store.snapshot())
      apply(store, { kind: 'put', key: `${index % 11}`, value: `${index}` })
      store.forgetUndo(6)
    }
    for (const snapshot of snapshots.slice(-6).reverse()) {
      store.undo()
      expect(store.snapshot()).toEqual(snapshot)
    }
    expect(() => store.undo()).toThrow('no command left that can be undone')
  })
})
