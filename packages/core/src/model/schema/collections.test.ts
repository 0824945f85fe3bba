import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ascendingNodes,
  bool,
  byNode,
  DecodeError,
  decode,
  encode,
  int,
  list,
  map,
  natural,
  nodeId,
  nodeSet,
  oneOf,
  perNode,
  set,
  struct,
  type Type,
  text,
  union,
} from './index.ts'
import { naturals, texts } from './testing/any-type.ts'

const refuses = <T>(type: Type<T>, ...frame: number[]): void => {
  expect(() => decode(type, Uint8Array.from(frame))).toThrow(DecodeError)
}

describe('ascendingNodes', () => {
  it('refuses nodes out of order, and nodes that come twice, on both ways', () => {
    refuses(ascendingNodes, 2, 1, 0)
    refuses(ascendingNodes, 2, 1, 1)
    expect(() => encode(ascendingNodes, [1, 0])).toThrow('not in ascending order')
    expect([...encode(ascendingNodes, [1, 2])]).toEqual([2, 1, 2])
  })
})

describe('byNode', () => {
  it('has a value for every node that gets another number, or none at all', () => {
    expect(byNode(natural).rename([], [1, 0])).toEqual([])
    expect(() => byNode(natural).rename([5], [1, 0])).toThrow('none for node 1')
  })
})

describe('set', () => {
  it('is encoded in ascending order, whatever the order of insertion', () => {
    expect([...encode(nodeSet, new Set([3, 1, 2]))]).toEqual([3, 1, 2, 3])
    expect([...encode(set(text), new Set(['b', '', 'a']))]).toEqual([3, 0, 1, 97, 1, 98])
    expect([...encode(set(int), new Set([1, -1, 0]))]).toEqual([3, 1, 0, 2])
  })

  it('refuses elements out of order, and elements that come twice', () => {
    refuses(nodeSet, 2, 1, 0)
    refuses(nodeSet, 2, 1, 1)
    refuses(nodeSet, 3, 0, 1, 1)
    refuses(set(text), 2, 1, 98, 1, 97)
    refuses(set(int), 2, 0, 1)
  })

  it('refuses a count that cannot be true', () => {
    refuses(nodeSet, 0xff, 0xff, 0xff, 0xff, 0x0f, 0)
    refuses(nodeSet, 2, 0)
  })

  it('has the hash of its elements, not of their order', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(naturals, { maxLength: 8 })
          .chain((elements) =>
            fc.tuple(
              fc.constant(elements),
              fc.shuffledSubarray(elements, { minLength: elements.length }),
            ),
          ),
        ([elements, shuffled]) => {
          const type = set(natural)
          expect(type.hash(1, new Set(shuffled))).toBe(type.hash(1, new Set(elements)))
          expect(type.equal(new Set(shuffled), new Set(elements))).toBe(true)
        },
      ),
    )
  })

  it('tells sets apart that have the same exclusive or, or the same sum', () => {
    const hash = (...elements: number[]): number => nodeSet.hash(0, new Set(elements))
    expect(hash(1, 2)).not.toBe(hash(3))
    expect(hash(1, 4)).not.toBe(hash(2, 3))
    expect(hash()).not.toBe(hash(0))
    const all = Array.from({ length: 1 << 12 }, (_, mask) =>
      hash(...Array.from({ length: 12 }, (__, node) => node).filter((node) => mask & (1 << node))),
    )
    expect(new Set(all).size).toBe(all.length)
  })

  it('is copied with its order, and the copy is its own', () => {
    const votes = new Set([3, 1])
    const copy = nodeSet.copy(votes)
    votes.clear()
    expect([...copy]).toEqual([3, 1])
  })

  it('is viewed in ascending order', () => {
    expect(nodeSet.view(new Set([10, 9, 1]))).toEqual([1, 9, 10])
  })
})

describe('map', () => {
  const Progress = struct({ next: natural, inFlight: list(natural) })

  it('is encoded in ascending order of its keys', () => {
    const type = map(text, natural)
    const first = new Map([
      ['b', 1],
      ['a', 2],
    ])
    expect([...encode(type, first)]).toEqual([2, 1, 97, 2, 1, 98, 1])
    expect([...decode(type, encode(type, first)).keys()]).toEqual(['a', 'b'])
  })

  it('refuses keys out of order, and keys that come twice', () => {
    refuses(perNode(natural), 2, 1, 5, 0, 5)
    refuses(perNode(natural), 2, 1, 5, 1, 6)
  })

  it('refuses a count that cannot be true', () => {
    refuses(perNode(natural), 2, 1, 5, 2)
    refuses(perNode(struct({ a: natural, b: natural })), 2, 0, 0, 0, 1, 0)
  })

  it('is copied as deeply as its values', () => {
    const type = perNode(Progress)
    const flows = new Map([[1, { next: 5, inFlight: [7] }]])
    const copy = type.copy(flows)
    flows.get(1)?.inFlight.push(8)
    flows.set(2, Progress.initial())
    expect(copy).toEqual(new Map([[1, { next: 5, inFlight: [7] }]]))
  })

  it('tells maps apart whose keys or values changed places', () => {
    const type = perNode(natural)
    const hash = (...entries: [number, number][]): number => type.hash(0, new Map(entries))
    expect(hash([1, 2], [2, 1])).not.toBe(hash([1, 1], [2, 2]))
    expect(hash([1, 2])).not.toBe(hash([2, 1]))
    expect(hash([1, 2], [3, 4])).toBe(hash([3, 4], [1, 2]))
    expect(type.equal(new Map([[1, 2]]), new Map([[2, 2]]))).toBe(false)
  })

  it('tells a key without a value from no key', () => {
    const type = map(nodeId, union({ none: {} }))
    const none = { kind: 'none' } as const
    expect(type.equal(new Map([[1, none]]), new Map())).toBe(false)
  })

  it('shows every entry by its key, even one called __proto__', () => {
    const type = map(text, bool)
    fc.assert(
      fc.property(fc.uniqueArray(texts, { minLength: 1 }), (names) => {
        const view = type.view(new Map([...names, '__proto__'].map((name) => [name, true])))
        expect(new Set(Object.keys(view as object))).toEqual(new Set([...names, '__proto__']))
        expect(JSON.parse(JSON.stringify(view))).toEqual(view)
      }),
    )
    expect(perNode(bool).view(new Map([[2, true]]))).toEqual({ 2: true })
  })
})

describe('keys', () => {
  it('may be numbers, texts, nodes and names', () => {
    for (const key of [natural, int, nodeId, text, oneOf('a', 'b')]) {
      expect(set(key as Type<number>).initial()).toEqual(new Set())
      expect(map(key as Type<number>, bool).initial()).toEqual(new Map())
    }
  })

  it('are nothing else: a set of objects would compare them by identity', () => {
    const pairs = struct({ a: natural }) as unknown as Type<number>
    expect(() => set(pairs)).toThrow('{a} cannot be a key: use a number, a text or a node')
    expect(() => map(pairs, natural)).toThrow(RangeError)
    expect(() => set(list(natural) as unknown as Type<number>)).toThrow(RangeError)
    // @ts-expect-error: a struct is no key
    expect(() => set(struct({ a: natural }))).toThrow(RangeError)
  })
})

describe('what holds a set or a map', () => {
  it('cannot be frozen: their contents would stay open', () => {
    expect(() => nodeSet.freeze(new Set())).toThrow(RangeError)
    expect(() => list(perNode(natural)).freeze([new Map()])).toThrow('send a list')
    expect(() => struct({ votes: nodeSet }).freeze({ votes: new Set() })).toThrow(RangeError)
  })
})
