import { describe, expect, it } from 'vitest'
import { HistoryError } from '../../history.ts'
import { checkLinearizability } from '../linearizability.ts'
import { sequentialModel } from '../sequential-model.ts'
import { type ObjectOptions, objectHistory, ownHistory } from './modelled-history.ts'
import { guessedObject, type ObjectKind } from './object-functions.ts'
import { guessedFormat, readHistory } from './read-history.ts'

/** Events in short, such as `0 invoke write 3`, as JSON lines; the value is JSON, a key stands in front of a slash. */
function events(...lines: string[]): string {
  return lines
    .map((line) => {
      const [process, type, f, ...rest] = line.split(' ')
      const [, key, value = 'null'] = /^(?:(.*?)\/)?(.+)?$/.exec(rest.join(' ')) ?? []
      return `{"process":${process},"type":"${type}","f":"${f}",${key === undefined ? '' : `"key":"${key}",`}"value":${value}}`
    })
    .join('\n')
}

function verdict(text: string, kind?: ObjectKind, options?: ObjectOptions): string {
  const recorded = readHistory(text, guessedFormat(text))
  const { history, model } = objectHistory(kind ?? guessedObject(recorded), recorded, options)
  return checkLinearizability(history, model).verdict
}

/** One operation after the other, all answered. */
function sequence(...operations: string[]): string {
  return events(
    ...operations.flatMap((operation) => {
      const [f] = operation.split(' ')
      const isRead = f === 'read' || f === 'get'
      const called = isRead ? operation.replace(/( .*\/|) ?[^/ ]*$/, '$1') : operation
      return [`0 invoke ${called}`, `0 ok ${operation}`]
    }),
  )
}

describe('registers', () => {
  it('hold values of every kind, and nothing at first', () => {
    for (const value of ['3', '-1.5', '"3"', 'true', '[1,2]', '{"a":1}', '9007199254740993']) {
      expect(verdict(sequence('read null', `write ${value}`, `read ${value}`))).toBe('linearizable')
      expect(verdict(sequence(`write ${value}`, 'read null'))).toBe('violated')
    }
    for (const [one, other] of [
      ['3', '"3"'],
      ['null', '"nil"'],
      ['true', '"true"'],
      ['9007199254740992', '9007199254740993'],
    ]) {
      expect(verdict(sequence(`write ${one}`, `read ${other}`))).toBe('violated')
    }
  })

  it('may hold something at first', () => {
    expect(verdict(sequence('read 0'))).toBe('violated')
    expect(verdict(sequence('read 0'), 'register', { initial: 0 })).toBe('linearizable')
  })

  it('can be emptied by writing nothing', () => {
    expect(verdict(sequence('write 1', 'write null', 'read null'))).toBe('linearizable')
  })

  it('are several, with a key in a field or in front of the value', () => {
    expect(verdict(sequence('write a/1', 'read a/1', 'read b/null'), 'register')).toBe(
      'linearizable',
    )
    expect(verdict(sequence('write a/1', 'read b/1'), 'register')).toBe('violated')
    const independent = `{:process 0, :type :invoke, :f :write, :value [7 1]}
{:process 0, :type :ok, :f :write, :value [7 1]}
{:process 0, :type :invoke, :f :cas, :value [7 [1 2]]}
{:process 0, :type :ok, :f :cas, :value [7 [1 2]]}
{:process 0, :type :invoke, :f :read, :value [8 nil]}
{:process 0, :type :ok, :f :read, :value [8 nil]}
{:process 0, :type :invoke, :f :read, :value [7 nil]}
{:process 0, :type :ok, :f :read, :value [7 2]}
`
    expect(verdict(independent)).toBe('linearizable')
    const { model, history, recorded } = objectHistory('register', readHistory(independent, 'edn'))
    expect(model.partition(history).map(({ name }) => name)).toEqual(['key 7', 'key 8'])
    expect([...recorded.values()].map(({ key, value }) => [key, value])).toEqual([
      [7, 1],
      [7, { kind: 'vector', items: [1, 2] }],
      [8, null],
      [7, null],
    ])
    expect(verdict(independent.replace('[7 2]}', '[7 1]}'))).toBe('violated')
    expect(() => verdict(independent.replace('[7 2]}', '2}'))).toThrow(
      'line 8: read answers 2; expected the key and a value, such as [7 nil]',
    )
  })

  it('are swapped; a failure without an error compared, one with an error did nothing', () => {
    const swap = (end: string) =>
      `${sequence('write 1')}\n${events('0 invoke cas [1,2]')}\n${end}\n${sequence('read 1')}`
    const failed = '{"process":0,"type":"fail","f":"cas","value":[1,2]}'
    expect(verdict(swap(failed))).toBe('violated')
    expect(verdict(swap(failed), 'register', { failedSwapCompared: false })).toBe('linearizable')
    expect(verdict(swap(failed.replace('}', ',"error":"no leader"}')))).toBe('linearizable')
    expect(verdict(swap(failed.replace('[1,2]', 'null')))).toBe('linearizable')
    expect(verdict(swap(failed.replace('fail', 'ok')))).toBe('violated')
    expect(verdict(swap(failed.replace('"fail"', '"ok"').replace('[1,2]', 'false')))).toBe(
      'violated',
    )
    expect(verdict(swap(failed.replace('fail', 'info')))).toBe('linearizable')
    const unanswered = '{"process":9,"f":"cas","value":[1,2],"call":1,"type":"fail"}'
    const found = (value: number) =>
      `{"process":0,"f":"write","value":1,"call":1,"return":2}
{"process":0,"f":"read","value":${value},"call":3,"return":4}`
    expect(verdict(`${unanswered}\n${found(1)}`)).toBe('linearizable')
    expect(verdict(`${unanswered}\n${found(2)}`)).toBe('violated')
  })
})

