import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from './hex.ts'
import { doubleSha256, doubleSha256Into, sha256 } from './sha256.ts'

const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const nodeSha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

// Published with FIPS 180-2 and by NIST's examples.
test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [
    'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
    'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
])('the digest is the one that FIPS 180 gives (vector %#)', (message, digest) => {
  expect(toHex(sha256(ascii(message)))).toBe(digest)
})

test('every length up to five blocks, paddings included, agrees with node:crypto', () => {
  for (let length = 0; length <= 320; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 167 + length) & 0xff)
    expect(toHex(sha256(bytes)), `${length} bytes`).toBe(nodeSha256(bytes))
  }
})

test('random bytes agree with node:crypto, once and twice', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
      const once = createHash('sha256').update(bytes).digest()
      expect(toHex(sha256(bytes))).toBe(once.toString('hex'))
      expect(toHex(doubleSha256(bytes))).toBe(nodeSha256(once))
    }),
  )
})

test('a part of an array is hashed into a part of the same array, and nothing else changes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 200, maxLength: 200 }), fc.nat(100), (bytes, offset) => {
      const before = bytes.slice()
      doubleSha256Into(bytes, 150, bytes, offset, 80)
      expect(bytes.slice(150, 182)).toEqual(doubleSha256(before.slice(offset, offset + 80)))
      expect(bytes.slice(0, 150)).toEqual(before.slice(0, 150))
      expect(bytes.slice(182)).toEqual(before.slice(182))
    }),
  )
})
