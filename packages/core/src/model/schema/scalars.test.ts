import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bigNatural,
  bool,
  bytes,
  DecodeError,
  decode,
  encode,
  equalBytes,
  int,
  natural,
  nodeId,
  oneOf,
  padding,
  type Type,
  text,
} from './index.ts'
import { bigNaturals, byteStrings, integers, naturals, texts } from './testing/any-type.ts'

const bytesOf = <T>(type: Type<T>, value: T): number[] => [...encode(type, value)]
const refuses = <T>(type: Type<T>, ...frame: number[]): void => {
  expect(() => decode(type, Uint8Array.from(frame))).toThrow(DecodeError)
}
const comesBack = <T>(type: Type<T>, values: fc.Arbitrary<T>): void => {
  fc.assert(
    fc.property(values, (value) => {
      const frame = encode(type, value)
      expect(decode(type, frame)).toEqual(value)
      expect(type.size(value)).toBe(frame.length)
    }),
    { numRuns: 1_000 },
  )
}

describe('natural and nodeId', () => {
  it('hold every natural number up to 2^53 - 1', () => {
    comesBack(natural, naturals)
    comesBack(nodeId, naturals)
    expect(decode(natural, encode(natural, Number.MAX_SAFE_INTEGER))).toBe(2 ** 53 - 1)
  })

  it('refuse to encode anything else', () => {
    for (const value of [-0, -1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => encode(natural, value)).toThrow(RangeError)
      expect(() => encode(nodeId, value)).toThrow(RangeError)
      expect(() => encode(padding, value)).toThrow(RangeError)
    }
  })
})

describe('int', () => {
  it('holds every integer of up to 52 bits, and its sign', () => {
    comesBack(int, integers)
    for (const value of [2 ** 52 - 1, -(2 ** 52 - 1)]) {
      expect(decode(int, encode(int, value))).toBe(value)
    }
  })

  it('is short for what is near zero on either side', () => {
    expect(bytesOf(int, 0)).toEqual([0])
    expect(bytesOf(int, -1)).toEqual([1])
    expect(bytesOf(int, 1)).toEqual([2])
    expect(bytesOf(int, -64)).toEqual([127])
    expect(bytesOf(int, 64)).toEqual([128, 1])
  })

  it('never decodes to -0, and never encodes it', () => {
    expect(Object.is(decode(int, Uint8Array.of(0)), 0)).toBe(true)
    expect(() => encode(int, -0)).toThrow(RangeError)
  })

  it('refuses more than 52 bits on both sides of the wire', () => {
    for (const value of [2 ** 52, -(2 ** 52), 2 ** 53, 0.5, Number.NaN]) {
      expect(() => encode(int, value)).toThrow(RangeError)
    }
    // -2^52, which is what 2^53 - 1 would stand for.
    refuses(int, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)
  })
})

describe('bool', () => {
  it('is one byte, 0 or 1, and refuses any other', () => {
    expect(bytesOf(bool, false)).toEqual([0])
    expect(bytesOf(bool, true)).toEqual([1])
    for (let byte = 2; byte < 256; byte += 1) refuses(bool, byte)
  })

  it('refuses to encode what is missing', () => {
    expect(() => encode(bool, undefined as unknown as boolean)).toThrow(RangeError)
  })
})

describe('text', () => {
  it('holds every text that has an encoding, and keeps a byte order mark', () => {
    comesBack(text, texts)
    expect(bytesOf(text, '\ufeff')).toEqual([3, 0xef, 0xbb, 0xbf])
    expect(decode(text, Uint8Array.of(3, 0xef, 0xbb, 0xbf))).toBe('\ufeff')
  })

  it('refuses to encode a lone surrogate, and to measure it', () => {
    expect(() => encode(text, '\ud800')).toThrow(RangeError)
    expect(() => text.size('a\udfff')).toThrow(RangeError)
  })

  it('refuses bytes that are no text: a surrogate, an overlong form, a lone continuation', () => {
    refuses(text, 3, 0xed, 0xa0, 0x80)
    refuses(text, 2, 0xc1, 0x81)
    refuses(text, 1, 0x80)
  })
})

describe('bytes', () => {
  it('hold any bytes', () => {
    comesBack(bytes, byteStrings)
  })

  it('are decoded as a view of the frame', () => {
    const frame = encode(bytes, Uint8Array.of(1, 2, 3))
    expect(decode(bytes, frame).buffer).toBe(frame.buffer)
  })

  it('are equal byte by byte', () => {
    fc.assert(
      fc.property(byteStrings, byteStrings, (left, right) => {
        expect(equalBytes(left, right)).toBe([...left].join() === [...right].join())
        expect(equalBytes(left, left.slice())).toBe(true)
      }),
    )
  })

  it('refuse a length that is not there, before anything is allocated', () => {
    refuses(bytes, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)
    refuses(bytes, 1)
  })
})

describe('bigNatural', () => {
  it('holds natural numbers of up to 1,024 bytes', () => {
    comesBack(bigNatural, bigNaturals)
    const largest = 2n ** 8192n - 1n
    expect(decode(bigNatural, encode(bigNatural, largest))).toBe(largest)
  })

  it('refuses more than that on both sides of the wire', () => {
    expect(() => encode(bigNatural, 2n ** 8192n)).toThrow(RangeError)
    refuses(bigNatural, 0x81, 0x08, ...new Array<number>(1_025).fill(1))
  })

  it('refuses to encode a negative number', () => {
    expect(() => encode(bigNatural, -1n)).toThrow(RangeError)
  })

  it('has one encoding for each number: zero is empty, and there is no padding', () => {
    expect(bytesOf(bigNatural, 0n)).toEqual([0])
    expect(bytesOf(bigNatural, 255n)).toEqual([1, 255])
    expect(bytesOf(bigNatural, 256n)).toEqual([2, 1, 0])
    refuses(bigNatural, 1, 0)
    refuses(bigNatural, 2, 0, 1)
  })
})

describe('oneOf', () => {
  const role = oneOf('follower', 'candidate', 'leader')

  it('is the place of a name in the list', () => {
    expect(bytesOf(role, 'follower')).toEqual([0])
    expect(bytesOf(role, 'leader')).toEqual([2])
    expect(decode(role, Uint8Array.of(1))).toBe('candidate')
    expect(role.initial()).toBe('follower')
  })

  it('refuses a place and a name that are not in the list', () => {
    for (let byte = 3; byte < 256; byte += 1) refuses(role, byte)
    expect(() => encode(role, 'king' as 'leader')).toThrow(RangeError)
    expect(() => encode(role, 'constructor' as 'leader')).toThrow(RangeError)
  })

  it('is declared with different names that one byte can tell apart', () => {
    expect(() => oneOf('a', 'b', 'a')).toThrow('a name comes twice: a, b, a')
    const names = Array.from({ length: 257 }, (_, place) => `name ${place}`)
    expect(() => oneOf('first', ...names.slice(1))).toThrow('one of 257 names: 256 at most')
    const most = oneOf('first', ...names.slice(2))
    expect(decode(most, encode(most, 'name 256'))).toBe('name 256')
  })

  it('does not compile with another name', () => {
    // @ts-expect-error: no such role
    expect(() => encode(role, 'king')).toThrow(RangeError)
  })
})

describe('padding', () => {
  it('is encoded as a number, and counts as that many bytes more', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), (value) => {
        const frame = encode(padding, value)
        expect(decode(padding, frame)).toBe(value)
        expect(padding.size(value)).toBe(frame.length + value)
      }),
    )
  })
})
