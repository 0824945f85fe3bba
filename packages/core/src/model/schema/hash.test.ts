import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish, mix, mixBytes, mixNumber, mixText } from './hash.ts'

/** How many of these hashes are the hash of an earlier one. */
function collisions(hashes: Iterable<number>): number {
  const seen = new Set<number>()
  let count = 0
  for (const hash of hashes) {
    if (seen.has(hash)) count += 1
    seen.add(hash)
  }
  return count
}

/** A hundred thousand words collide once in 32 bits on average: 100,000² / 2^33. */
const many = Array.from({ length: 100_000 }, (_, i) => i)
const fewCollisions = 8

describe('the hash', () => {
  it('is a 32-bit integer', () => {
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeInteger(), fc.string(), fc.uint8Array(), (h, n, t, b) => {
        const mixed = [mix(h, n | 0), mixNumber(h, n), mixText(h, t), mixBytes(h, b), finish(h)]
        for (const hash of mixed) expect(hash).toBe(hash | 0)
      }),
    )
  })

  it('spreads words that follow each other', () => {
    expect(collisions(many.map((i) => mix(0, i)))).toBe(0)
    expect(collisions(many.map((i) => mix(i, 0)))).toBe(0)
    expect(collisions(many.map((i) => mix(mix(0, i % 316), (i / 316) | 0)))).toBeLessThan(
      fewCollisions,
    )
  })

  it('sees every bit of a number of 53', () => {
    expect(collisions(many.map((i) => mixNumber(0, i * 2 ** 32)))).toBeLessThan(fewCollisions)
    expect(collisions(many.map((i) => mixNumber(0, -i * 2 ** 32)))).toBeLessThan(fewCollisions)
    expect(mixNumber(0, 2 ** 52)).not.toBe(mixNumber(0, 0))
    expect(mixNumber(0, -1)).not.toBe(mixNumber(0, 2 ** 32 - 1))
    expect(mixNumber(0, -0)).toBe(mixNumber(0, 0))
  })

  it('sees every byte and every character, and where it stands', () => {
    const texts = many.map((i) => `key ${i}`)
    expect(collisions(texts.map((text) => mixText(0, text)))).toBeLessThan(fewCollisions)
    const encoder = new TextEncoder()
    expect(collisions(texts.map((text) => mixBytes(0, encoder.encode(text))))).toBeLessThan(
      fewCollisions,
    )
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (bytes, place) => {
        const changed = bytes.slice()
        const at = place % bytes.length
        changed[at] = (changed[at] as number) ^ 1
        expect(mixBytes(0, changed)).not.toBe(mixBytes(0, bytes))
        expect(mixBytes(0, Uint8Array.of(...bytes, 0))).not.toBe(mixBytes(0, bytes))
      }),
    )
  })

  it('is finished by a permutation, so that finishing merges no two hashes', () => {
    expect(collisions(many.map((i) => finish(i)))).toBe(0)
    expect(collisions(many.map((i) => finish(i << 15)))).toBe(collisions(many.map((i) => i << 15)))
  })

  it('is made of the steps of MurmurHash3, by its published test vectors', () => {
    const murmur = (seed: number, ...words: number[]): number =>
      finish(words.reduce(mix, seed) ^ (words.length * 4)) >>> 0
    expect(murmur(0)).toBe(0)
    expect(murmur(1)).toBe(0x514e28b7)
    expect(murmur(0xffffffff | 0)).toBe(0x81f16f39)
    expect(murmur(0, 0)).toBe(0x2362f9de)
    expect(murmur(0, 0xffffffff | 0)).toBe(0x76293b50)
    expect(murmur(0, 0x87654321 | 0)).toBe(0xf55b516b)
    expect(murmur(0x5082edee, 0x87654321 | 0)).toBe(0x2362f9de)
  })

  it('takes bytes four at a time, lowest first, after their number', () => {
    expect(mixBytes(7, Uint8Array.of(0x21, 0x43, 0x65, 0x87))).toBe(mix(mix(7, 4), 0x87654321 | 0))
    expect(mixBytes(7, Uint8Array.of(1, 0, 0, 0, 9))).toBe(mix(mix(mix(7, 5), 1), 9))
    expect(mixBytes(7, new Uint8Array(0))).toBe(mix(7, 0))
  })
})
