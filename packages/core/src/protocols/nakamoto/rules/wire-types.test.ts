import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode, finish, type Infer, union } from '../../../model/schema/index.ts'
import type { Block } from './block.ts'
import { anyTransaction } from './testing/arbitrary.ts'
import { blockOf } from './testing/sample-blocks.ts'
import { Transaction } from './transaction.ts'
import { blockType, headerType, transactionType } from './wire-types.ts'

const Message = union({
  block: { block: blockType },
  header: { header: headerType },
  transaction: { transaction: transactionType },
})
type Message = Infer<typeof Message>

const anyBlock = fc
  .array(anyTransaction, { minLength: 1, maxLength: 3 })
  .map((transactions) => blockOf(transactions.map((fields) => new Transaction(fields))))

test('a message carries headers, transactions and blocks in their own bytes', () => {
  fc.assert(
    fc.property(anyBlock, (block) => {
      const messages: Message[] = [
        { kind: 'block', block },
        { kind: 'header', header: block.header },
        { kind: 'transaction', transaction: block.transactions[0] as Transaction },
      ]
      for (const message of messages) {
        const bytes = encode(Message, message)
        expect(bytes).toHaveLength(Message.size(message))
        const again = decode(Message, bytes)
        expect(Message.equal(again, message)).toBe(true)
        expect(finish(Message.hash(0, again))).toBe(finish(Message.hash(0, message)))
      }
    }),
  )
})

test('what a message holds is a block again, its methods too', () => {
  const message: Message = decode(Message, encode(Message, { kind: 'block', block: blockOf([]) }))
  if (message.kind !== 'block') throw new Error(message.kind)
  const block: Block = message.block
  expect(block.id).toBe(blockOf([]).id)
})

test('different values are different, and look different', () => {
  const [one, two] = [blockOf([]), blockOf([], { nonce: 1 })]
  expect(blockType.equal(one, two)).toBe(false)
  expect(blockType.hash(0, one)).not.toBe(blockType.hash(0, two))
  expect(blockType.view(one)).toEqual({
    id: one.id,
    previous: one.header.previous,
    time: 0,
    transactions: 0,
  })
})
