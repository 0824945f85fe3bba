import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CoinSet } from './coin-set.ts'
import type { Coin, Coins } from './coins.ts'

const coinOf = (value: number): Coin => ({
  value,
  lockingScript: Uint8Array.of(value),
  height: value,
  coinbase: false,
})

/** A change that spends some of these coins, and creates as many as asked under names never seen before. */
function changeOf(coins: Coins, spend: readonly number[], create: number, unique: string) {
  const names = [...coins.keys()]
  const spent = [...new Set(spend.map((place) => names[place % names.length]))].filter(
    (name) => name !== undefined,
  )
  return {
    spent,
    spentCoins: spent.map((name) => coins.get(name) as Coin),
    created: Array.from({ length: create }, (_, i) => `${unique}:${i}`),
    createdCoins: Array.from({ length: create }, (_, i) => coinOf(i)),
  }
}

describe('sets of coins', () => {
  test('are what maps of their own would be, whichever is asked in whatever order', () => {
    const step = fc.record({
      from: fc.nat(),
      spend: fc.array(fc.nat(), { maxLength: 3 }),
      create: fc.nat(3),
      look: fc.nat(),
      back: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const sets = [CoinSet.of(new Map())]
        const maps: Coins[] = [new Map()]
        const changes: (ReturnType<typeof changeOf> | undefined)[] = [undefined]
        steps.forEach(({ from, spend, create, look, back }, i) => {
          const place = from % sets.length
          const set = sets[place] as CoinSet
          const map = new Map(maps[place])
          const last = changes[place]
          if (back && last !== undefined) {
            const restored = last.spent.map(
              (name, k) => [name, last.spentCoins[k] as Coin] as const,
            )
            const undone = set.undo(last, restored)
            for (const name of last.created) map.delete(name)
            for (const [name, coin] of restored) map.set(name, coin)
            sets.push(undone)
            changes.push(undefined)
          } else {
            const change = changeOf(map, spend, create, `block ${i}`)
            for (const name of change.spent) map.delete(name)
            change.created.forEach((name, k) => {
              map.set(name, change.createdCoins[k] as Coin)
            })
            const after = set.after(change)
            expect(set.after(change)).toBe(after)
            sets.push(after as CoinSet)
            changes.push(change)
          }
          maps.push(map)
          const seen = look % sets.length
          expect((sets[seen] as CoinSet).table).toEqual(maps[seen])
          expect((sets[seen] as CoinSet).size).toBe(maps[seen]?.size)
        })
        for (const [i, set] of sets.entries()) expect(set.table).toEqual(maps[i])
      }),
    )
  })

  const empty = CoinSet.of(new Map())
  const earn = {
    spent: [],
    spentCoins: [],
    created: ['a:0', 'b:0'],
    createdCoins: [1, 2].map(coinOf),
  }
  const spend = {
    spent: ['a:0'],
    spentCoins: [coinOf(1)],
    created: ['c:0'],
    createdCoins: [coinOf(3)],
  }
  const rich = empty.after(earn) as CoinSet
  const poor = rich.after(spend) as CoinSet

  test('undone in full are the very sets of before', () => {
    expect(poor.undo(spend, [['a:0', spend.spentCoins[0] as Coin]])).toBe(rich)
    expect(rich.undo(earn, [])).toBe(empty)
  })

  test('undone in part lack what was forgotten', () => {
    const forgetful = poor.undo(spend, [])
    expect([...forgetful.table.keys()]).toEqual(['b:0'])
    expect(forgetful.size).toBe(1)
    expect([...rich.table.keys()].sort()).toEqual(['a:0', 'b:0'])
  })

  test('name the first coin that is to be spent and is not there', () => {
    expect(poor.after({ ...spend, spent: ['b:0', 'a:0'], created: [], createdCoins: [] })).toBe(
      'a:0',
    )
  })

  test('cannot undo what was not done', () => {
    expect(() => rich.undo(spend, [])).toThrow('cannot undo: c:0 is not unspent')
  })
})
