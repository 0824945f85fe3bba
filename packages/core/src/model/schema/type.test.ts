import { describe, expect, it } from 'vitest'
import {
  bytes,
  DecodeError,
  decode,
  encode,
  type Infer,
  immutable,
  list,
  natural,
  nodeSet,
  option,
  perNode,
  struct,
  text,
} from './index.ts'

describe('encode', () => {
  it('gives every value bytes of its own', () => {
    const first = encode(text, 'one')
    const second = encode(text, 'two')
    expect(first.buffer).not.toBe(second.buffer)
    expect(decode(text, first)).toBe('one')
  })

  it('may be called while another value is being written', () => {
    const nested = immutable<readonly number[]>({
      name: 'nested',
      minimumBytes: 1,
      write: (writer, value) => writer.bytes(encode(list(natural), [...value])),
      read: (reader) => decode(list(natural), reader.bytes()),
      size: (value) => bytes.size(encode(list(natural), [...value])),
      hash: (hash, value) => list(natural).hash(hash, [...value]),
      equal: (left, right) => list(natural).equal([...left], [...right]),
      view: (value) => [...value],
    })
    const type = struct({ before: natural, nested, after: natural })
    const value = { before: 1, nested: [2, 3], after: 4 }
    expect([...encode(type, value)]).toEqual([1, 3, 2, 2, 3, 4])
    expect(decode(type, encode(type, value))).toEqual(value)
  })

  it('is none the worse for a value that it refused', () => {
    const type = struct({ first: text, second: natural })
    expect(() => encode(type, { first: 'long enough', second: -1 })).toThrow(RangeError)
    expect([...encode(type, { first: '', second: 1 })]).toEqual([0, 1])
  })
})

describe('decode', () => {
  it('refuses bytes after the end of the value', () => {
    expect(() => decode(natural, Uint8Array.of(1, 2, 3))).toThrow(
      new DecodeError('2 bytes after the end of a natural'),
    )
  })

  it('takes a view into larger bytes', () => {
    const frame = Uint8Array.of(9, 9, 2, 104, 105, 9)
    expect(decode(text, frame.subarray(2, 5))).toBe('hi')
  })
})

describe('the type that a schema infers', () => {
  it('is that of its values', () => {
    const state = struct({ votes: nodeSet, next: perNode(natural), last: option(text) })
    const value: Infer<typeof state> = { votes: new Set([1]), next: new Map(), last: undefined }
    value.votes.add(2)
    value.last = 'word'
    // @ts-expect-error: votes are numbers
    value.votes.add('three')
    // @ts-expect-error: a text or nothing
    value.last = 4
    expect([...value.votes]).toEqual([1, 2, 'three'])
  })
})
