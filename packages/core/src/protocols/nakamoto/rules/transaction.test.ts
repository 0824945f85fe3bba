import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../model/hex.ts'
import { DecodeError } from '../../../model/schema/index.ts'
import { mainnet } from './chain-parameters.ts'
import { nullIdentifier } from './identifier.ts'
import { anyTransaction, damaged } from './testing/arbitrary.ts'
import {
  decodeTransaction,
  encodeTransaction,
  Transaction,
  transactionSize,
  transactionWeight,
} from './transaction.ts'

/** The first payment, of block 170: Satoshi to Hal Finney. */
const firstPayment = fromHex(
  '0100000001c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce25857fcd3704000000004847304402' +
    '204e45e16932b8af514961a1d3a1a25fdf3f4f7732e9d624c6c61548ab5fb8cd410220181522ec8eca07de4860a4' +
    'acdd12909d831cc56cbbac4622082221a8768d1d0901ffffffff0200ca9a3b00000000434104ae1a62fe09c5f51b' +
    '13905f07f06b99a2f7159b2225f374cd378d71302fa28414e7aab37397f554a7df5f142c21c1b7303b8a0626f1ba' +
    'ded5c72a704f7e6cd84cac00286bee0000000043410411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482e' +
    'cad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3ac00000000',
)
/** The native P2WPKH example of BIP143, signed. */
const witnessExample = fromHex(
  '01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830' +
    '450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f928' +
    '1a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e81' +
    '5b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f6' +
    '6f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988' +
    'ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c' +
    '4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7aca' +
    'fcdb3566bb0ad253f62fc70f07aeee635711000000',
)

describe('real transactions', () => {
  test('the first payment is decoded, and has its name', () => {
    const transaction = decodeTransaction(firstPayment)
    expect(transaction.id).toBe('f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16')
    expect(transaction.witnessId).toBe(transaction.id)
    expect(transaction.spends).toEqual([
      '0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0',
    ])
    expect(transaction.creates).toEqual([`${transaction.id}:0`, `${transaction.id}:1`])
    expect(transaction.outputs.map((output) => output.value)).toEqual([
      1_000_000_000, 4_000_000_000,
    ])
    expect(transaction.signatureOperations).toBe(2)
    expect(transaction.isCoinbase).toBe(false)
    expect(transactionWeight(transaction)).toBe(4 * firstPayment.length)
    expect(encodeTransaction(transaction)).toEqual(firstPayment)
  })

  test('one with witnesses has two names, the first without them', () => {
    const transaction = decodeTransaction(witnessExample)
    expect(transaction.id).toBe('e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609')
    expect(transaction.witnessId).toBe(
      'c36c38370907df2324d9ce9d149d191192f338b37665a82e78e76a12c909b762',
    )
    expect(transaction.hasWitness).toBe(true)
    expect(transaction.inputs.map((input) => input.witness.length)).toEqual([0, 2])
    expect(transaction.lockTime).toBe(17)
    expect(encodeTransaction(transaction)).toEqual(witnessExample)
    expect(transactionSize(transaction)).toBe(witnessExample.length)
  })

  test('the coinbase of the genesis block creates money', () => {
    const coinbase = mainnet.genesis.transactions[0] as Transaction
    expect(coinbase.isCoinbase).toBe(true)
    expect(coinbase.spends).toEqual([`${nullIdentifier}:4294967295`])
  })
})

/** The transaction, or the message of why these bytes are none. Any other error fails the test. */
function tryDecode(bytes: Uint8Array): Transaction | string {
  try {
    return decodeTransaction(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return error.message
    throw error
  }
}

describe('the codec', () => {
  test('what is encoded is decoded as it was', () => {
    fc.assert(
      fc.property(anyTransaction, (fields) => {
        const bytes = encodeTransaction(fields)
        expect(bytes).toHaveLength(transactionSize(fields))
        const { version, inputs, outputs, lockTime } = decodeTransaction(bytes)
        expect({ version, inputs, outputs, lockTime }).toEqual(fields)
      }),
    )
  })

  test.each([
    ['', 'the bytes end too early'],
    ['01000000' + '00' + '02', 'a transaction with the unknown flag 2'],
    [
      '01000000' + '00' + '01' + '00' + '00' + '00000000',
      'a transaction with the flag of witnesses and none',
    ],
    ['01000000' + 'fd0100', 'a count of 1 with padding'],
    ['01000000' + 'fe00000100', 'a count of 65536 in the 0 bytes that are left'],
    ['01000000' + 'ffffffffffffffffff', 'a count of 18446744073709552000, above 33554432'],
    [`0100000005${'00'.repeat(100)}`, 'a count of 5 in the 100 bytes that are left'],
    ['01000000' + '00' + '00' + '00000000' + '77', '1 bytes after the end of a transaction'],
  ])('the bytes %s are refused: %s', (bytes, message) => {
    expect(tryDecode(fromHex(bytes))).toBe(message)
  })

  test('an amount beyond all numbers that are exact is refused', () => {
    const bytes = firstPayment.slice()
    const value = bytes.length - 4 - 67 - 1 - 8
    bytes.fill(0xff, value, value + 8)
    expect((tryDecode(bytes) as Transaction).outputs[1]?.value).toBe(-1)
    bytes[value + 7] = 0x7f
    expect(tryDecode(bytes)).toBe('a value beyond 2^53')
  })

  test('no inputs and no outputs are told apart from the marker of witnesses', () => {
    const bytes = fromHex('02000000' + '00' + '00' + '01000000')
    const transaction = decodeTransaction(bytes)
    expect(transaction).toMatchObject({ version: 2, inputs: [], outputs: [], lockTime: 1 })
    expect(encodeTransaction(transaction)).toEqual(bytes)
  })

  test('whatever comes in, it is refused or encodes to the same bytes again', () => {
    let accepted = 0
    const hostile = fc.oneof(
      damaged(firstPayment),
      damaged(witnessExample),
      fc.uint8Array({ maxLength: 200 }),
      anyTransaction.chain((fields) => damaged(encodeTransaction(fields))),
    )
    fc.assert(
      fc.property(hostile, (bytes) => {
        const transaction = tryDecode(bytes)
        if (typeof transaction === 'string') return
        accepted += 1
        expect(encodeTransaction(transaction)).toEqual(bytes)
      }),
      { numRuns: 3_000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })
})

test('the signature digest covers all but the unlocking scripts and witnesses', () => {
  fc.assert(
    fc.property(anyTransaction, anyTransaction, (fields, other) => {
      const { signatureDigest } = new Transaction(fields)
      const resigned = new Transaction({
        ...fields,
        inputs: fields.inputs.map((input) => ({
          ...input,
          unlockingScript: new Uint8Array(7),
          witness: [],
        })),
      })
      expect(resigned.signatureDigest).toEqual(signatureDigest)
      for (const changed of [
        { ...fields, lockTime: (fields.lockTime + 1) >>> 0 },
        { ...fields, outputs: [...fields.outputs, { value: 1, lockingScript: new Uint8Array(0) }] },
        { ...fields, inputs: [...fields.inputs, ...other.inputs] },
      ]) {
        expect(new Transaction(changed).signatureDigest).not.toEqual(signatureDigest)
      }
    }),
  )
})
