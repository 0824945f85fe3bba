import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random, type RandomState } from './random.ts'

const seed = fc.maxSafeNat()
const draws = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.nextUint32())

/** The mean and the standard deviation of many draws. */
function moments(count: number, draw: () => number): { mean: number; deviation: number } {
  let sum = 0
  let squares = 0
  for (let i = 0; i < count; i++) {
    const x = draw()
    sum += x
    squares += x * x
  }
  const mean = sum / count
  return { mean, deviation: Math.sqrt(squares / count - mean * mean) }
}

describe('a random stream', () => {
  test('is xoshiro128**: the reference sequence from the state 1, 2, 3, 4', () => {
    const random = Random.fromState([1, 2, 3, 4, 0, 0])
    expect(draws(random, 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ])
  })

  test('is the same for the same seed, and another for another seed', () => {
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        const same = draws(new Random(one), 4)
        expect(draws(new Random(one), 4)).toEqual(same)
        if (one !== other) expect(draws(new Random(other), 4)).not.toEqual(same)
      }),
    )
    expect(draws(new Random(5), 4)).not.toEqual(draws(new Random(5 + 2 ** 32), 4))
  })

  test('goes on from a saved state', () => {
    const random = new Random(42)
    draws(random, 100)
    const saved: RandomState = random.state()
    const rest = draws(random, 10)
    const restored = Random.fromState(saved)
    expect(draws(restored, 10)).toEqual(rest)
    expect(draws(restored.split('child'), 3)).toEqual(draws(new Random(42).split('child'), 3))
  })

  test('splits by name alone: what was drawn before changes nothing', () => {
    fc.assert(
      fc.property(seed, fc.string(), fc.nat(20), (value, name, drawn) => {
        const fresh = new Random(value)
        const used = new Random(value)
        draws(used, drawn)
        expect(draws(used.split(name), 4)).toEqual(draws(fresh.split(name), 4))
      }),
    )
  })

  test('gives different names different streams, and neither is the parent', () => {
    const root = new Random(7)
    const names = ['', 'network', 'faults', '3', 3, 0, 1, -1, 2 ** 32, 2 ** 40, 'ab', 'ba', 'b']
    const streams = [root, root.split('node').split(3), root.split(3).split('node')]
    for (const name of names) streams.push(root.split(name))
    const firsts = new Set(streams.map((stream) => draws(stream, 2).join()))
    expect(firsts.size).toBe(names.length + 3)
  })

  test('has streams that do not follow each other, from one seed to the next and one name to the next', () => {
    const pairs = [
      [new Random(1), new Random(2)],
      [new Random(1).split(0), new Random(1).split(1)],
      [new Random(1).split('a'), new Random(1).split('b')],
    ] as const
    for (const [one, other] of pairs) {
      const count = 20_000
      const { mean } = moments(count, () => (one.next() - 0.5) * (other.next() - 0.5) * 12)
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count))
    }
  })

  test('draws each integer below a bound equally often', () => {
    const random = new Random(3)
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < 70_000; i++) (counts[random.below(7)] as number)++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquare).toBeLessThan(22.46) // 6 degrees of freedom, p = 0.001
  })

  test('stays below every bound up to 2^53, and reaches beyond 2^32', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (value, bound) => {
        const x = new Random(value).below(bound)
        expect(Number.isSafeInteger(x) && x >= 0 && x < bound).toBe(true)
      }),
    )
    const { mean } = moments(
      5_000,
      (
        (random) => () =>
          random.below(2 ** 50)
      )(new Random(1)),
    )
    expect(mean / 2 ** 50).toBeCloseTo(0.5, 1)
  })

  test('draws the distributions that it says: mean and standard deviation', () => {
    const random = new Random(11)
    const count = 200_000
    const near = (actual: number, expected: number, deviation: number): void =>
      expect(Math.abs(actual - expected)).toBeLessThan((4.5 * deviation) / Math.sqrt(count))
    near(moments(count, () => random.next()).mean, 0.5, Math.sqrt(1 / 12))
    near(moments(count, () => random.uniform(-2, 4)).mean, 1, Math.sqrt(3))
    near(moments(count, () => (random.bernoulli(0.3) ? 1 : 0)).mean, 0.3, Math.sqrt(0.21))
    const exponential = moments(count, () => random.exponential(5))
    near(exponential.mean, 5, 5)
    near(exponential.deviation, 5, 5)
    const normal = moments(count, () => random.normal())
    near(normal.mean, 0, 1)
    near(normal.deviation, 1, 1)
    const logarithm = moments(count, () => Math.log(random.logNormal(8, 0.5)))
    near(logarithm.mean, Math.log(8), 0.5)
    near(logarithm.deviation, 0.5, 0.5)
    // The mean of a Pareto variable is scale × shape / (shape − 1).
    near(moments(count, () => random.pareto(2, 5)).mean, 2.5, 0.65)
  })

  test('has the tails of the normal distribution', () => {
    const random = new Random(12)
    const count = 400_000
    const beyond = [0, 0, 0]
    for (let i = 0; i < count; i++) {
      const x = Math.abs(random.normal())
      for (let k = 1; k <= 3; k++) if (x > k) (beyond[k - 1] as number)++
    }
    const expected = [0.317310507863, 0.0455002638964, 0.00269979606326]
    expected.forEach((probability, k) => {
      const deviation = Math.sqrt(probability / count)
      expect(Math.abs((beyond[k] as number) / count - probability)).toBeLessThan(4 * deviation)
    })
  })

  test('has the shape of the exponential distribution, far into its tail', () => {
    const random = new Random(15)
    const count = 1_000_000
    const limits = [0.001, 0.01, 0.1, 0.5, 1, 2, 4, 7, 7.6, 7.8, 9, 10]
    const beyond = limits.map(() => 0)
    for (let i = 0; i < count; i++) {
      const x = random.exponential(1)
      limits.forEach((limit, k) => {
        if (x > limit) (beyond[k] as number)++
      })
    }
    limits.forEach((limit, k) => {
      const probability = Math.exp(-limit)
      const deviation = Math.sqrt(count * probability * (1 - probability))
      expect(Math.abs((beyond[k] as number) - count * probability)).toBeLessThan(4 * deviation)
    })
  })

  test('picks by weight, and never what has none', () => {
    const random = new Random(13)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 40_000; i++) (counts[random.weighted([0, 1, 3, 0])] as number)++
    expect(counts[0]).toBe(0)
    expect(counts[3]).toBe(0)
    expect(Math.abs((counts[1] as number) - 10_000)).toBeLessThan(4 * Math.sqrt(40_000 * 0.1875))
    expect(() => random.weighted([0, 0])).toThrow(RangeError)
    expect(() => random.pick([])).toThrow(RangeError)
  })

  test('shuffles into each order equally often', () => {
    const random = new Random(14)
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle(['a', 'b', 'c', 'd']).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    let chiSquare = 0
    for (const count of counts.values()) chiSquare += (count - 1_000) ** 2 / 1_000
    expect(chiSquare).toBeLessThan(49.73) // 23 degrees of freedom, p = 0.001
  })

  test('refuses a seed or a name that is no integer', () => {
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN]) {
      expect(() => new Random(value)).toThrow(/seed .*: must be an integer from 0/)
    }
    expect(() => new Random(1).split(0.5)).toThrow(RangeError)
  })
})