describe('swaps that failed', () => {
  const swap = '{"process":0,"type":"fail","f":"cas","value":[1,2]}'
  const text = `${sequence('write 1')}\n${events('0 invoke cas [1,2]')}\n${swap}`
  const readFails = (rest: string) =>
    `${events('1 invoke read null')}\n{"process":1,"type":"fail","f":"read"${rest}}`

  it('tell nothing where reads and writes fail without an error too', () => {
    expect(verdict(`${text}\n${readFails('')}`)).toBe('linearizable')
    expect(verdict(`${text}\n${readFails(',"error":"timeout"')}`)).toBe('violated')
    const options = { failedSwapCompared: true }
    expect(verdict(`${text}\n${readFails('')}`, 'register', options)).toBe('violated')
  })

  it('are counted where they tell something', () => {
    const counted = (history: string) =>
      objectHistory('register', readHistory(history, 'jsonl')).failedSwaps
    expect(counted(text)).toBe(1)
    expect(counted(`${text}\n${readFails('')}`)).toBe(0)
  })
})

describe('what would be taken for something else', () => {
  const complaints: [string, string][] = [
    [
      '{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :read}',
      'line 2: the read is ok and has no value that it found; nil is a value too',
    ],
    [
      '{"process":0,"f":"read","call":1,"return":2,"output":5}',
      'line 1: the read is ok and has no value that it found',
    ],
    [
      '{:process 0, :type :invoke, :f :write}',
      'line 1: the write has no value; nil is a value too',
    ],
    [
      '{:process 0, :type :invoke, :f :write, :value 1}\n{:process 0, :type :ok, :f :write, :value 2}',
      'line 2: the write of 1 ends with the value 2; expected the same, or nil',
    ],
    [
      events('0 invoke append a/"x"', '0 ok append a/"yx"'),
      'line 2: the append of "x" ends with the value "yx"; expected the same, or nil',
    ],
    [
      events('0 invoke cas [1,2]', '0 ok cas [1,3]'),
      'line 2: the cas of [1 2] is answered [1 3]; expected the same, true, false or nil',
    ],
    [
      events('0 invoke read [7,null]', '1 invoke write 5'),
      'line 2: the write has 5; expected a key in front, [key value] or [key [old new]], as the read of line 1 has: [7 nil]',
    ],
  ]

  it.each(complaints)('is refused: %s', (text, complaint) => {
    expect(() => verdict(text)).toThrow(complaint)
    expect(() => verdict(text)).toThrow(HistoryError)
  })

  it('is not what says no more than that it was done', () => {
    for (const answer of ['null', 'true', '"OK"', '""', '1']) {
      const text = events('0 invoke write 1', `0 ok write ${answer}`)
      expect(verdict(`${text}\n${sequence('read 1')}`)).toBe('linearizable')
    }
    const beside =
      '{"process":0,"f":"put","key":"a","value":"1","result":"old","call":1,"return":2}'
    expect(verdict(beside)).toBe('linearizable')
  })
})

