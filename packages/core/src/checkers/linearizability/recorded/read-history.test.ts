import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HistoryError } from '../../history.ts'
import { datumText } from './datum.ts'
import { guessedFormat, type HistoryFormat, historyFormats, readHistory } from './read-history.ts'

/** The operations of a text in short: who, what, from where to where, and what came of it. */
function short(text: string, format: HistoryFormat = guessedFormat(text)): string[] {
  return readHistory(text, format).operations.map((operation) => {
    const { process, f, key, value, call, return: end, outcome, result } = operation
    const what = [f, ...(key === undefined ? [] : [datumText(key)]), datumText(value)].join(' ')
    return `${process}: ${what} ${call}-${end ?? ''} ${outcome} ${datumText(result)}`
  })
}

const writeAndRead = ['0: write 3 1-3 ok 3', '1: read nil 2-4 ok 3']

describe('the log of a Jepsen test', () => {
  const events = ['0 :invoke :write 3', '1 :invoke :read nil', '0 :ok :write 3', '1 :ok :read 3']
  const prefixes = [
    'INFO  jepsen.util - ',
    'INFO  jepsen.core - ',
    '2017-03-09 01:22:22,321{GMT}\tINFO\t[jepsen worker 2] jepsen.util: ',
    'INFO [2024-01-01 12:00:00,123] jepsen worker 1 - jepsen.util ',
    '2017-03-09T01:22:22.321Z INFO [worker 0] jepsen.util - ',
    '',
  ]

  it.each(prefixes)('is read with %o in front of events', (prefix) => {
    for (const separator of ['\t', '  ', ' ']) {
      const lines = events.map((event) => prefix + event.replaceAll(' ', separator))
      expect(short(lines.join('\n'))).toEqual(writeAndRead)
      expect(short(lines.join('\r\n'))).toEqual(writeAndRead)
    }
  })

  it('has swaps, keys, texts, and errors behind values or in their place', () => {
    const log = `INFO  jepsen.util - 0\t:invoke\t:cas\t[3 [1 2]]
INFO  jepsen.util - 1\t:invoke\t:write\t"a b"
INFO  jepsen.util - 0\t:fail\t:cas\t[3 [1 2]]\t:not-found
INFO  jepsen.util - 1\t:info\t:write\t"a b"\tindeterminate: connection (lost
INFO  jepsen.util - 2\t:invoke\t:read\tnil
INFO  jepsen.util - 2\t:fail\t:read\t:timed-out
`
    const { operations } = readHistory(log, 'jepsen')
    expect(short(log)).toEqual([
      '0: cas [3 [1 2]] 1-3 fail [3 [1 2]]',
      '1: write "a b" 2- info "a b"',
      '2: read nil 5-6 fail nil',
    ])
    expect(operations.map(({ hasError }) => hasError)).toEqual([true, true, true])
  })

  it('speaks of other things, and of a nemesis', () => {
    const log = `INFO  jepsen.core - Worker 0 starting
WARN  jepsen.core - Process 3 indeterminate
java.net.SocketTimeoutException: Read timed out
\tat java.net.SocketInputStream.socketRead0(Native Method)

INFO  jepsen.util - :nemesis\t:info\t:start\t"Cut off {:n1 #{:n2}}"
INFO  jepsen.util - 0\t:invoke\t:read\tnil
INFO  jepsen.util - 0\t:ok\t:read\tnil
`
    expect(short(log)).toEqual(['0: read nil 2-3 ok nil'])
    const withoutValue = log.replace('"Cut off {:n1 #{:n2}}"', '')
    expect(readHistory(withoutValue, 'jepsen').faults).toMatchObject([{ f: 'start', value: null }])
    expect(readHistory(log, 'jepsen').faults).toEqual([
      { process: ':nemesis', f: 'start', value: '"Cut off {:n1 #{:n2}}"', line: 6, place: 1 },
    ])
  })

  it('has hints behind values, as other checkers want them', () => {
    const log =
      'INFO  jepsen.util - 6 \t:invoke :write \t38 \t:hint 0\n6 \t:ok :write \t38 \t:hint 2\n'
    expect(short(log)).toEqual(['6: write 38 1-2 ok 38'])
  })

  it('has keywords as values, where nothing went wrong', () => {
    const log = '0 :invoke :write :a\n0 :ok :write :a\n1 :invoke :read nil\n1 :ok :read :a'
    expect(short(log)).toEqual(['0: write :a 1-2 ok :a', '1: read nil 3-4 ok :a'])
  })

  it('has others than clients by any name', () => {
    const { faults } = readHistory(
      '0 :invoke :read nil\n:clock-nemesis :info :bump {"n1" 3}',
      'jepsen',
    )
    expect(faults).toMatchObject([{ process: ':clock-nemesis', f: 'bump', line: 2 }])
  })

  it('is refused at the first line that looks like an event and is none', () => {
    expect(() => readHistory('INFO  jepsen.util - 0\t:begin\t:read\tnil', 'jepsen')).toThrow(
      'line 1: "INFO  jepsen.util - 0\\t:begin\\t:read\\tnil" is no event; expected a line such as "INFO  jepsen.util - 0\\t:invoke\\t:write\\t3"',
    )
    expect(() => readHistory('0 :invoke :write [1', 'jepsen')).toThrow('line 1 opens a [ that')
    expect(() => readHistory('hello\n', 'jepsen')).toThrow(
      'no line of the log is an event of a client; expected lines such as',
    )
    expect(() => readHistory('0 :invoke :read nil\n0 :ok :read', 'jepsen')).toThrow(
      'line 2: the read is :ok and has no value; nil is a value too',
    )
  })
})

