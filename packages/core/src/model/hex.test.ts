import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from './hex.ts'

test('bytes turn into the digits that Node.js writes, and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
      expect(fromHex(toHex(bytes))).toEqual(bytes)
      expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes)
    }),
  )
})

test('an odd number of digits is refused', () => {
  expect(() => fromHex('abc')).toThrow(
    new RangeError('3 hexadecimal digits are no whole number of bytes'),
  )
})

test('anything but a hexadecimal digit is refused, with its place', () => {
  expect(() => fromHex('00fg')).toThrow(
    new RangeError("'g' at place 3 is no hexadecimal digit (0 to 9, a to f)"),
  )
  for (const text of ['@0', '`0', 'G0', '/0', ':0', ' 0', '0x']) {
    expect(() => fromHex(text), text).toThrow(RangeError)
  }
})
