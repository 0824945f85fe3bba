import { describe, expect, it } from 'vitest'
import { HistoryError } from '../history.ts'
import { parseJepsenLog } from './jepsen-log.ts'
import { parseKeyValueLog } from './key-value-log.ts'

function jepsenLog(...events: string[]): string {
  return events.map((event) => `INFO  jepsen.util - ${event.replaceAll(' ', '\t')}\n`).join('')
}

describe('a log of a Jepsen register', () => {
  it('is read with line numbers as times', () => {
    const log = jepsenLog(
      '0 :invoke :write 3',
      '1 :invoke :read nil',
      '0 :ok :write 3',
      '1 :ok :read 3',
    )
    expect(parseJepsenLog(log)).toEqual([
      {
        client: 0,
        call: 1,
        return: 3,
        command: { kind: 'write', value: '3' },
        result: { kind: 'write' },
      },
      {
        client: 1,
        call: 2,
        return: 4,
        command: { kind: 'read' },
        result: { kind: 'read', value: '3' },
      },
    ])
  })

  it('tells a swap that did not match from one that did not take place and one that is unknown', () => {
    const swap = (process: number) => `INFO  jepsen.util - ${process}\t:invoke\t:cas\t[1 2]\n`
    const log = `${[0, 1, 2, 3].map(swap).join('')}\
INFO  jepsen.util - 0\t:ok\t:cas\t[1 2]
INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]
INFO  jepsen.util - 2\t:fail\t:cas\t:no-leader
INFO  jepsen.util - 3\t:info\t:cas\t:timed-out
`
    expect(parseJepsenLog(log).map(({ client, result }) => [client, result])).toEqual([
      [0, { kind: 'compareAndSwap', swapped: true }],
      [1, { kind: 'compareAndSwap', swapped: false }],
      [3, undefined],
    ])
  })

  it('may speak of other things', () => {
    const log = `INFO  jepsen.core - Worker 0 starting\r
INFO  jepsen.util - :nemesis\t:info\t:start\tnil\r
\r
INFO  jepsen.util - 0\t:invoke\t:read\tnil\r
INFO  jepsen.util - 0\t:ok\t:read\tnil\r
`
    expect(parseJepsenLog(log)).toHaveLength(1)
  })

  it('is refused at the first line that makes no sense, with what would', () => {
    expect(() => parseJepsenLog('hello')).toThrow(
      'line 1: "hello" is no event; expected a line such as "INFO  jepsen.util - 0\\t:invoke\\t:write\\t3"',
    )
    const complaints: [string[], string][] = [
      [
        ['0 :invoke :read nil', '0 :invoke :read nil'],
        'line 2: process 0 invokes while an operation is open',
      ],
      [['0 :ok :read nil'], 'line 1: process 0 ends an operation and has none open'],
      [['0 :invoke :write x'], 'line 1: x is no value; expected a number or nil'],
      [['0 :invoke :cas 1'], 'line 1: 1 is no swap; expected [old new], such as [1 2]'],
      [['0 :begin :read nil'], 'line 1: '],
    ]
    for (const [events, complaint] of complaints) {
      expect(() => parseJepsenLog(jepsenLog(...events))).toThrow(complaint)
      expect(() => parseJepsenLog(jepsenLog(...events))).toThrow(HistoryError)
    }
  })
})

describe('a log of a key-value store', () => {
  const event = (process: number, type: string, f: string, key: string, value: string) =>
    `{:process ${process}, :type :${type}, :f :${f}, :key "${key}", :value ${value}}\n`

  it('is read with line numbers as times', () => {
    const log =
      event(0, 'invoke', 'append', 'k', '"x 0 y"') +
      event(1, 'invoke', 'get', 'k', 'nil') +
      event(0, 'ok', 'append', 'k', '"x 0 y"') +
      event(1, 'ok', 'get', 'k', '"x 0 y"') +
      event(0, 'invoke', 'put', 'k', '"a \\"quoted\\" text"') +
      event(0, 'info', 'put', 'k', '"a \\"quoted\\" text"') +
      event(1, 'invoke', 'put', 'k', '"refused"') +
      event(1, 'fail', 'put', 'k', '"refused"')
    expect(parseKeyValueLog(log)).toEqual([
      {
        client: 0,
        call: 1,
        return: 3,
        command: { kind: 'append', key: 'k', value: 'x 0 y' },
        result: { kind: 'append' },
      },
      {
        client: 1,
        call: 2,
        return: 4,
        command: { kind: 'get', key: 'k' },
        result: { kind: 'get', value: 'x 0 y' },
      },
      {
        client: 0,
        call: 5,
        return: undefined,
        command: { kind: 'put', key: 'k', value: 'a "quoted" text' },
        result: undefined,
      },
    ])
  })

  it('is refused at the first line that makes no sense, with what would', () => {
    expect(() => parseKeyValueLog('{:process 0}')).toThrow(
      'line 1: "{:process 0}" is no event; expected a line such as {:process 0, :type :invoke, :f :put, :key "a", :value "1"}',
    )
    expect(() => parseKeyValueLog(event(0, 'invoke', 'put', 'k', 'nil'))).toThrow(
      'line 1: nil is no value; expected a string',
    )
    expect(() => parseKeyValueLog(event(0, 'invoke', 'put', 'k', '"\\x"'))).toThrow(
      'line 1: "\\x" is no string',
    )
  })
})
