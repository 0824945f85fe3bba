import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, Reader, Writer } from './index.ts'
import { byteStrings, naturals, texts } from './testing/any-type.ts'

const readerOf = (...bytes: number[]): Reader => new Reader(Uint8Array.from(bytes))

describe('a natural number', () => {
  it('is written seven bits a byte, lowest first, and read back', () => {
    const written = (value: number): number[] => {
      const writer = new Writer()
      writer.natural(value)
      return [...writer.finish()]
    }
    expect(written(0)).toEqual([0])
    expect(written(127)).toEqual([127])
    expect(written(128)).toEqual([0x80, 1])
    expect(written(300)).toEqual([0xac, 2])
    expect(written(2 ** 53 - 1)).toEqual([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f])
  })

  it('comes back whatever its size', () => {
    fc.assert(
      fc.property(naturals, (value) => {
        const writer = new Writer()
        writer.natural(value)
        const reader = new Reader(writer.finish())
        expect(reader.natural()).toBe(value)
        expect(reader.left).toBe(0)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is refused with padding, which would be a second encoding of it', () => {
    for (const padded of [
      [0x80, 0],
      [0xff, 0],
      [0x81, 0x80, 0],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80, 0],
    ]) {
      expect(() => readerOf(...padded).natural()).toThrow(DecodeError)
    }
  })

  it('is refused above 2^53 - 1, where numbers are no longer exact', () => {
    const largest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    expect(readerOf(...largest, 0x0f).natural()).toBe(Number.MAX_SAFE_INTEGER)
    for (const last of [[0x10], [0x7f], [0x80, 1], [0xff, 0xff, 0x01], [0x8f, 0]]) {
      expect(() => readerOf(...largest, ...last).natural()).toThrow(DecodeError)
    }
  })

  it('is refused however long it is', () => {
    for (let length = 8; length < 400; length += 1) {
      for (const filler of [0x80, 0xff]) {
        for (const last of [0x00, 0x01, 0x7f]) {
          const bytes = [...new Array<number>(length).fill(filler), last]
          expect(() => readerOf(...bytes).natural()).toThrow(DecodeError)
        }
      }
    }
  })

  it('is refused without an end', () => {
    expect(() => readerOf().natural()).toThrow(DecodeError)
    expect(() => readerOf(0x80).natural()).toThrow(DecodeError)
    expect(() => readerOf(0xff, 0xff).natural()).toThrow(DecodeError)
  })
})

describe('a count', () => {
  it('is refused where so many elements cannot be in what is left', () => {
    expect(readerOf(2, 0, 0).count(1)).toBe(2)
    expect(() => readerOf(3, 0, 0).count(1)).toThrow(DecodeError)
    expect(readerOf(1, 0, 0).count(2)).toBe(1)
    expect(() => readerOf(2, 0, 0, 0).count(2)).toThrow(DecodeError)
  })

  it('is refused at the largest number there is', () => {
    const writer = new Writer()
    writer.natural(Number.MAX_SAFE_INTEGER)
    writer.raw(new Uint8Array(100))
    expect(() => new Reader(writer.finish()).count(1)).toThrow(DecodeError)
    expect(() => new Reader(writer.finish()).count(1_000)).toThrow(DecodeError)
  })
})

describe('bytes', () => {
  it('are a view of the frame, not a copy', () => {
    const frame = Uint8Array.of(9, 3, 1, 2, 3, 9)
    const bytes = new Reader(frame, 1).bytes()
    expect([...bytes]).toEqual([1, 2, 3])
    expect(bytes.buffer).toBe(frame.buffer)
  })

  it('never reach beyond the end of the reader, though the frame goes on', () => {
    const frame = Uint8Array.of(3, 1, 2, 3)
    expect(() => new Reader(frame, 0, 3).bytes()).toThrow(DecodeError)
    expect(() => new Reader(frame, 0, 3).raw(4)).toThrow(DecodeError)
    expect(() => new Reader(frame, 0, 3).text()).toThrow(DecodeError)
    const short = new Reader(Uint8Array.of(0x80, 1, 1), 0, 1)
    expect(() => short.natural()).toThrow(DecodeError)
    expect(() => short.byte()).toThrow(DecodeError)
    const atEnd = new Reader(frame, 4)
    expect(() => atEnd.byte()).toThrow(DecodeError)
    expect([...atEnd.raw(0)]).toEqual([])
  })

  it('come back', () => {
    fc.assert(
      fc.property(byteStrings, (value) => {
        const writer = new Writer()
        writer.bytes(value)
        expect(new Reader(writer.finish()).bytes()).toEqual(value)
      }),
    )
  })
})

describe('text', () => {
  it('comes back, a byte order mark and the highest characters included', () => {
    fc.assert(
      fc.property(texts, (value) => {
        const writer = new Writer()
        writer.text(value)
        expect(new Reader(writer.finish()).text()).toBe(value)
      }),
      { numRuns: 500 },
    )
  })

  it('is refused where it is not UTF-8 in its one form', () => {
    for (const bytes of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      expect(() => readerOf(bytes.length, ...bytes).text()).toThrow(DecodeError)
    }
  })
})
