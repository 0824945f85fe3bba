import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../../model/hex.ts'
import {
  countSignatureOperations,
  instructionAt,
  isUnspendable,
  pushOf,
  pushOfHeight,
} from './script.ts'

describe('pushes', () => {
  test.each([
    [0, '00'],
    [1, '51'],
    [16, '60'],
    [17, '0111'],
    [127, '017f'],
    [128, '028000'],
    [255, '02ff00'],
    [256, '020001'],
    [32_767, '02ff7f'],
    [32_768, '03008000'],
    [227_931, '035b7a03'],
    [830_000, '0330aa0c'],
    [16_777_215, '04ffffff00'],
  ])('the height %d is pushed as %s', (height, script) => {
    expect(toHex(pushOfHeight(height))).toBe(script)
  })

  test('bytes are pushed so that they are found again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
        const script = pushOf(bytes)
        const { data, end } = instructionAt(script, 0) ?? { data: -1, end: -1 }
        expect(script.slice(data, end)).toEqual(bytes)
        expect(end).toBe(script.length)
      }),
    )
    expect(() => pushOf(new Uint8Array(256))).toThrow('a push of 256 bytes: at most 255 fit')
  })

  test.each(['05', '4c', '4c01', '4d0100', '4d01', '4e01000000', '4effffffff00'])(
    'the script %s is cut off',
    (script) => {
      expect(instructionAt(fromHex(script), 0)).toBeUndefined()
    },
  )

  test.each([
    ['4c0107', 2, 3],
    ['4d010007', 3, 4],
    ['4e0100000007', 5, 6],
    ['ac', 1, 1],
    ['60', 1, 1],
  ])('the first instruction of %s pushes from %d to %d', (script, data, end) => {
    expect(instructionAt(fromHex(script), 0)).toEqual({ data, end })
  })
})

describe('signature operations', () => {
  test.each([
    ['', 0],
    ['ac', 1],
    ['ad', 1],
    ['acadac', 3],
    ['ae', 20],
    ['af', 20],
    ['5221aabbae', 0], // within a push that is cut off
    ['02acac', 0],
    ['4c02acacac', 1],
    ['ac05acac', 1],
    [`76a914${'00'.repeat(20)}88ac`, 1],
  ])('the script %s names %d', (script, count) => {
    expect(countSignatureOperations(fromHex(script))).toBe(count)
  })

  test('are counted in any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (script) => {
        const count = countSignatureOperations(script)
        expect(count).toBeGreaterThanOrEqual(0)
        expect(count).toBeLessThanOrEqual(20 * script.length)
      }),
    )
  })
})

test('what begins with OP_RETURN or is too long can never be spent', () => {
  expect(isUnspendable(fromHex('6a'))).toBe(true)
  expect(isUnspendable(fromHex('6a0401020304'))).toBe(true)
  expect(isUnspendable(new Uint8Array(10_001))).toBe(true)
  expect(isUnspendable(new Uint8Array(10_000))).toBe(false)
  expect(isUnspendable(new Uint8Array(0))).toBe(false)
})
