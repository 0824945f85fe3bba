import { describe, expect, it } from 'vitest'
import {
  bytes,
  decode,
  durable,
  encode,
  type Infer,
  immutable,
  list,
  natural,
  option,
  shared,
  struct,
  type Type,
  text,
  union,
} from './index.ts'

const Entry = shared('Entry', { term: natural, command: option(bytes) })
type Entry = Infer<typeof Entry>

/** A natural number whose hash and size count how often they are worked out. */
function counting(): { readonly type: Type<number>; hashes: number; sizes: number } {
  const counts = {
    hashes: 0,
    sizes: 0,
    type: immutable<number>({
      ...natural,
      hash: (hash, value) => {
        counts.hashes += 1
        return natural.hash(hash, value)
      },
      size: (value) => {
        counts.sizes += 1
        return natural.size(value)
      },
    }),
  }
  return counts
}

describe('a shared value', () => {
  it('is made by its type, and reads like an object', () => {
    const entry = Entry({ term: 3, command: Uint8Array.of(1) })
    expect(entry.term).toBe(3)
    expect({ ...entry }).toEqual({ term: 3, command: Uint8Array.of(1) })
    expect(Object.keys(entry)).toEqual(['term', 'command'])
  })

  it('works out its hash and its size once', () => {
    const counts = counting()
    const Counted = shared('Counted', { value: counts.type })
    const value = Counted({ value: 300 })
    const hashes = [Counted.hash(0, value), Counted.hash(0, value), Counted.hash(1, value)]
    const log = list(Counted)
    log.hash(0, [value, value, value])
    expect(counts.hashes).toBe(1)
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[0]).not.toBe(hashes[2])
    expect([Counted.size(value), Counted.size(value), log.size([value, value])]).toEqual([2, 2, 5])
    expect(counts.sizes).toBe(1)
  })

  it('has the same hash and is equal, made here or decoded', () => {
    const entry = Entry({ term: 3, command: undefined })
    const decoded = decode(Entry, encode(Entry, entry))
    expect(decoded).not.toBe(entry)
    expect(Entry.equal(entry, decoded)).toBe(true)
    expect(Entry.hash(5, decoded)).toBe(Entry.hash(5, entry))
    expect(Entry.equal(entry, Entry({ term: 4, command: undefined }))).toBe(false)
  })

  it('is held by reference in every copy', () => {
    const entry = Entry({ term: 1, command: undefined })
    const holder = struct({ log: list(Entry), last: option(Entry) })
    const copy = holder.copy({ log: [entry], last: entry })
    expect(copy.log[0]).toBe(entry)
    expect(copy.last).toBe(entry)
  })

  it('keeps its hash and size when it is frozen first', () => {
    const entry = Entry({ term: 1, command: undefined })
    Entry.freeze(entry)
    expect(Entry.hash(0, entry)).toBe(Entry.hash(0, Entry({ term: 1, command: undefined })))
    expect(Entry.size(entry)).toBe(2)
    expect(Object.isFrozen(entry)).toBe(true)
  })

  it('does not compile where it is spread, and throws where the copy is hashed or measured', () => {
    const entry = Entry({ term: 1, command: undefined })
    Entry.hash(0, entry)
    // @ts-expect-error: a spread copy lacks what a shared value remembers
    const copy: Entry = { ...entry, term: 2 }
    expect(() => Entry.hash(0, copy)).toThrow(TypeError)
    expect(() => Entry.size(copy)).toThrow(TypeError)
    expect(() => Entry.equal(copy, entry)).toThrow(TypeError)
    expect(() => list(Entry).hash(0, [copy])).toThrow(TypeError)
  })

  it('does not compile where it is written out by hand', () => {
    // @ts-expect-error: Entry({ ... }) is the only way to make one
    const entry: Entry = { term: 1, command: undefined }
    expect(() => Entry.hash(0, entry)).toThrow(TypeError)
  })

  it('does not compile with a wrong or a missing field, or where it is changed', () => {
    // @ts-expect-error: the term is a number
    expect(() => encode(Entry, Entry({ term: 'one', command: undefined }))).toThrow(RangeError)
    // @ts-expect-error: the command is missing
    expect(Entry({ term: 1 }).command).toBe(undefined)
    const entry = Entry({ term: 1, command: undefined })
    Entry.freeze(entry)
    // @ts-expect-error: never changed after it was made
    expect(() => (entry.term = 2)).toThrow(TypeError)
  })

  it('of one type is none of another with the same fields', () => {
    const Other = shared('Other', { term: natural, command: option(bytes) })
    const other = Other({ term: 1, command: undefined })
    expect(() => Entry.hash(0, other as unknown as Entry)).toThrow(TypeError)
  })

  it('has no initial value', () => {
    expect(() => Entry.initial()).toThrow('declare option(Entry)')
  })

  it('may be marked durable, and given an initial value', () => {
    const none = Entry({ term: 0, command: undefined })
    const type: Type<Entry> = { ...Entry, initial: () => none }
    expect(durable(Entry).durable).toBe(true)
    expect(decode(durable(type), encode(type, none))).toEqual(none)
    expect(type.initial()).toBe(none)
  })

  it('nests: a value that holds shared values hashes them by what they remember', () => {
    const counts = counting()
    const Inner = shared('Inner', { value: counts.type })
    const Outer = shared('Outer', { inner: Inner, list: list(Inner) })
    const inner = Inner({ value: 1 })
    Inner.hash(0, inner)
    Outer.hash(0, Outer({ inner, list: [inner, inner] }))
    expect(counts.hashes).toBe(1)
  })
})

describe('immutable', () => {
  const upper: Type<string> = immutable({
    name: 'upper case',
    minimumBytes: 1,
    write: (writer, value) => writer.text(value),
    read: (reader) => reader.text(),
    size: (value) => text.size(value),
    hash: (hash, value) => text.hash(hash, value),
    equal: (left, right) => left === right,
    view: (value) => value,
  })

  it('is a type with an encoding of its own, copied by reference', () => {
    expect(decode(upper, encode(upper, 'ABC'))).toBe('ABC')
    expect(upper.immutable).toBe(true)
    expect(list(upper).copy(['A'])).toEqual(['A'])
    expect(() => upper.initial()).toThrow('declare option(upper case)')
  })

  it('may be sent', () => {
    const Message = union({ shout: { what: upper } })
    const message = { kind: 'shout', what: 'ABC' } as const
    Message.freeze(message)
    expect(decode(Message, encode(Message, message))).toEqual(message)
  })
})
