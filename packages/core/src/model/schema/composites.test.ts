import { describe, expect, it } from 'vitest'
import {
  bool,
  bytes,
  DecodeError,
  decode,
  durable,
  encode,
  type Infer,
  immutable,
  int,
  list,
  natural,
  nodeId,
  nodeSet,
  option,
  perNode,
  shared,
  struct,
  type Type,
  text,
  union,
} from './index.ts'

const refuses = <T>(type: Type<T>, ...frame: number[]): void => {
  expect(() => decode(type, Uint8Array.from(frame))).toThrow(DecodeError)
}

const Vote = union({
  ask: { term: natural, last: struct({ index: natural, term: natural }) },
  grant: { term: natural, granted: bool, voters: list(nodeId) },
  nothing: {},
})
type Vote = Infer<typeof Vote>

describe('option', () => {
  it('is a byte that says whether there is a value, and the value', () => {
    expect([...encode(option(natural), undefined)]).toEqual([0])
    expect([...encode(option(natural), 0)]).toEqual([1, 0])
    refuses(option(natural), 2, 0)
    refuses(option(natural), 1)
    refuses(option(natural), 0, 0)
  })

  it('is copied as deeply as its value', () => {
    const type = option(list(natural))
    const value = [1]
    expect(type.copy(value)).toEqual([1])
    expect(type.copy(value)).not.toBe(value)
    expect(type.copy(undefined)).toBe(undefined)
  })

  it('is not declared of an option, which would have two encodings for undefined', () => {
    expect(() => option(option(natural))).toThrow('there is only one undefined')
    expect(() => option(durable(option(natural)))).toThrow(RangeError)
  })
})

describe('list', () => {
  it('is a count and the elements', () => {
    expect([...encode(list(natural), [])]).toEqual([0])
    expect([...encode(list(natural), [7, 300])]).toEqual([2, 7, 0xac, 2])
  })

  it('reads no element of a count that cannot be true', () => {
    let reads = 0
    const counted = immutable<number>({
      ...natural,
      name: 'counted',
      minimumBytes: 2,
      read: (reader) => {
        reads += 1
        return reader.natural()
      },
    })
    refuses(list(counted), 2, 0x80, 0x80)
    refuses(list(counted), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0)
    expect(reads).toBe(0)
  })

  it('is bounded by its bytes however deep it nests', () => {
    const deep = list(list(list(list(natural))))
    refuses(deep, 1, 1, 1, 0xff, 0xff, 0xff, 0x7f)
    expect(decode(deep, Uint8Array.of(1, 1, 1, 1, 5))).toEqual([[[[5]]]])
  })

  it('is not declared of elements that take no bytes: nothing would bound their count', () => {
    expect(() => list(struct({}))).toThrow('its elements must take at least one byte')
    expect(() => list(shared('Empty', {}))).toThrow(RangeError)
  })
})

describe('struct', () => {
  const Progress = struct({ next: natural, inFlight: list(natural) })

  it('is its fields in their order, and nothing else', () => {
    expect([...encode(Progress, { next: 3, inFlight: [1, 2] })]).toEqual([3, 2, 1, 2])
    expect([...encode(struct({}), {})]).toEqual([])
  })

  it('starts with what its fields start with', () => {
    expect(Progress.initial()).toEqual({ next: 0, inFlight: [] })
    expect(Progress.initial().inFlight).not.toBe(Progress.initial().inFlight)
  })

  it('is an object that may be assigned, and of which each copy is its own', () => {
    const progress = Progress.initial()
    const copy = Progress.copy(progress)
    progress.next = 9
    progress.inFlight.push(1)
    expect(copy).toEqual({ next: 0, inFlight: [] })
  })

  it('does not compile with a wrong, a missing or a superfluous field', () => {
    // @ts-expect-error: next is a number
    const wrong: Infer<typeof Progress> = { next: 'soon', inFlight: [] }
    // @ts-expect-error: inFlight is missing
    const missing: Infer<typeof Progress> = { next: 1 }
    // @ts-expect-error: there is no field extra
    const extra: Infer<typeof Progress> = { next: 1, inFlight: [], extra: true }
    expect(() => encode(Progress, wrong)).toThrow(RangeError)
    expect(() => encode(Progress, missing)).toThrow(TypeError)
    expect(encode(Progress, extra)).toHaveLength(2)
  })
})

