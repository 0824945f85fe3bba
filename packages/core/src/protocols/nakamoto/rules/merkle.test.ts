import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nullIdentifier } from './identifier.ts'
import { merkleBranch, merkleRoot, rootOfBranch } from './merkle.ts'

/** The definition, by node:crypto and on hexadecimal text: what the fast one must agree with. */
function rootByDefinition(leaves: readonly string[]): string {
  let level = leaves.map((leaf) => Buffer.from(leaf, 'hex').reverse())
  while (level.length > 1) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const left = level[2 * i] as Buffer<ArrayBuffer>
      const pair = Buffer.concat([left, level[2 * i + 1] ?? left])
      const once = createHash('sha256').update(pair).digest()
      return createHash('sha256').update(once).digest()
    })
  }
  return (level[0] as Buffer).reverse().toString('hex')
}

const leaf = (name: number): string => name.toString(16).padStart(64, '0')
const distinctLeaves = fc
  .uniqueArray(fc.nat(0xffff), { minLength: 1, maxLength: 70 })
  .map((names) => names.map(leaf))

describe('the merkle root', () => {
  test('no leaves have the null root, one is its own', () => {
    expect(merkleRoot([])).toEqual({ root: nullIdentifier, mutated: false })
    expect(merkleRoot([leaf(7)])).toEqual({ root: leaf(7), mutated: false })
  })

  test('it is the one of block 170, the first with a payment', () => {
    const coinbase = 'b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082'
    const payment = 'f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16'
    expect(merkleRoot([coinbase, payment])).toEqual({
      root: '7dac2c5666815c17a3b36427de37bb9d2e2c5ccec3f8633eb91a4205cb4c10ff',
      mutated: false,
    })
  })

  test('distinct leaves have the root that the definition gives, and are not called mutated', () => {
    fc.assert(
      fc.property(distinctLeaves, (leaves) => {
        expect(merkleRoot(leaves)).toEqual({ root: rootByDefinition(leaves), mutated: false })
      }),
    )
  })

  test('repeating the end of a list that leaves a level odd keeps the root, and shows (CVE-2012-2459)', () => {
    // At some level the list is an odd number of whole nodes: the last is repeated, or its leaves are.
    const list = fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 4 })).map(([level, half]) => {
      const width = 2 ** level
      return { width, leaves: Array.from({ length: width * (2 * half + 1) }, (_, i) => leaf(i)) }
    })
    fc.assert(
      fc.property(list, ({ width, leaves }) => {
        const repeated = [...leaves, ...leaves.slice(-width)]
        expect(merkleRoot(repeated)).toEqual({ root: merkleRoot(leaves).root, mutated: true })
      }),
    )
  })

  test('the mutations known from the report are recognised', () => {
    const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map(leaf) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const same = (good: string[], bad: string[]) => {
      expect(merkleRoot(bad).root).toBe(merkleRoot(good).root)
      expect(merkleRoot(good).mutated).toBe(false)
      expect(merkleRoot(bad).mutated).toBe(true)
    }
    same([a, b, c], [a, b, c, c])
    same([a, b, c, d, e, f], [a, b, c, d, e, f, e, f])
    same([a, b, c, d, e], [a, b, c, d, e, e, e, e])
  })

  test('equal leaves that are no siblings are no mutation', () => {
    expect(merkleRoot([leaf(1), leaf(2), leaf(2), leaf(3)]).mutated).toBe(false)
    expect(merkleRoot([leaf(1), leaf(2), leaf(2)]).mutated).toBe(false)
  })
})

describe('a merkle branch', () => {
  test('leads from its leaf to the root', () => {
    fc.assert(
      fc.property(distinctLeaves, fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length
        const branch = merkleBranch(leaves, index)
        expect(branch).toHaveLength(Math.ceil(Math.log2(leaves.length)))
        expect(rootOfBranch(leaves[index] as string, index, branch)).toBe(merkleRoot(leaves).root)
      }),
    )
  })

  test('leads elsewhere from another leaf or another place', () => {
    const leaves = [1, 2, 3, 4, 5, 6, 7].map(leaf)
    const { root } = merkleRoot(leaves)
    const branch = merkleBranch(leaves, 2)
    expect(rootOfBranch(leaf(9), 2, branch)).not.toBe(root)
    expect(rootOfBranch(leaf(3), 3, branch)).not.toBe(root)
  })

  test('there is none for a leaf that is not there', () => {
    expect(() => merkleBranch([leaf(1)], 1)).toThrow(new RangeError('no leaf 1 among 1'))
    expect(() => merkleBranch([leaf(1)], 0.5)).toThrow(RangeError)
  })
})
