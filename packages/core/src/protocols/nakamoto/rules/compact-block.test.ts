import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../../model/schema/index.ts'
import { type Block, decodeBlock, encodeBlock } from './block.ts'
import {
  compactBlockOf,
  decodeCompactBlock,
  encodeCompactBlock,
  fill,
  type Reconstruction,
  reconstruct,
  shortIdKey,
  shortIdOf,
} from './compact-block.ts'
import { damaged } from './testing/arbitrary.ts'
import { ifPresent, realBlock } from './testing/reference-data.ts'
import { blockOf, coinbaseAt, input, payment, payTo } from './testing/sample-blocks.ts'
import { Transaction } from './transaction.ts'

const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const spend = (name: number): Transaction =>
  payment([{ outpoint: `${name.toString(16).padStart(64, '0')}:0`, by: 1 }], [payTo(2, name)])
const blockWith = (payments: number): Block =>
  blockOf([
    coinbaseAt(1, [payTo(1, 5)]),
    ...Array.from({ length: payments }, (_, i) => spend(i + 1)),
  ])

const complete = (block: Block): Reconstruction => ({ kind: 'complete', block })

describe('a compact block', () => {
  test('is put together from the transactions at hand, whatever else is there', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (payments, others) => {
        const block = blockWith(payments)
        const mempool = [
          ...Array.from({ length: others }, (_, i) => spend(1_000 + i)),
          ...block.transactions.slice(1).toReversed(),
        ]
        expect(reconstruct(compactBlockOf(block, nonce), mempool)).toEqual(complete(block))
      }),
    )
  })

  test('tells which transactions are missing, and takes them', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), (known) => {
        const block = blockWith(known.length)
        const mempool = block.transactions.filter((_, i) => i > 0 && known[i - 1])
        const result = reconstruct(compactBlockOf(block, nonce), mempool)
        if (known.every((each) => each)) {
          expect(result).toEqual(complete(block))
          return
        }
        if (result.kind !== 'missing') throw new Error(result.kind)
        expect(result.indexes).toEqual(known.flatMap((each, i) => (each ? [] : [i + 1])))
        const missing = result.indexes.map((i) => block.transactions[i] as Transaction)
        expect(fill(result, missing)).toEqual(complete(block))
        expect(fill(result, missing.slice(1)).kind).toBe('missing')
      }),
    )
  })

  test('asks for the full block where two of its names are the same', () => {
    const compact = compactBlockOf(blockWith(3), nonce)
    const [first, second] = compact.shortIds as [number, number]
    const collided = { ...compact, shortIds: [first, second, first] }
    expect(reconstruct(collided, [])).toEqual({ kind: 'collision' })
  })

  test('asks for the full block where another transaction took the place of its own', () => {
    const block = blockWith(2)
    const result = reconstruct(compactBlockOf(block, nonce), [])
    if (result.kind !== 'missing') throw new Error(result.kind)
    expect(fill(result, [spend(1), spend(7)])).toEqual({ kind: 'collision' })
  })

  test('has other names under another nonce and for another block', () => {
    const block = blockWith(20)
    const names = compactBlockOf(block, nonce).shortIds
    const renamed = compactBlockOf(block, nonce.with(0, 9)).shortIds
    expect(names.some((name) => renamed.includes(name))).toBe(false)
    expect(names.every((name) => name >= 0 && name < 2 ** 48)).toBe(true)
    expect(new Set(names).size).toBe(20)
  })

  test('names transactions by their witnesses too', () => {
    const key = shortIdKey(blockWith(0).header, nonce)
    const witnessed = (byte: number): Transaction =>
      new Transaction({
        version: 2,
        inputs: [input(`${'1'.repeat(64)}:0`, { witness: [Uint8Array.of(byte)] })],
        outputs: [],
        lockTime: 0,
      })
    expect(witnessed(1).id).toBe(witnessed(2).id)
    expect(shortIdOf(key, witnessed(1).witnessId)).not.toBe(shortIdOf(key, witnessed(2).witnessId))
  })

  test('needs a nonce of eight bytes and a coinbase', () => {
    expect(() => compactBlockOf(blockWith(1), new Uint8Array(7))).toThrow(RangeError)
    expect(() => compactBlockOf(blockOf([]), nonce)).toThrow(RangeError)
  })
})

describe.skipIf(realBlock === undefined)(`block 830,000 ${ifPresent}`, () => {
  const block = realBlock === undefined ? undefined : decodeBlock(realBlock)

  test('goes over the wire in a hundredth of its size and comes out the same', () => {
    if (block === undefined) throw new Error('no block')
    const bytes = encodeCompactBlock(compactBlockOf(block, nonce))
    expect(bytes.length).toBeLessThan(block.size / 100)
    const result = reconstruct(decodeCompactBlock(bytes), block.transactions.slice(1))
    if (result.kind !== 'complete') throw new Error(result.kind)
    expect(Buffer.compare(encodeBlock(result.block), encodeBlock(block))).toBe(0)
  })
})

describe('the codec', () => {
  const sample = () => {
    const block = blockWith(4)
    const { header, shortIds, prefilled } = compactBlockOf(block, nonce)
    // The third payment in full as well: the gaps between places are what is written.
    const extra = { index: 3, transaction: block.transactions[3] as Transaction }
    return { header, nonce, shortIds: shortIds.toSpliced(2, 1), prefilled: [...prefilled, extra] }
  }

  test('what is encoded is decoded as it was', () => {
    expect(decodeCompactBlock(encodeCompactBlock(sample()))).toEqual(sample())
    const { transactions } = blockWith(4)
    const result = reconstruct(
      sample(),
      [1, 2, 4].map((i) => transactions[i] as Transaction),
    )
    expect(result).toEqual(complete(blockWith(4)))
  })

  test('a prefilled transaction beyond the end is refused', () => {
    const { prefilled, ...rest } = sample()
    const [first, second] = prefilled as [(typeof prefilled)[0], (typeof prefilled)[0]]
    const beyond = { ...rest, prefilled: [first, { ...second, index: 5 }] }
    expect(() => decodeCompactBlock(encodeCompactBlock(beyond))).toThrow(
      new DecodeError('a prefilled transaction at place 5 of 5'),
    )
  })

  test('whatever comes in, it is refused or encodes to the same bytes again', () => {
    let accepted = 0
    fc.assert(
      fc.property(damaged(encodeCompactBlock(sample())), (bytes) => {
        let compact: ReturnType<typeof decodeCompactBlock>
        try {
          compact = decodeCompactBlock(bytes)
        } catch (error) {
          if (error instanceof DecodeError) return
          throw error
        }
        accepted += 1
        expect(encodeCompactBlock(compact)).toEqual(bytes)
        reconstruct(compact, blockWith(4).transactions)
      }),
      { numRuns: 2_000 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})
