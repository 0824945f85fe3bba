import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ascendingNodes,
  byNode,
  DecodeError,
  decode,
  encode,
  equalBytes,
  list,
  natural,
  nodeId,
  nodeSet,
  option,
  perNode,
  Reader,
  struct,
  type Type,
  union,
  Writer,
} from './index.ts'
import { anySendable, anyValues, naturals } from './testing/any-type.ts'
import { mutations } from './testing/hostile-bytes.ts'

/** What every type must do, tried on every way to put types together. */

/** What must be refused, must be refused with the one error type; what is accepted must be canonical. */
function decodeHostile(type: Type<unknown>, bytes: Uint8Array): 'accepted' | 'refused' {
  let value: unknown
  try {
    value = decode(type, bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
    return 'refused'
  }
  expect(encode(type, value)).toEqual(bytes)
  return 'accepted'
}

function everyObject(value: unknown, seen: Set<object> = new Set()): Set<object> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return seen
  if (value instanceof Uint8Array) return seen
  seen.add(value)
  for (const inside of Object.values(value)) everyObject(inside, seen)
  return seen
}

describe('the codec of any type', () => {
  it('returns what it was given', () => {
    fc.assert(
      fc.property(anyValues(1), ([{ type }, value]) => {
        const decoded = decode(type, encode(type, value))
        expect(decoded).toEqual(value)
        expect(type.equal(decoded, value)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('takes as many bytes as it says, and no fewer than the type allows', () => {
    fc.assert(
      fc.property(anyValues(1), ([{ type }, value]) => {
        const { length } = encode(type, value)
        expect(type.size(value)).toBe(length)
        expect(length).toBeGreaterThanOrEqual(type.minimumBytes)
      }),
      { numRuns: 1_000 },
    )
  })

  it('measures a message as its size and its hash say', () => {
    fc.assert(
      fc.property(anySendable, naturals, ([{ type }, value], term) => {
        const message = union({ other: {}, one: { term: natural, value: type, from: nodeId } })
        const sent = { kind: 'one', term, value: value as never, from: 2 } as const
        const measured = { bytes: 0, hash: 0 }
        message.measure(sent, measured)
        expect(measured).toEqual({ bytes: message.size(sent), hash: message.hash(0, sent) })
        expect(measured.bytes).toBe(encode(message, sent).length)
      }),
      { numRuns: 1_000 },
    )
  })

  it('reads a value from the middle of a frame, and stops at its end', () => {
    fc.assert(
      fc.property(anyValues(2), fc.uint8Array(), ([{ type }, first, second], around) => {
        const writer = new Writer()
        writer.raw(around)
        type.write(writer, first)
        type.write(writer, second)
        const { length } = writer
        writer.raw(around)
        const reader = new Reader(writer.finish(), around.length, length)
        expect(type.equal(type.read(reader), first)).toBe(true)
        expect(type.equal(type.read(reader), second)).toBe(true)
        expect(reader.left).toBe(0)
      }),
    )
  })

  it('does not show the order in which sets and maps were filled', () => {
    fc.assert(
      fc.property(anyValues(1), ([{ type, reversed }, value]) => {
        expect(encode(type, reversed(value))).toEqual(encode(type, value))
      }),
    )
  })

  it('refuses a byte too many, and every byte too few', () => {
    fc.assert(
      fc.property(anyValues(1), fc.nat({ max: 255 }), ([{ type }, value], extra) => {
        const bytes = encode(type, value)
        expect(() => decode(type, Uint8Array.of(...bytes, extra))).toThrow(DecodeError)
        for (let length = 0; length < bytes.length; length += 1) {
          expect(() => decode(type, bytes.slice(0, length))).toThrow(DecodeError)
        }
      }),
    )
  })

  it('accepts of hostile bytes only what it would have written', () => {
    let accepted = 0
    fc.assert(
      fc.property(
        anyValues(1),
        fc.array(mutations, { minLength: 20, maxLength: 20 }),
        ([{ type }, value], changes) => {
          const bytes = encode(type, value)
          for (const change of changes) {
            if (decodeHostile(type, change(bytes)) === 'accepted') accepted += 1
          }
        },
      ),
      { numRuns: 1_000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })

  it('accepts of random bytes only what it would have written', () => {
    fc.assert(
      fc.property(
        anyValues(0),
        fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 20, maxLength: 20 }),
        ([{ type }], frames) => {
          for (const frame of frames) decodeHostile(type, frame)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('equality and hash of any type', () => {
  it('agree with the encoding', () => {
    fc.assert(
      fc.property(anyValues(2), ([{ type }, left, right]) => {
        const same = equalBytes(encode(type, left), encode(type, right))
        expect(type.equal(left, right)).toBe(same)
        expect(type.equal(right, left)).toBe(same)
        if (same) expect(type.hash(7, left)).toBe(type.hash(7, right))
      }),
      { numRuns: 1_000 },
    )
  })

  it('are the same for a value, its copy, its reverse and what comes back from the wire', () => {
    fc.assert(
      fc.property(anyValues(1), fc.integer(), ([{ type, reversed }, value], seed) => {
        const others = [type.copy(value), reversed(value), decode(type, encode(type, value))]
        for (const other of others) {
          expect(type.equal(value, other)).toBe(true)
          expect(type.hash(seed, other)).toBe(type.hash(seed, value))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('give a hash of 32 bits that depends on what was mixed before', () => {
    fc.assert(
      fc.property(anyValues(1), ([{ type }, value]) => {
        const hash = type.hash(1, value)
        expect(hash).toBe(hash | 0)
        expect(type.hash(2, value)).not.toBe(hash)
      }),
    )
  })
})

describe('the copy of any value', () => {
  it('shares no container that may change, and every value that never does', () => {
    fc.assert(
      fc.property(anyValues(1), ([sample, value]) => {
        const copy = sample.type.copy(value)
        const original = new Set(sample.mutableParts(value))
        const copied = sample.mutableParts(copy)
        expect(copied).toHaveLength(original.size)
        for (const part of copied) expect(original.has(part)).toBe(false)
        const kept = sample.immutableParts(copy)
        sample.immutableParts(value).forEach((part, i) => {
          expect(kept[i]).toBe(part)
        })
      }),
      { numRuns: 1_000 },
    )
  })

  it('is the value itself exactly where the type is immutable', () => {
    fc.assert(
      fc.property(anyValues(1), ([sample, value]) => {
        if (sample.type.immutable) expect(sample.type.copy(value)).toBe(value)
        else if (value !== undefined) expect(sample.mutableParts(value)).not.toHaveLength(0)
      }),
    )
  })
})

describe('any value that may be sent', () => {
  it('is frozen all the way down, and stays what it is', () => {
    fc.assert(
      fc.property(anySendable, ([{ type }, value]) => {
        const bytes = encode(type, value)
        const hash = type.hash(0, value)
        type.freeze(value)
        for (const part of everyObject(value)) expect(Object.isFrozen(part)).toBe(true)
        expect(encode(type, value)).toEqual(bytes)
        expect(type.hash(0, value)).toBe(hash)
        expect(type.size(value)).toBe(bytes.length)
      }),
    )
  })
})

describe('any value with other numbers for the nodes that it names', () => {
  const ten = Array.from({ length: 10 }, (_, node) => node)
  const renamings = fc.shuffledSubarray(ten, { minLength: 10, maxLength: 10 })
  const inverse = (renaming: readonly number[]) => ten.map((node) => renaming.indexOf(node))
  const after = (second: readonly number[], first: readonly number[]) =>
    ten.map((node) => second[first[node] as number] as number)

  it('is itself where no node gets another number', () => {
    fc.assert(
      fc.property(anyValues(1), ([{ type }, value]) => {
        expect(type.rename(value, ten)).toBe(value)
      }),
    )
  })

  it('is the same by two renamings and by both in one, and comes back by the inverse', () => {
    let changed = 0
    fc.assert(
      fc.property(anyValues(1), renamings, renamings, ([{ type }, value], first, second) => {
        const once = type.rename(value, first)
        const twice = type.rename(once, second)
        expect(type.equal(twice, type.rename(value, after(second, first)))).toBe(true)
        const back = type.rename(once, inverse(first))
        expect(back).toEqual(value)
        expect(type.equal(back, value)).toBe(true)
        if (once !== value) changed += 1
      }),
      { numRuns: 2_000 },
    )
    expect(changed).toBeGreaterThan(100)
  })

  it('is a value of the type, equal exactly where the values are, and not changed itself', () => {
    fc.assert(
      fc.property(anyValues(2), renamings, ([{ type }, left, right], renaming) => {
        const before = encode(type, left)
        const renamed = type.rename(left, renaming)
        expect(decode(type, encode(type, renamed))).toEqual(renamed)
        expect(type.equal(renamed, type.rename(right, renaming))).toBe(type.equal(left, right))
        expect(encode(type, left)).toEqual(before)
      }),
      { numRuns: 1_000 },
    )
  })

  it('names the nodes that it should', () => {
    const value = {
      a: 0,
      b: [1, 2],
      c: new Set([0, 1]),
      d: new Map([[2, 0]]),
      e: undefined,
      f: 2,
      g: [1, 2],
      h: [5, 6, 7],
    }
    const type = struct({
      a: nodeId,
      b: list(nodeId),
      c: nodeSet,
      d: perNode(nodeId),
      e: option(nodeId),
      f: natural,
      g: ascendingNodes,
      h: byNode(natural),
    })
    expect(type.rename(value, [1, 2, 0])).toEqual({
      a: 1,
      b: [2, 0],
      c: new Set([1, 2]),
      d: new Map([[0, 1]]),
      e: undefined,
      f: 2,
      g: [0, 2],
      h: [7, 5, 6],
    })
  })
})

describe('the view of any value', () => {
  it('is what JSON makes of it, and the same for equal values', () => {
    fc.assert(
      fc.property(anyValues(1), ([{ type, reversed }, value]) => {
        const view = type.view(value)
        expect(JSON.parse(JSON.stringify(view))).toEqual(view)
        expect(JSON.stringify(type.view(reversed(value)))).toBe(JSON.stringify(view))
      }),
    )
  })

  it('shows every entry of a map, whatever its name', () => {
    fc.assert(
      fc.property(anyValues(1), ([{ type }, value]) => {
        if (!(value instanceof Map)) return
        expect(Object.keys(type.view(value) as object)).toHaveLength(value.size)
      }),
    )
  })
})
