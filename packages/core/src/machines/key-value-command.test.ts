import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeCommand,
  decodeResult,
  encodeCommand,
  encodeResult,
  type KeyValueCommand,
  type KeyValueResult,
} from './key-value-command.ts'
import {
  FieldReader,
  FieldWriter,
  KeyValueFormatError,
  maxKeyBytes,
  maxRangeLimit,
  maxValueBytes,
  numberSize,
} from './key-value-encoding.ts'

const text = fc.string({ unit: 'binary', maxLength: 12 })
const optionalText = fc.option(text, { nil: undefined })

const commands: fc.Arbitrary<KeyValueCommand> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key: text }),
  fc.record({ kind: fc.constant('put' as const), key: text, value: text }),
  fc.record({ kind: fc.constant('delete' as const), key: text }),
  fc.record({
    kind: fc.constant('compareAndSwap' as const),
    key: text,
    expected: optionalText,
    value: text,
  }),
  fc.record({
    kind: fc.constant('range' as const),
    prefix: text,
    limit: fc.integer({ min: 1, max: maxRangeLimit }),
  }),
)

const entries = fc
  .uniqueArray(fc.record({ key: text, value: text }), {
    selector: (entry) => entry.key,
    maxLength: 6,
  })
  .map((list) => list.sort((a, b) => (a.key < b.key ? -1 : 1)))

const results: fc.Arbitrary<KeyValueResult> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), value: optionalText }),
  fc.record({ kind: fc.constant('put' as const) }),
  fc.record({ kind: fc.constant('delete' as const), existed: fc.boolean() }),
  fc.record({ kind: fc.constant('compareAndSwap' as const), swapped: fc.boolean() }),
  fc.record({ kind: fc.constant('range' as const), entries, more: fc.boolean() }),
  fc.record({ kind: fc.constant('error' as const), reason: text }),
)

/** Bytes that are nearly an encoding: one cut, prolonged, or changed in places. */
function nearly(encodings: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const length = fc.constantFrom(0, 0, 0, 0, 0, -3, -1, 1, 2)
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 })
  return fc.tuple(encodings, length, changes).map(([bytes, more, list]) => {
    const changed = new Uint8Array(Math.max(1, bytes.length + more))
    changed.set(bytes.subarray(0, changed.length))
    for (const [at, byte] of list) changed[at % changed.length] = byte
    return changed
  })
}

