import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '../../../model/hex.ts'
import { type SipKey, sipHash24 } from './siphash.ts'

/** The key 00 01 02 ... 0f of the reference implementation. */
const referenceKey: SipKey = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c]

function hashText(key: SipKey, bytes: Uint8Array): string {
  const { low, high } = sipHash24(key, bytes)
  const digest = new Uint8Array(new Uint32Array([low, high]).buffer)
  return toHex(digest)
}

// Of the reference implementation: the hash of the bytes 00 01 02 ..., one more each time.
test.each([
  [0, '310e0edd47db6f72'],
  [1, 'fd67dc93c539f874'],
  [2, '5a4fa9d909806c0d'],
  [3, '2d7efbd796666785'],
  [4, 'b7877127e09427cf'],
  [5, '8da699cd64557618'],
  [6, 'cee3fe586e46c9cb'],
  [7, '37d1018bf50002ab'],
  [8, '6224939a79f5f593'],
  [9, 'b0e4a90bdf82009e'],
  [15, 'e545be4961ca29a1'],
])('the hash of %d bytes is the published one', (length, digest) => {
  const bytes = Uint8Array.from({ length }, (_, i) => i)
  expect(hashText(referenceKey, bytes)).toBe(digest)
})

/** SipHash-2-4 as its paper gives it, on numbers of 64 bits. */
function byThePaper(key: SipKey, bytes: Uint8Array): bigint {
  const wrap = (x: bigint): bigint => BigInt.asUintN(64, x)
  const rotate = (x: bigint, bits: bigint): bigint => wrap(x << bits) | (x >> (64n - bits))
  const word = (low: number, high: number): bigint => BigInt(low) | (BigInt(high) << 32n)
  const k0 = word(key[0], key[1])
  const k1 = word(key[2], key[3])
  let [v0, v1, v2, v3] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ]
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      v0 = wrap(v0 + v1)
      v2 = wrap(v2 + v3)
      v1 = rotate(v1, 13n) ^ v0
      v3 = rotate(v3, 16n) ^ v2
      v0 = rotate(v0, 32n)
      v2 = wrap(v2 + v1)
      v0 = wrap(v0 + v3)
      v1 = rotate(v1, 17n) ^ v2
      v3 = rotate(v3, 21n) ^ v0
      v2 = rotate(v2, 32n)
    }
  }
  const padded = new Uint8Array(Math.floor(bytes.length / 8) * 8 + 8)
  padded.set(bytes)
  padded[padded.length - 1] = bytes.length
  for (let i = 0; i < padded.length; i += 8) {
    const m = new DataView(padded.buffer).getBigUint64(i, true)
    v3 ^= m
    rounds(2)
    v0 ^= m
  }
  v2 ^= 0xffn
  rounds(4)
  return v0 ^ v1 ^ v2 ^ v3
}

test('any bytes under any key have the hash that the paper gives', () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff })
  fc.assert(
    fc.property(
      fc.tuple(word, word, word, word),
      fc.uint8Array({ maxLength: 300 }),
      (key, bytes) => {
        const { low, high } = sipHash24(key, bytes)
        expect(BigInt(low) | (BigInt(high) << 32n)).toBe(byThePaper(key, bytes))
      },
    ),
  )
})
