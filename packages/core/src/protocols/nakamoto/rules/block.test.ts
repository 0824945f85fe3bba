import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../../model/hex.ts'
import { DecodeError } from '../../../model/schema/index.ts'
import { type Block, decodeBlock, encodeBlock } from './block.ts'
import { checkBlock, checkBlockInContext } from './block-rules.ts'
import { mainnet } from './chain-parameters.ts'
import { anyTransaction, damaged } from './testing/arbitrary.ts'
import { ifPresent, realBlock } from './testing/reference-data.ts'
import { blockOf } from './testing/sample-blocks.ts'
import { Transaction } from './transaction.ts'

/** The block, or the message of why these bytes are none. Any other error fails the test. */
function tryDecode(bytes: Uint8Array): Block | string {
  try {
    return decodeBlock(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return error.message
    throw error
  }
}

describe.skipIf(realBlock === undefined)(`block 830,000 ${ifPresent}`, () => {
  const bytes = realBlock ?? new Uint8Array(0)
  const height = 830_000
  const medianTime = 1_707_900_000
  const decoded = (): Block => decodeBlock(bytes)

  test('is decoded, and encodes to the same bytes again', () => {
    const block = decoded()
    expect(block.id).toBe('000000000000000000011d55599ed27d7efca05f5849b755319c89eb2cffbc1f')
    expect(block.transactions).toHaveLength(1_851)
    expect(block.size).toBe(bytes.length)
    expect(block.weight).toBe(3_993_683)
    expect(Buffer.compare(encodeBlock(block), bytes)).toBe(0)
  })

  test('keeps every rule of a block, merkle root and witness commitment among them', () => {
    const block = decoded()
    expect(block.merkle).toEqual({ root: block.header.merkleRoot, mutated: false })
    expect(checkBlock(block, mainnet)).toBeUndefined()
    expect(checkBlockInContext(block, height, medianTime, mainnet)).toBeUndefined()
  })

  test('does not fit another height', () => {
    const broken = checkBlockInContext(decoded(), height + 1, medianTime, mainnet)
    expect(broken?.rule).toBe('coinbase-height')
  })

  test('has another merkle root with any transaction changed, left out, or twice', () => {
    const { header, transactions } = decoded()
    const { version, inputs, outputs, lockTime } = transactions[700] as Transaction
    const changed = new Transaction({ version, inputs, outputs, lockTime: lockTime + 1 })
    for (const bad of [
      transactions.with(700, changed),
      transactions.toSpliced(700, 1),
      transactions.toSpliced(700, 0, transactions[700] as Transaction),
    ]) {
      const block = blockOf(bad, header)
      expect(checkBlock(block, mainnet)).toMatchObject({ rule: 'merkle-root', mutated: true })
    }
  })

  test('shows a changed witness, which no merkle root of its own covers', () => {
    const { header, transactions } = decoded()
    const index = transactions.findIndex((transaction, i) => i > 0 && transaction.hasWitness)
    const { version, inputs, outputs, lockTime } = transactions[index] as Transaction
    const unsigned = inputs.map((each) => ({ ...each, witness: [Uint8Array.of(1)] }))
    const changed = new Transaction({ version, inputs: unsigned, outputs, lockTime })
    const block = blockOf(transactions.with(index, changed), header)
    expect(checkBlock(block, mainnet)).toBeUndefined()
    expect(checkBlockInContext(block, height, medianTime, mainnet)).toMatchObject({
      rule: 'witness-commitment',
      mutated: true,
    })
  })

  test('is refused wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(typeof tryDecode(bytes.subarray(0, length))).toBe('string')
      }),
      { numRuns: 30 },
    )
  })
})

describe('the codec', () => {
  const anyBlock = fc
    .array(anyTransaction, { maxLength: 5 })
    .map((transactions) => blockOf(transactions.map((fields) => new Transaction(fields))))

  test('what is encoded is decoded as it was', () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        const bytes = encodeBlock(block)
        expect(bytes).toHaveLength(block.size)
        const again = decodeBlock(bytes)
        expect(again).toEqual(block)
        expect(again.id).toBe(block.id)
        expect(again.merkle).toEqual(block.merkle)
        expect(again.weight).toBe(3 * block.strippedSize + bytes.length)
      }),
    )
  })

  test('a count of transactions that cannot be there is refused before anything is allocated', () => {
    const bytes = Uint8Array.of(...encodeBlock(mainnet.genesis).subarray(0, 80), 0xfe, 0, 0, 0, 1)
    expect(tryDecode(bytes)).toBe('a count of 16777216 in the 0 bytes that are left')
  })

  test('whatever comes in, it is refused or encodes to the same bytes again', () => {
    let accepted = 0
    const hostile = fc.oneof(
      damaged(encodeBlock(mainnet.genesis)),
      anyBlock.chain((block) => damaged(encodeBlock(block))),
      fc.uint8Array({ maxLength: 300 }),
    )
    fc.assert(
      fc.property(hostile, (bytes) => {
        const block = tryDecode(bytes)
        if (typeof block === 'string') return
        accepted += 1
        expect(toHex(encodeBlock(block))).toBe(toHex(bytes))
      }),
      { numRuns: 2_000 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})
