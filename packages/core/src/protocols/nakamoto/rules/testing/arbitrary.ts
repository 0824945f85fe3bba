import fc from 'fast-check'
import { toHex } from '../../../../model/hex.ts'
import type { Identifier } from '../identifier.ts'
import type { TransactionFields } from '../transaction.ts'

const anyUint32: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff_ffff })

const anyIdentifier: fc.Arbitrary<Identifier> = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map(toHex)

const script = fc.uint8Array({ maxLength: 300 })

/** Transactions of any shape that has an encoding, most of them against every rule. */
export const anyTransaction: fc.Arbitrary<TransactionFields> = fc.record({
  version: anyUint32,
  inputs: fc.array(
    fc.record({
      previousId: anyIdentifier,
      previousIndex: anyUint32,
      unlockingScript: script,
      sequence: anyUint32,
      witness: fc.array(script, { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  outputs: fc.array(fc.record({ value: fc.maxSafeInteger(), lockingScript: script }), {
    maxLength: 4,
  }),
  lockTime: anyUint32,
})

/** Good bytes with a few of them changed, cut off or inserted: what a careless or hostile peer sends. */
export function damaged(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }))
  return fc
    .tuple(fc.array(change, { maxLength: 5 }), fc.nat(good.length), fc.uint8Array({ maxLength: 9 }))
    .map(([changes, cut, inserted]) => {
      const bytes = Uint8Array.of(...good.subarray(0, cut), ...inserted, ...good.subarray(cut))
      for (const [at, byte] of changes) bytes[at] = byte
      return inserted.length % 2 === 0 ? bytes : bytes.slice(0, cut + inserted.length)
    })
}