describe('a history in EDN', () => {
  const events = [
    '{:process 0, :type :invoke, :f :write, :value 3}',
    '{:process 1, :type :invoke, :f :read, :value nil}',
    '{:process 0, :type :ok, :f :write, :value 3}',
    '{:process 1, :type :ok, :f :read, :value 3}',
  ]

  it('has a map an event, or a vector or list of them', () => {
    for (const text of [events.join('\n'), `[${events.join('\n ')}]`, `(${events.join(' ')})`]) {
      expect(short(text)).toEqual(writeAndRead)
    }
    expect(short(`; a comment\n${events.join('')}`)).toEqual(writeAndRead)
  })

  it('has records, times, indices, errors, keys, and whatever else Jepsen puts in', () => {
    const text = `#jepsen.history.Op{:index 0, :time 31, :type :invoke, :process 0, :f :cas, :value [0 [1 2]]}
#jepsen.history.Op{:index 1, :time 32, :type :info, :process :nemesis, :f :kill, :value {"n1" #{:all}}}
{:type :invoke, :f :get, :process 1, :key "k", :value nil, :index 2, :exception nil}
{:type :info, :f :cas, :process 0, :value [0 [1 2]], :index 3, :error [:timeout "after \\"5\\" s"],
 :exception #error {:via [{:type java.net.SocketException}] :at #object[java.net.Socket 0x5f2 "x"]}}
{:type :ok, :f :get, :process 1, :key "k", :value "", :index 4}`
    expect(short(text)).toEqual(['0: cas [0 [1 2]] 1- info [0 [1 2]]', '1: get "k" nil 3-5 ok ""'])
    const { faults, operations } = readHistory(text, 'edn')
    expect(faults).toMatchObject([{ process: ':nemesis', f: 'kill', line: 2 }])
    expect(operations.map(({ hasError }) => hasError)).toEqual([true, false])
  })

  it('is ordered by its indices, if it has them', () => {
    const numbered = events.map((event, index) => event.replace('{', `{:index ${index}, `))
    expect(short(numbered.toReversed().join('\n'))).toEqual(writeAndRead)
    const unnumbered = events.map((event) => event.replace('{', '{:index -1, '))
    expect(short(unnumbered.join('\n'))).toEqual(writeAndRead)
  })

  it('is refused at the first map that is no event', () => {
    const complaints: [string, string][] = [
      ['{:type :invoke, :f :read}', 'line 1 has no :process; expected an event such as {'],
      ['{:process 0, :f :read}', 'line 1 has no :type; expected'],
      [
        '{:process nil, :type :invoke, :f :read}',
        'line 1 has the :process nil; expected a number or a name',
      ],
      ['{:process 0, :type :invoke, :f :read, :f :write}', 'line 1 has :f twice'],
      ['[]', 'the history has no operation of a client'],
      ['{:process 0, :type :begin, :f :read}', 'line 1 has the :type begin; expected :invoke'],
      ['[1 2]', 'line 1 has no map; expected an event such as {:process 0'],
      [`[${events[0]}\n`, 'line 2 ends before the history does, with ]'],
      [`[${events[0]}]\n${events[2]}`, 'line 2 goes on after the end of the history'],
      [
        `${events[0]}\n${events[0]}`,
        'line 2: process 0 invokes write while its write of line 1 is open',
      ],
      [events[2] as string, 'line 1: process 0 ends write and has no operation open'],
      [
        events.map((event) => event.replace('{', '{:index 4, ')).join('\n'),
        'line 2 has the index 4, as has line 1: each event needs one of its own, or none',
      ],
      [
        '{:process :a, :type :invoke, :f :read}',
        'line 1: process :a has an event of type invoke; a client is a number or a text, and others, such as :nemesis, have info alone',
      ],
      [
        '{:process 0, :type :invoke, :f :put, :key 1}\n{:process 0, :type :ok, :f :put, :key 2}',
        'line 2: process 0 ends put with the key 2, but invoked it in line 1 with the key 1',
      ],
      [
        '{:process 0, :type :invoke, :f :put}\n{:process 0, :type :ok, :f :put, :key 2}',
        'invoked it in line 1 with no key',
      ],
      [
        `${events[0]}\n{:process 0, :type :ok, :f :read, :value 3}`,
        'line 2: process 0 ends read, but what it has open since line 1 is write',
      ],
    ]
    for (const [text, complaint] of complaints) {
      expect(() => readHistory(text, 'edn')).toThrow(complaint)
      expect(() => readHistory(text, 'edn')).toThrow(HistoryError)
    }
  })
})