describe('union', () => {
  it('is the place of its kind and the fields of that kind', () => {
    expect([...encode(Vote, { kind: 'nothing' })]).toEqual([2])
    const ask: Vote = { kind: 'ask', term: 4, last: { index: 9, term: 3 } }
    expect([...encode(Vote, ask)]).toEqual([0, 4, 9, 3])
    expect(decode(Vote, Uint8Array.of(1, 4, 1, 2, 0, 1))).toEqual({
      kind: 'grant',
      term: 4,
      granted: true,
      voters: [0, 1],
    })
    expect(Vote.kinds).toEqual(['ask', 'grant', 'nothing'])
    expect(Vote.kindOf(ask)).toBe(0)
  })

  it('refuses kinds that it does not have, in bytes and in values', () => {
    for (let byte = 3; byte < 256; byte += 1) refuses(Vote, byte)
    const stranger = { kind: 'toString' } as unknown as Vote
    expect(() => encode(Vote, stranger)).toThrow(`'toString' is not one of ask, grant, nothing`)
    expect(() => Vote.hash(0, stranger)).toThrow(RangeError)
    expect(() => Vote.size(stranger)).toThrow(RangeError)
  })

  it('is immutable, so that a copy is the value itself', () => {
    const value: Vote = { kind: 'nothing' }
    expect(Vote.copy(value)).toBe(value)
    expect(list(Vote).copy([value])[0]).toBe(value)
  })

  it('has no initial value', () => {
    expect(() => Vote.initial()).toThrow('declare option(ask | grant | nothing)')
  })

  it('is declared with at most 256 kinds, and no field called kind', () => {
    const kinds = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, place) => [`kind${place}`, {}]))
    expect(() => union(kinds(257))).toThrow('a union of 257 kinds: 256 at most')
    expect(encode(union(kinds(256)), { kind: 'kind255' })).toEqual(Uint8Array.of(255))
    expect(() => union({ ask: { kind: natural } })).toThrow(RangeError)
  })

  it('is not declared with a set or a map, whose order a decoder would change', () => {
    expect(() => union({ grant: { voters: nodeSet } })).toThrow(
      'grant.voters holds a set or a map, whose order is not part of its value: use a list',
    )
    for (const hidden of [
      perNode(natural),
      option(nodeSet),
      list(nodeSet),
      struct({ deep: option(list(struct({ deeper: nodeSet }))) }),
    ]) {
      expect(() => union({ some: { hidden } })).toThrow(RangeError)
      expect(() => shared('Some', { hidden })).toThrow(RangeError)
    }
  })

  it('may have no kinds at all, for a protocol that records nothing', () => {
    const Nothing = union({})
    refuses(Nothing, 0)
    refuses(Nothing)
    refuses(list(Nothing), 1, 0)
    expect(decode(list(Nothing), Uint8Array.of(0))).toEqual([])
  })

  it('does not compile with a wrong kind, a missing field, or a field of another kind', () => {
    // @ts-expect-error: there is no kind veto
    const veto: Vote = { kind: 'veto' }
    // @ts-expect-error: granted is missing
    const missing: Vote = { kind: 'grant', term: 1, voters: [] }
    // @ts-expect-error: nothing has no term
    const more: Vote = { kind: 'nothing', term: 1 }
    expect(() => encode(Vote, veto)).toThrow(RangeError)
    expect(() => encode(Vote, missing)).toThrow(RangeError)
    expect(encode(Vote, more)).toHaveLength(1)
  })

  it('does not compile where a value, or what it holds, is changed', () => {
    const value: Vote = { kind: 'grant', term: 1, granted: true, voters: [1] }
    Vote.freeze(value)
    if (value.kind !== 'grant') return
    // @ts-expect-error: a message is never changed
    const assign = () => (value.term = 2)
    // @ts-expect-error: nor is a list in it
    const push = () => value.voters.push(2)
    expect(assign).toThrow(TypeError)
    expect(push).toThrow(TypeError)
  })

  it('does not compile where a nested struct is changed', () => {
    const value: Vote = { kind: 'ask', term: 1, last: { index: 1, term: 1 } }
    Vote.freeze(value)
    if (value.kind !== 'ask') return
    // @ts-expect-error: read only all the way down
    const assign = () => (value.last.index = 2)
    expect(assign).toThrow(TypeError)
  })

  it('does not compile where a switch forgets a kind', () => {
    const describeVote = (vote: Vote): string => {
      switch (vote.kind) {
        case 'ask':
          return 'asked'
        case 'grant':
          return 'granted'
        default: {
          // @ts-expect-error: the kind nothing is left
          const never: never = vote
          return String(never)
        }
      }
    }
    expect(describeVote({ kind: 'ask', term: 1, last: { index: 1, term: 1 } })).toBe('asked')
  })
})

describe('types put together', () => {
  it('hash to different numbers where the same parts are put together otherwise', () => {
    const lists = list(list(natural))
    const nested = [[[1, 2]], [[1], [2]], [[1, 2], []], [[], [1, 2]], [[1], [], [2]], [[2, 1]]]
    expect(new Set(nested.map((value) => lists.hash(0, value))).size).toBe(nested.length)
    const Same = union({ first: { a: natural }, second: { a: natural } })
    expect(Same.hash(0, { kind: 'first', a: 1 })).not.toBe(Same.hash(0, { kind: 'second', a: 1 }))
    const options = list(option(natural))
    const sparse = [[undefined, 1], [1, undefined], [1], [undefined], [], [0], [0, 1]]
    expect(new Set(sparse.map((value) => options.hash(0, value))).size).toBe(sparse.length)
  })

  it('are named for what they are', () => {
    expect(option(list(natural)).name).toBe('option(list(natural))')
    expect(struct({ a: int, b: text }).name).toBe('{a, b}')
    expect(Vote.name).toBe('ask | grant | nothing')
    expect(perNode(bytes).name).toBe('map(nodeId, bytes)')
  })

  it('know the fewest bytes that a value takes', () => {
    expect(struct({ a: int, b: text, c: struct({}) }).minimumBytes).toBe(2)
    expect(union({ long: { a: int, b: int }, short: { a: int } }).minimumBytes).toBe(2)
    expect(Vote.minimumBytes).toBe(1)
  })
})