describe('a key-value store', () => {
  it('has nothing under a key at first, or the empty text, as the history demands', () => {
    expect(verdict(sequence('get a/null', 'put a/"1"', 'get a/"1"'))).toBe('linearizable')
    expect(verdict(sequence('get a/""', 'put a/"1"', 'get a/"1"'))).toBe('linearizable')
    expect(verdict(sequence('get a/""', 'get a/null'))).toBe('violated')
    expect(verdict(sequence('get a/""'), 'kv', { initial: 'x' })).toBe('violated')
    expect(verdict(sequence('get a/""'), 'kv', { initial: null })).toBe('violated')
  })

  it('appends texts, deletes and swaps', () => {
    const text = ['append a/"1"', 'append a/"2"', 'get a/"12"', 'delete a/null']
    expect(verdict(sequence(...text, 'get a/null', 'append a/"3"', 'get a/"3"'))).toBe(
      'linearizable',
    )
    expect(verdict(sequence('get b/""', ...text, 'get a/""', 'cas a/["","x"]', 'get a/"x"'))).toBe(
      'linearizable',
    )
    expect(verdict(sequence(...text, 'get a/"12"'))).toBe('violated')
  })

  it('holds values of every kind, if nothing is appended', () => {
    expect(verdict(sequence('put a/1', 'get a/1', 'cas a/[1,"1"]', 'get a/"1"'), 'kv')).toBe(
      'linearizable',
    )
    expect(verdict(sequence('put a/1', 'get a/"1"'))).toBe('violated')
    expect(() => verdict(sequence('put a/1', 'append a/"1"'))).toThrow(
      'line 3 appends, which is for texts; but there is also the value 1',
    )
  })

  it('is guessed from its functions', () => {
    const guess = (text: string) => guessedObject(readHistory(text, 'jsonl'))
    expect(guess(sequence('write a/1', 'read a/1'))).toBe('register')
    expect(guess(sequence('put a/1'))).toBe('kv')
    expect(guess(sequence('append a/"1"'))).toBe('kv')
    expect(guess(sequence('put 1', 'get 1'))).toBe('register')
  })
})

describe('what an object does not have', () => {
  it('is refused with the line', () => {
    const complaints: [string, ObjectKind, string][] = [
      [
        sequence('write 1', 'enqueue 2'),
        'register',
        'line 3 has the function "enqueue"; a register has read, write and cas',
      ],
      [sequence('append a/"1"'), 'register', 'line 1 has the function "append"'],
      [sequence('txn a/[]'), 'kv', 'a key-value store has get, put, append, delete and cas'],
      [sequence('put 1'), 'kv', 'line 1: the put has no key'],
      [
        sequence('write a/1', 'write 2'),
        'register',
        'line 3: the write has no key, but others have one',
      ],
      [sequence('cas 5'), 'register', 'line 1: 5 is no swap; expected [old new], such as [1 2]'],
      [sequence('put a/null'), 'kv', 'line 1: put has no value; nil is for what is absent'],
    ]
    for (const [text, kind, complaint] of complaints) {
      expect(() => verdict(text, kind)).toThrow(complaint)
      expect(() => verdict(text, kind)).toThrow(HistoryError)
    }
  })
})

describe('a model of one’s own', () => {
  it('gets functions, keys, values and results as plain data; what failed is left out', () => {
    const seen: unknown[] = []
    const model = sequentialModel<number, { f: string; key?: unknown; value: unknown }, unknown>({
      initial: 0,
      step: (state, command, result) => {
        seen.push([command, result])
        return state + 1
      },
    })
    const text = `{:process 0, :type :invoke, :f :txn, :key :k, :value [[:r 1 nil]]}
{:process 1, :type :invoke, :f :add, :value #{1}}
{:process 1, :type :fail, :f :add, :value #{1}}
{:process 0, :type :ok, :f :txn, :key :k, :value [[:r 1 {:a 2}]]}`
    const { history } = ownHistory(model, readHistory(text, 'edn'))
    expect(checkLinearizability(history, model).verdict).toBe('linearizable')
    expect(seen[0]).toEqual([{ f: 'txn', key: 'k', value: [['r', 1, null]] }, [['r', 1, { a: 2 }]]])
    expect(history).toHaveLength(1)
  })
})