/** Decodes hostile bytes: what is refused must be refused with the one error type. */
function attempt<Value>(
  decode: (bytes: Uint8Array) => Value,
  bytes: Uint8Array,
): Value | undefined {
  try {
    return decode(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(KeyValueFormatError)
    return undefined
  }
}

describe('the encoding of key-value commands and results', () => {
  it('gives back every command', () => {
    fc.assert(
      fc.property(commands, (command) => {
        expect(decodeCommand(encodeCommand(command))).toEqual(command)
      }),
      { numRuns: 1000 },
    )
  })

  it('gives back every result', () => {
    fc.assert(
      fc.property(results, (result) => {
        expect(decodeResult(encodeResult(result))).toEqual(result)
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses hostile commands with one error, and encodes what it accepts to the same bytes', () => {
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(nearly(commands.map(encodeCommand)), (bytes) => {
        const command = attempt(decodeCommand, bytes)
        if (command === undefined) {
          refused++
        } else {
          accepted++
          expect(encodeCommand(command)).toEqual(bytes)
        }
      }),
      { numRuns: 5000 },
    )
    expect(accepted).toBeGreaterThan(500)
    expect(refused).toBeGreaterThan(500)
  })

  it('refuses hostile results with one error, and encodes what it accepts to the same bytes', () => {
    let accepted = 0
    fc.assert(
      fc.property(nearly(results.map(encodeResult)), (bytes) => {
        const result = attempt(decodeResult, bytes)
        if (result === undefined) return
        accepted++
        expect(encodeResult(result)).toEqual(bytes)
      }),
      { numRuns: 5000 },
    )
    expect(accepted).toBeGreaterThan(500)
  })

  it('is compact: a put takes its texts and three bytes more', () => {
    expect([...encodeCommand({ kind: 'put', key: 'k', value: 'ab' })]).toEqual([
      2, 1, 107, 2, 97, 98,
    ])
  })

  it('tells an absent expected value from an empty one', () => {
    const base = { kind: 'compareAndSwap', key: 'k', value: 'v' } as const
    const absent = encodeCommand({ ...base, expected: undefined })
    const empty = encodeCommand({ ...base, expected: '' })
    expect(absent).not.toEqual(empty)
    expect(decodeCommand(absent)).toEqual({ ...base, expected: undefined })
    expect(decodeCommand(empty)).toEqual({ ...base, expected: '' })
  })

  it('allows keys and values up to their limits in bytes and no longer, both ways', () => {
    const key = 'é'.repeat(maxKeyBytes / 2)
    const value = 'v'.repeat(maxValueBytes)
    const command = { kind: 'put', key, value } as const
    expect(decodeCommand(encodeCommand(command))).toEqual(command)
    expect(() => encodeCommand({ ...command, key: `${key}k` })).toThrow(
      'key of 4097 bytes; the limit is 4096',
    )
    expect(() => encodeCommand({ ...command, value: `${value}v` })).toThrow(
      'value of 1048577 bytes; the limit is 1048576',
    )
    // 0x81 0x20: a length of 4097.
    const long = Uint8Array.from([1, 0x81, 0x20, ...new Array(4097).fill(97)])
    expect(() => decodeCommand(long)).toThrow('length of the key is 4097; the limit is 4096')
  })

  it('refuses a range limit of zero, a fraction, or too many', () => {
    for (const limit of [0, -1, 1.5, Number.NaN, maxRangeLimit + 1]) {
      expect(() => encodeCommand({ kind: 'range', prefix: '', limit })).toThrow(KeyValueFormatError)
    }
    expect(() => decodeCommand(Uint8Array.of(5, 0, 0))).toThrow('limit is 0; expected 1 to 10000')
  })

  it('refuses text without an encoding', () => {
    expect(() => encodeCommand({ kind: 'get', key: '\ud800' })).toThrow(KeyValueFormatError)
    expect(() => decodeCommand(Uint8Array.of(1, 1, 0xff))).toThrow(KeyValueFormatError)
    expect(() => decodeCommand(Uint8Array.of(2, 1, 97, 1, 0xff))).toThrow(KeyValueFormatError)
  })

  it('refuses range results whose keys do not ascend', () => {
    for (const keys of ['ba', 'aa']) {
      const list = [...keys].map((key) => ({ key, value: '' }))
      const bytes = encodeResult({ kind: 'range', entries: list, more: false })
      expect(() => decodeResult(bytes)).toThrow('key of entry 1 does not follow the one before')
    }
  })

  it('says what is wrong with malformed bytes', () => {
    const complaints: [number[], string][] = [
      [[], 'ends before its kind'],
      [[9], '9 is no kind of command; expected 1 to 5'],
      [[1], 'ends before its length of the key'],
      [[1, 3, 97], 'key of 3 bytes; only 1 are left'],
      [[1, 0x81, 0x00], 'length of the key is not in its shortest form'],
      [[1, 1, 97, 98], '1 bytes too many'],
      [[4, 0, 2, 0, 0], 'presence of the expected value is 2; expected 0 or 1'],
    ]
    for (const [bytes, complaint] of complaints) {
      expect(() => decodeCommand(Uint8Array.from(bytes))).toThrow(complaint)
    }
  })
})

describe('numbers of the encoding', () => {
  const largest = 2 ** 31 - 1

  it('come back from as many bytes as were counted', () => {
    const numbers = fc.oneof(
      fc.integer({ min: 0, max: largest }),
      fc.constantFrom(0, 127, 128, 2 ** 14 - 1, 2 ** 14, 2 ** 21, 2 ** 28 - 1, 2 ** 28, largest),
    )
    fc.assert(
      fc.property(numbers, (value) => {
        const writer = new FieldWriter(numberSize(value))
        writer.number(value)
        expect(new FieldReader(writer.finish()).number('number', largest)).toBe(value)
      }),
    )
  })

  it('are refused above 31 bits and in padded forms', () => {
    for (const bytes of [
      [0xff, 0xff, 0xff, 0xff, 0x08],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      [0x80, 0x80, 0x80, 0x80, 0x00],
      [0x80, 0x00],
    ]) {
      expect(() => new FieldReader(Uint8Array.from(bytes)).number('number', largest)).toThrow(
        KeyValueFormatError,
      )
    }
  })

  it('must fill what was planned', () => {
    const writer = new FieldWriter(2)
    writer.byte(1)
    expect(() => writer.finish()).toThrow('wrote 1 bytes where 2 were planned')
  })
})
