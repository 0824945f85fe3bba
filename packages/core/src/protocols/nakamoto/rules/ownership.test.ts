import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../model/hex.ts'
import { mainnet } from './chain-parameters.ts'
import { isSignedByOwner, lockTo, ownerOf, unlockWith } from './ownership.ts'
import { input, owner, payTo, sign, verify } from './testing/sample-blocks.ts'
import { Transaction } from './transaction.ts'

describe('a locking script', () => {
  test('tells its owner, whatever the key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 255 }), (key) => {
        expect(ownerOf(lockTo(key))).toEqual(key)
      }),
    )
    expect(() => lockTo(new Uint8Array(0))).toThrow('an owner is named by at least one byte')
    expect(() => lockTo(new Uint8Array(256))).toThrow(RangeError)
  })

  test('of the oldest form of Bitcoin is read in the same way', () => {
    const script = mainnet.genesis.transactions[0]?.outputs[0]?.lockingScript as Uint8Array
    expect(ownerOf(script)).toHaveLength(65)
  })

  test.each([
    '',
    'ac',
    '00ac',
    '0107',
    '0207ac',
    '01070107ac',
    '4c0107ac',
    '4d010007ac',
    '51ac',
    '6a0107ac',
  ])('of any other form, such as %s, has no owner', (script) => {
    expect(ownerOf(fromHex(script))).toBeUndefined()
  })

  test('of any bytes has an owner only if locking to that owner gives the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (script) => {
        const found = ownerOf(script)
        if (found !== undefined) expect(lockTo(found)).toEqual(script)
      }),
    )
  })
})

describe('a signature', () => {
  const transaction = (unlockingScript: Uint8Array): Transaction =>
    new Transaction({
      version: 2,
      inputs: [input(`${'1'.repeat(64)}:0`, { unlockingScript })],
      outputs: [payTo(2, 5)],
      lockTime: 0,
    })
  const { signatureDigest } = transaction(new Uint8Array(0))
  const good = unlockWith(sign(owner(1), signatureDigest))

  test('is the owner’s over the transaction', () => {
    expect(isSignedByOwner(transaction(good), 0, payTo(1, 5), verify)).toBe(true)
    expect(isSignedByOwner(transaction(good), 0, payTo(2, 5), verify)).toBe(false)
  })

  test.each([
    ['there is none', new Uint8Array(0)],
    ['more follows it', Uint8Array.of(...good, 0)],
    ['it is pushed in a longer way', Uint8Array.of(0x4c, ...good)],
    ['it is cut off', good.subarray(0, good.length - 1)],
    ['it is another', good.with(5, (good[5] as number) ^ 1)],
  ])('does not unlock where %s', (_, script) => {
    expect(isSignedByOwner(transaction(script), 0, payTo(1, 5), verify)).toBe(false)
  })

  test('does not unlock what is not locked in our form', () => {
    const coin = { value: 5, lockingScript: Uint8Array.of(0x51) }
    expect(isSignedByOwner(transaction(good), 0, coin, () => true)).toBe(false)
  })
})
