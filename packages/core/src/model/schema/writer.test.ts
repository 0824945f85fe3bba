import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { naturalSize, Reader, Writer } from './index.ts'
import { byteStrings, naturals, texts } from './testing/any-type.ts'

describe('a writer', () => {
  it('grows as it must', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat({ max: 255 }).map((value) => ({ kind: 'byte' as const, value })),
            naturals.map((value) => ({ kind: 'natural' as const, value })),
            fc.uint8Array({ maxLength: 700 }).map((value) => ({ kind: 'bytes' as const, value })),
            fc.string({ maxLength: 700 }).map((value) => ({ kind: 'text' as const, value })),
          ),
        ),
        (parts) => {
          const writer = new Writer()
          for (const part of parts) {
            switch (part.kind) {
              case 'byte':
                writer.byte(part.value)
                break
              case 'natural':
                writer.natural(part.value)
                break
              case 'bytes':
                writer.bytes(part.value)
                break
              case 'text':
                writer.text(part.value)
                break
            }
          }
          const reader = new Reader(writer.finish())
          for (const { kind, value } of parts) expect(reader[kind]()).toEqual(value)
          expect(reader.left).toBe(0)
        },
      ),
    )
  })

  it('hands out copies: what was finished stays as it is', () => {
    const writer = new Writer()
    writer.byte(1)
    const first = writer.finish()
    writer.reset()
    writer.byte(2)
    expect([...first]).toEqual([1])
    expect([...writer.finish()]).toEqual([2])
  })

  it('refuses numbers that are not natural, or not exact', () => {
    for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 60)]) {
      expect(() => new Writer().natural(value)).toThrow(RangeError)
    }
  })

  it('refuses a lone surrogate, which has no encoding', () => {
    for (const text of ['\ud800', 'a\udc00', '\udc00\ud800', '\ud83d\ud83d\ude00']) {
      expect(() => new Writer().text(text)).toThrow(RangeError)
    }
  })
})

describe('naturalSize', () => {
  it('is how many bytes a number takes', () => {
    fc.assert(
      fc.property(naturals, (value) => {
        const writer = new Writer()
        writer.natural(value)
        expect(naturalSize(value)).toBe(writer.length)
      }),
      { numRuns: 1_000 },
    )
  })

  it('comes to an end for what is no natural number', () => {
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN, -1, 1e300]) {
      expect(naturalSize(value)).toBeLessThanOrEqual(8)
    }
  })

  it('is known of text and bytes too', () => {
    fc.assert(
      fc.property(texts, byteStrings, (text, bytes) => {
        const writer = new Writer()
        writer.text(text)
        writer.bytes(bytes)
        const textLength = new TextEncoder().encode(text).length
        expect(writer.length).toBe(
          naturalSize(textLength) + textLength + naturalSize(bytes.length) + bytes.length,
        )
      }),
    )
  })
})