describe('a process whose operation has an unknown outcome', () => {
  it('leaves it open, and may go on', () => {
    const text = `{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :info, :f :write, :value 1}
{:process 0, :type :invoke, :f :write, :value 2}`
    expect(short(text)).toEqual(['0: write 1 1- info 1', '0: write 2 3- info nil'])
  })
})

describe('a history in JSON', () => {
  const events = [
    '{"process":0,"type":"invoke","f":"write","value":3}',
    '{"process":1,"type":"invoke","f":"read","value":null}',
    '{"process":0,"type":"ok","f":"write","value":3}',
    '{"process":1,"type":"ok","f":"read","value":3}',
  ]

  it('has an object a line, or an array of them', () => {
    for (const text of [
      events.join('\n'),
      `\ufeff${events.join('\n\n')}\n`,
      `[${events.join(',')}]`,
      `[\n  ${events.join(',\n  ')}\n]\n`,
    ]) {
      expect(short(text)).toEqual(writeAndRead)
    }
  })

  it('is ordered by its times, if all events have one', () => {
    const times = [10, 15, 20, 9007199254740993n]
    const timed = events.map((event, index) => event.replace('{', `{"time":${times[index]},`))
    expect(short(timed.toReversed().join('\n'))).toEqual(writeAndRead)
    const some = [timed[0], ...events.slice(1)].join('\n')
    expect(() => short(some)).toThrow('line 2 has no "time", but line 1 has one')
  })

  it('may have whole operations, whose times may overlap as they like', () => {
    const text = `{"client":"a","f":"write","value":3,"call":10,"return":20}
{"client":"b","f":"read","value":3,"call":20,"return":1700000000000000001}
{"client":"b","f":"read","value":3,"call":1700000000000000002,"return":1700000000000000003}
{"client":"a","f":"cas","value":[3,4],"call":30,"return":40,"ok":false}
{"client":"a","f":"write","value":5,"call":50}
{"client":"a","f":"enqueue","value":5,"call":60,"return":60,"result":{"at":1}}`
    expect(short(text)).toEqual([
      'a: write 3 1-2 ok 3',
      'b: read 3 2-7 ok 3',
      'a: cas [3 4] 3-4 fail [3 4]',
      'a: write 5 5- info 5',
      'a: enqueue 5 6-6 ok {"at" 1}',
      'b: read 3 8-9 ok 3',
    ])
  })

  it('may have keywords with their colon', () => {
    const text = '{"process":0,"type":":invoke","f":":write","value":3}'
    expect(short(text)).toEqual(['0: write 3 1- info nil'])
  })

  it('says that times decide, where an end would come first', () => {
    const text = `{"process":0,"type":"invoke","f":"write","value":3,"time":2}
{"process":0,"type":"ok","f":"write","value":3,"time":1}`
    expect(() => short(text)).toThrow(
      'an invoke comes first; events are in the order of their times',
    )
  })

  it('may have answers in a field of their own', () => {
    const text = `{"process":0,"type":"invoke","f":"cas","value":[1,2]}
{"process":0,"type":"ok","f":"cas","value":[1,2],"result":false}`
    expect(short(text)).toEqual(['0: cas [1 2] 1-2 ok false'])
  })

  it('knows a nemesis by its name', () => {
    const nemesis = '{"process":"nemesis","type":"info","f":"start","value":"n1"}'
    const { operations, faults } = readHistory(`${nemesis}\n${events[0]}`, 'jsonl')
    expect(faults).toMatchObject([{ f: 'start' }])
    expect(operations).toMatchObject([{ f: 'write' }])
    expect(() => readHistory(nemesis, 'jsonl')).toThrow('the history has no operation of a client')
  })

  it('is refused at the first line that is none', () => {
    const complaints: [string, string][] = [
      ['{"process":0', 'line 1 is no JSON: '],
      [`${events[0]}\n[1]`, 'line 2 is no object; expected {"process":0,"type":"invoke"'],
      [`[${events[0]},\n\n 5]`, 'line 3 is no object'],
      [`[${events[0]},`, 'line 1 ends before the history does, with ]'],
      [`[${events[0]}] []`, 'line 1 goes on after the end of the history'],
      ['{"process":0,"f":"read"}', 'line 1 has neither "type" nor "call"'],
      ['{"process":0,"type":"go","f":"read"}', 'line 1 has the "type" "go"; expected "invoke"'],
      ['{"type":"ok","f":"read"}', 'line 1 has no "process" (or "client"), a number or a name'],
      ['{"process":0,"type":"ok"}', 'line 1 has no "f", such as "read" or "write"'],
      ['{"process":0,"f":"read","call":5,"return":4}', 'line 1 returns at 4, before its call at 5'],
      ['{"process":0,"f":"read","call":"5"}', 'line 1 has the "call" "5"; expected a number'],
      ['{"process":0,"f":"read","call":5,"type":"ok"}', 'line 1 is "ok" and has no "return"'],
    ]
    for (const [text, complaint] of complaints) {
      expect(() => readHistory(text, 'jsonl')).toThrow(complaint)
      expect(() => readHistory(text, 'jsonl')).toThrow(HistoryError)
    }
    const deep = `{"process":0,"type":"ok","f":"read","value":${'['.repeat(1e5)}${']'.repeat(1e5)}}`
    expect(() => readHistory(deep, 'jsonl')).toThrow(HistoryError)
  })
})

