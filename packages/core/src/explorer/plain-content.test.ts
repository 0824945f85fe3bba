import { expect, test } from 'vitest'
import { toHex } from '../model/hex.ts'
import { Writer } from '../model/schema/writer.ts'
import { writePlain } from './plain-content.ts'

function written(value: unknown): string {
  const writer = new Writer()
  writePlain(writer, value)
  return toHex(writer.finish())
}

test('equal data give equal bytes, whatever the order of what has none', () => {
  expect(written({ a: 1, b: [2] })).toBe(written({ b: [2], a: 1 }))
  expect(written(new Set(['x', 'y']))).toBe(written(new Set(['y', 'x'])))
  const forth = new Map([
    ['x', 1],
    ['y', 2],
  ])
  expect(written(forth)).toBe(written(new Map([...forth].reverse())))
  expect(written({ a: undefined })).toBe(written({}))
  expect(written(-0)).toBe(written(0))
})

test('other data give other bytes', () => {
  const values = [
    undefined,
    null,
    false,
    true,
    0,
    1,
    0.5,
    2 ** 40,
    '',
    '0',
    0n,
    1n,
    [],
    [[]],
    [0],
    [0, 0],
    {},
    { a: 0 },
    { a: null },
    { b: 0 },
    new Set(),
    new Set([0]),
    new Map(),
    new Map([[0, 0]]),
    new Map([[0, 1]]),
    new Uint8Array(),
    Uint8Array.of(0),
    Uint8Array.of(0, 0),
    ['a', 'b'],
    ['ab'],
    [['a'], 'b'],
  ]
  expect(new Set(values.map(written)).size).toBe(values.length)
})

test('what is no data is refused', () => {
  expect(() => written(() => 1)).toThrow(new RangeError('a function is no plain data'))
})
