import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUtf8, readUtf8, Utf8Error, utf8Length, writeUtf8 } from './utf8.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text))
  expect(writeUtf8(text, bytes, 0)).toBe(bytes.length)
  return bytes
}

function platformDecode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** What must be refused, must be refused with the one error type. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return readUtf8(bytes, 0, bytes.length)
  } catch (error) {
    expect(error).toBeInstanceOf(Utf8Error)
    return undefined
  }
}

/** Bytes that are nearly UTF-8: pieces of valid text with bytes of interest strewn in. */
const nearlyUtf8 = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.string({ unit: 'binary', maxLength: 4 }).map((t) => [...encoder.encode(t)]),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom(
            0x00,
            0x7f,
            0x80,
            0x8f,
            0x90,
            0x9f,
            0xa0,
            0xbf,
            0xc0,
            0xc1,
            0xc2,
            0xdf,
            0xe0,
          )
          .map((byte) => [byte]),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom(0xed, 0xee, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff)
          .map((byte) => [byte]),
      },
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Uint8Array.from(pieces.flat()))

describe('UTF-8', () => {
  it('encodes any well-formed text as the platform does, and reads it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const bytes = encode(text)
        expect(bytes).toEqual(encoder.encode(text))
        expect(readUtf8(bytes, 0, bytes.length)).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it('accepts exactly the bytes that the platform accepts, and reads the same text', () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.oneof(nearlyUtf8, fc.uint8Array({ maxLength: 12 })), (bytes) => {
        const text = decode(bytes)
        expect(text).toBe(platformDecode(bytes))
        expect(isUtf8(bytes, 0, bytes.length)).toBe(text !== undefined)
        if (text === undefined) return
        accepted++
        expect(encode(text)).toEqual(bytes)
      }),
      { numRuns: 5000 },
    )
    expect(accepted).toBeGreaterThan(500)
  })

  it('agrees with the platform on every sequence of one and two bytes, and on every lead of three', () => {
    for (let first = 0; first < 256; first++) {
      expect(decode(Uint8Array.of(first))).toBe(platformDecode(Uint8Array.of(first)))
      for (let second = 0; second < 256; second++) {
        for (const bytes of [
          Uint8Array.of(first, second),
          Uint8Array.of(first, second, 0x80),
          Uint8Array.of(first, second, 0xbf, 0xbf),
        ]) {
          if (decode(bytes) !== platformDecode(bytes)) expect.fail(`bytes ${bytes}`)
        }
      }
    }
  })

  it('carries every code point there and back', () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      if (codePoint === 0xd800) codePoint = 0xe000
      const text = String.fromCodePoint(codePoint)
      const bytes = new Uint8Array(4)
      const end = writeUtf8(text, bytes, 0)
      if (end !== utf8Length(text) || readUtf8(bytes, 0, end) !== text) {
        expect.fail(`code point ${codePoint.toString(16)}`)
      }
    }
  })

  it('refuses lone surrogates wherever they stand', () => {
    for (const text of [
      '\ud800',
      'a\ud800',
      '\udc00',
      '\ud800a',
      '\udc00\ud800',
      'ab\ud83d\ud83d\ude00',
    ]) {
      expect(() => utf8Length(text)).toThrow(Utf8Error)
      expect(() => writeUtf8(text, new Uint8Array(20), 0)).toThrow(/lone surrogate U\+D/)
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0xd7fe, max: 0xe001 })), (units) => {
        const text = String.fromCharCode(...units)
        if (text.isWellFormed()) expect(encode(text)).toEqual(encoder.encode(text))
        else expect(() => utf8Length(text)).toThrow(Utf8Error)
      }),
    )
  })

  it('says where invalid bytes stand', () => {
    const bytes = Uint8Array.of(0x61, 0x62, 0xc3, 0xa9, 0xff)
    expect(() => readUtf8(bytes, 0, 5)).toThrow('invalid UTF-8 at byte 4')
  })

  it('refuses surrogates, overlong forms and code points beyond the last', () => {
    for (const bytes of [
      [0xed, 0xa0, 0x80], // U+D800
      [0xc0, 0x80], // U+0000 in two bytes
      [0xe0, 0x9f, 0xbf], // U+07FF in three
      [0xf0, 0x8f, 0xbf, 0xbf], // U+FFFF in four
      [0xf4, 0x90, 0x80, 0x80], // U+110000
    ]) {
      expect(() => readUtf8(Uint8Array.from(bytes), 0, bytes.length)).toThrow(Utf8Error)
    }
  })

  it('keeps a byte order mark', () => {
    expect(readUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 0, 4)).toBe('\ufeffa')
  })

  it('reads and writes within a larger array and touches nothing else', () => {
    const bytes = new Uint8Array(12).fill(0xff)
    expect(writeUtf8('é1€', bytes, 3)).toBe(9)
    expect([...bytes]).toEqual([255, 255, 255, 0xc3, 0xa9, 0x31, 0xe2, 0x82, 0xac, 255, 255, 255])
    expect(readUtf8(bytes, 3, 9)).toBe('é1€')
    // A sequence may not take bytes from beyond the end given.
    expect(() => readUtf8(bytes, 3, 8)).toThrow(Utf8Error)
    expect(isUtf8(bytes, 3, 8)).toBe(false)
  })

  it('refuses ranges outside the array, and an array too short', () => {
    const bytes = new Uint8Array(4)
    for (const [start, end] of [
      [0, 5],
      [-1, 2],
      [3, 2],
      [Number.NaN, 2],
    ] as const) {
      expect(() => readUtf8(bytes, start, end)).toThrow(RangeError)
      expect(() => isUtf8(bytes, start, end)).toThrow(RangeError)
    }
    expect(() => writeUtf8('abc', bytes, 2)).toThrow(RangeError)
  })

  it('reads long text across the limits of one call to the engine', () => {
    const text = 'ab😀é€'.repeat(20_000)
    const bytes = encode(text)
    expect(readUtf8(bytes, 0, bytes.length)).toBe(text)
  })
})
