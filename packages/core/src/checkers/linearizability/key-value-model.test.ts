import { describe, expect, it } from 'vitest'
import {
  decodeResult,
  encodeCommand,
  type KeyValueResult,
} from '../../machines/key-value-command.ts'
import { maxRangeBytes, maxValueBytes } from '../../machines/key-value-encoding.ts'
import { KeyValueStore } from '../../machines/key-value-store.ts'
import type { Operation } from '../history.ts'
import { type KeyValueAction, type KeyValueOutcome, keyValueModel } from './key-value-model.ts'
import { checkLinearizability } from './linearizability.ts'

function operation(
  call: number,
  end: number | undefined,
  command: KeyValueAction,
  result?: KeyValueOutcome,
): Operation<KeyValueAction, KeyValueOutcome> {
  return { client: call, call, return: end, command, result }
}

function put(call: number, end: number, key: string, value: string) {
  return operation(call, end, { kind: 'put', key, value }, { kind: 'put' })
}

function get(call: number, end: number, key: string, value: string | undefined) {
  return operation(call, end, { kind: 'get', key }, { kind: 'get', value })
}

function range(call: number, end: number, prefix: string, found: Record<string, string>) {
  const entries = Object.entries(found).map(([key, value]) => ({ key, value }))
  return operation(
    call,
    end,
    { kind: 'range', prefix, limit: 10 },
    { kind: 'range', entries, more: false },
  )
}

function partNames(history: readonly Operation<KeyValueAction, KeyValueOutcome>[]): string[] {
  return keyValueModel.partition(history).map((part) => `${part.name}: ${part.operations.length}`)
}

describe('the parts of a key-value history', () => {
  const puts = ['a', 'b', 'user:1', 'user:2', 'users'].map((key, index) =>
    put(index, index, key, 'x'),
  )

  it('are its keys', () => {
    expect(partNames([...puts, get(9, 9, 'a', 'x')])).toEqual([
      'key "a": 2',
      'key "b": 1',
      'key "user:1": 1',
      'key "user:2": 1',
      'key "users": 1',
    ])
  })

  it('are joined by a range over all that begin with its prefix', () => {
    expect(partNames([...puts, range(9, 9, 'user:', {})])).toEqual([
      'prefix "user:": 3',
      'key "a": 1',
      'key "b": 1',
      'key "users": 1',
    ])
  })

  it('are joined by the shortest of several prefixes', () => {
    const ranges = [range(7, 7, 'user:1', {}), range(8, 8, 'u', {}), range(9, 9, 'z', {})]
    expect(partNames([...puts, ...ranges])).toEqual([
      'prefix "u": 5',
      'prefix "z": 1',
      'key "a": 1',
      'key "b": 1',
    ])
  })
})

describe('ranges', () => {
  it('see several keys at one instant', () => {
    const writes = [put(1, 2, 'p/a', '1'), put(3, 4, 'p/b', '1')]
    const both = range(5, 6, 'p/', { 'p/a': '1', 'p/b': '1' })
    expect(checkLinearizability([...writes, both], keyValueModel).verdict).toBe('linearizable')
    const onlyLater = range(5, 6, 'p/', { 'p/b': '1' })
    expect(checkLinearizability([...writes, onlyLater], keyValueModel)).toMatchObject({
      verdict: 'violated',
      part: 'prefix "p/"',
      unplaced: onlyLater,
      longestOrder: writes,
    })
  })

  it('must agree with each other on the order of writes, where gets of single keys would not tell', () => {
    const writes = [put(1, 10, 'p/a', '1'), put(2, 11, 'p/b', '1')]
    const aFirst = range(3, 4, 'p/', { 'p/a': '1' })
    const bFirst = range(5, 6, 'p/', { 'p/b': '1' })
    expect(checkLinearizability([...writes, aFirst], keyValueModel).verdict).toBe('linearizable')
    expect(checkLinearizability([...writes, bFirst], keyValueModel).verdict).toBe('linearizable')
    const result = checkLinearizability([...writes, aFirst, bFirst], keyValueModel)
    expect(result).toMatchObject({ verdict: 'violated', unplaced: bFirst })
  })

  it('cannot return what has another prefix or was never written', () => {
    const writes = [put(1, 2, 'p/a', '1'), put(3, 4, 'q/a', '1')]
    for (const wrong of [{ 'p/a': '1', 'q/a': '1' }, { 'p/a': '1', 'p/b': '1' }, {}]) {
      const history = [...writes, range(5, 6, 'p/', wrong)]
      expect(checkLinearizability(history, keyValueModel).verdict).toBe('violated')
    }
  })

  it('may leave entries out only for the reasons that the store has', () => {
    const large = 'v'.repeat(maxValueBytes)
    const count = maxRangeBytes / maxValueBytes
    const store = new KeyValueStore()
    const writes = Array.from({ length: count + 1 }, (_, index) =>
      put(index, index, `p${index}`, large),
    )
    for (const { command } of writes) {
      if (command.kind === 'put') store.apply(encodeCommand(command))
    }
    const command = { kind: 'range', prefix: 'p', limit: 10 } as const
    const result = decodeResult(store.query(encodeCommand(command)))
    const entries = result.kind === 'range' ? result.entries : []
    expect(entries.length).toBe(count - 1)

    const verdictOf = (answer: KeyValueResult) =>
      checkLinearizability([...writes, operation(20, 21, command, answer)], keyValueModel).verdict
    expect(verdictOf(result)).toBe('linearizable')
    expect(verdictOf({ kind: 'range', entries: entries.slice(1), more: true })).toBe('violated')
    expect(verdictOf({ kind: 'range', entries: entries.slice(0, -1), more: true })).toBe('violated')
    expect(verdictOf({ kind: 'range', entries, more: false })).toBe('violated')
  })
})

describe('errors', () => {
  it('mean that nothing was done', () => {
    const refused = operation(
      1,
      2,
      { kind: 'put', key: 'a', value: '1' },
      { kind: 'error', reason: 'malformed' },
    )
    expect(checkLinearizability([refused, get(3, 4, 'a', undefined)], keyValueModel).verdict).toBe(
      'linearizable',
    )
    expect(checkLinearizability([refused, get(3, 4, 'a', '1')], keyValueModel).verdict).toBe(
      'violated',
    )
  })
})