describe('the format', () => {
  it('is guessed from the content, and not where there is none', () => {
    expect(guessedFormat('\n {"process":0}')).toBe('jsonl')
    expect(guessedFormat('[ {"process":0}]')).toBe('jsonl')
    expect(guessedFormat(';; history\n{:process 0}')).toBe('edn')
    expect(guessedFormat('[{:process 0}]')).toBe('edn')
    expect(guessedFormat('{"a" 1, :process 0}')).toBe('edn')
    expect(guessedFormat('{:process 0 :type :invoke :f :read :value nil}')).toBe('edn')
    expect(guessedFormat('[{:process 0 :type :invoke :f :read}]')).toBe('edn')
    expect(guessedFormat('[worker 0] INFO jepsen.util - 0 :invoke :read nil')).toBe('jepsen')
    expect(() => guessedFormat(' \n')).toThrow('the file is empty')
    expect(() => guessedFormat('hello')).toThrow('this is no history')
  })
})

describe('whatever a file has', () => {
  it('is a history, or is refused', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\n',
      ' ',
      '\t',
      '0',
      '1',
      '\\',
      '#',
      '#_',
      'nil',
      'null',
      ':process',
      '"process":',
      '0 ',
      ':type ',
      '"type":',
      ':invoke',
      ':ok',
      '"ok"',
      ':f ',
      ':read',
      '"f":"read"',
      ':value ',
      '"value":',
      '"call":',
      '"return":',
      ':info',
      '{:process 0, :type :invoke, :f :read}\n',
      '{"process":0,"type":"invoke","f":"read"}\n',
      '0\t:invoke\t:read\tnil\n',
      '0\t:ok\t:read\t1\n',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string()), { maxLength: 25 }),
        (pieces) => {
          const text = pieces.join('')
          for (const format of historyFormats) {
            try {
              readHistory(text, format)
            } catch (error) {
              expect(error).toBeInstanceOf(HistoryError)
            }
          }
        },
      ),
      { numRuns: 3000 },
    )
  })
})
