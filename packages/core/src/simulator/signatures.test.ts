import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../model/random.ts'
import { IdealSignatures } from './signatures.ts'

const signatures = new IdealSignatures(new Random(1))

test('a signature is good for its signer and its bytes alone', () => {
  const bytes = fc.uint8Array({ maxLength: 40 })
  fc.assert(
    fc.property(fc.nat(9), fc.nat(9), bytes, bytes, (signer, other, signed, others) => {
      const signature = signatures.sign(signer, signed)
      expect(signatures.verify(signer, signed, signature)).toBe(true)
      expect(signatures.verify(other, signed, signature)).toBe(other === signer)
      const same = signed.length === others.length && signed.every((byte, i) => byte === others[i])
      expect(signatures.verify(signer, others, signature)).toBe(same)
    }),
  )
})

test('no changed, cut or extended signature is good, and none of another world', () => {
  const message = Uint8Array.of(1, 2, 3)
  const signature = signatures.sign(2, message)
  for (let bit = 0; bit < signature.length * 8; bit++) {
    const changed = signature.slice()
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
    expect(signatures.verify(2, message, changed)).toBe(false)
  }
  expect(signatures.verify(2, message, signature.subarray(1))).toBe(false)
  expect(signatures.verify(2, message, Uint8Array.of(...signature, 0))).toBe(false)
  const elsewhere = new IdealSignatures(new Random(2))
  expect(elsewhere.verify(2, message, signature)).toBe(false)
})
