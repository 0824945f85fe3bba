import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockEntry, forkPoint } from './block-index.ts'
import { fast } from './rules/chain-parameters.ts'
import { BlockHeader } from './rules/header.ts'

function headerAfter(parent: BlockHeader, nonce: number): BlockHeader {
  const { version, merkleRoot, time, bits } = parent
  return new BlockHeader({ version, merkleRoot, bits, previous: parent.id, time: time + 1, nonce })
}

function extend(parent: BlockEntry, count: number, nonce: number): BlockEntry {
  let entry = parent
  for (let i = 0; i < count; i += 1) entry = new BlockEntry(headerAfter(entry.header, nonce), entry)
  return entry
}

const genesis = new BlockEntry(fast.genesis.header, undefined)

function ancestorByParents(entry: BlockEntry, height: number): BlockEntry {
  let at = entry
  while (at.height > height) at = at.parent as BlockEntry
  return at
}

test('an ancestor found by skips is the one found by parents', () => {
  const tip = extend(genesis, 300, 1)
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), (a, b) => {
      const from = ancestorByParents(tip, Math.max(a, b))
      const height = Math.min(a, b)
      expect(from.ancestor(height)).toBe(ancestorByParents(from, height))
    }),
  )
})

test('an ancestor is found in few steps', () => {
  const tip = extend(genesis, 5_000, 1)
  let steps = 0
  let at = tip
  // Every hop of `ancestor` leads to a skip or to a parent: the same walk, counted.
  while (at.height > 7) {
    const skip = at.skip as BlockEntry
    at = skip.height >= 7 ? skip : (at.parent as BlockEntry)
    steps += 1
  }
  expect(at).toBe(tip.ancestor(7))
  expect(steps).toBeLessThan(60)
})

test('two branches part where they were forked', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (common, left, right) => {
      const fork = extend(genesis, common, 1)
      const a = extend(fork, left, 2)
      const b = extend(fork, right, 3)
      expect(forkPoint(a, b)).toBe(fork)
      expect(a.descendsFrom(fork)).toBe(true)
      expect(a.descendsFrom(b)).toBe(right === 0)
    }),
  )
})

test('no ancestor lies outside the branch', () => {
  expect(() => genesis.ancestor(1)).toThrow(RangeError)
  expect(() => genesis.ancestor(-1)).toThrow(RangeError)
})

test('the work of a chain is the sum of the work of its blocks', () => {
  const tip = extend(genesis, 9, 1)
  expect(tip.chainWork).toBe(10n * genesis.work)
  // Target 0x00ffff << 224: one hash in 65,537 meets it.
  expect(genesis.work).toBe(65_537n)
})
