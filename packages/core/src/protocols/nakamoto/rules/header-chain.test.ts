import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mainnet, regtest, withoutHashing } from './chain-parameters.ts'
import { workOf } from './difficulty.ts'
import { type BlockHeader, decodeHeader, encodeHeader, headerBytes } from './header.ts'
import { type HeaderChainStart, verifyHeaderChain } from './header-chain.ts'
import { type HeaderLink, LinkedHistory } from './header-history.ts'
import { ifPresent, realHeaders, realHeadersStart } from './testing/reference-data.ts'
import { minedHeaders, withFields } from './testing/sample-blocks.ts'

const forever = Number.POSITIVE_INFINITY
const genesis = { kind: 'genesis' } as const

const concat = (headers: readonly BlockHeader[]): Uint8Array =>
  Uint8Array.from(headers.flatMap((header) => [...encodeHeader(header)]))

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice()
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
  return copy
}

describe.skipIf(realHeaders === undefined)(`the real headers ${ifPresent}`, () => {
  const headers = realHeaders ?? new Uint8Array(0)
  const count = headers.length / headerBytes
  const verify = (bytes: Uint8Array) => verifyHeaderChain(bytes, realHeadersStart, mainnet, forever)
  const headerAt = (i: number) =>
    decodeHeader(headers.subarray(i * headerBytes, (i + 1) * headerBytes))

  test('keep every rule, over two retargets', () => {
    const { verified, violation, tip, work } = verify(headers)
    expect(violation).toBeUndefined()
    expect(verified).toBe(4_033)
    expect(tip).toBe('00000000000000000001e1885d28fef43a752607ec23602f04aa55002a693cd1')
    const bits = Array.from({ length: count }, (_, i) => headerAt(i).bits)
    expect(work).toBe(bits.reduce((sum, each) => sum + workOf(each), 0n))
    const retargets = bits.flatMap((each, i) =>
      i > 0 && each !== bits[i - 1] ? [822_528 + i] : [],
    )
    expect(retargets).toEqual([824_544, 826_560])
  })

  const links: HeaderLink[] = []
  for (let i = 0; i < count; i += 1) {
    links.push({ header: headerAt(i), height: 822_528 + i, parent: links[i - 1] })
  }

  /** The header at this index and the next, on top of all before. */
  const verifyTwo = (index: number, two: Uint8Array) => {
    const parent = links[index - 1]
    const start: HeaderChainStart =
      parent === undefined
        ? realHeadersStart
        : {
            kind: 'continuation',
            history: new LinkedHistory(parent, 822_528),
            height: 822_528 + index,
            previous: parent.header.id,
          }
    return verifyHeaderChain(two, start, mainnet, forever)
  }

  test('break a rule if a bit is flipped in any one of them', () => {
    // Over all headers, every position in a header is flipped six times.
    for (let index = 0; index < count; index += 1) {
      const two = headers.slice(index * headerBytes, (index + 2) * headerBytes)
      expect(verifyTwo(index, two).violation).toBeUndefined()
      const bit = (index * 271) % (8 * headerBytes)
      const { verified, violation } = verifyTwo(index, flipped(two, bit))
      expect(violation?.rule, `bit ${bit} of header ${index}`).toBeDefined()
      expect(verified).toBe(0)
    }
  })

  test('break a rule at the flipped header when the whole chain is verified', () => {
    fc.assert(
      fc.property(fc.nat(8 * headers.length - 1), (bit) => {
        const index = Math.floor(bit / 8 / headerBytes)
        const { violation, verified } = verify(flipped(headers, bit))
        expect(verified).toBe(index)
        expect(['proof-of-work', 'target-range', 'previous-block', 'difficulty']).toContain(
          violation?.rule,
        )
      }),
      { numRuns: 60 },
    )
  })

  test('break the proof of work if a bit of the last is flipped', () => {
    const last = (count - 1) * headerBytes
    const bytes = headers.slice(last - headerBytes)
    for (let bit = 0; bit < 8 * headerBytes; bit += 1) {
      const bad = flipped(bytes, 8 * headerBytes + bit)
      const { violation, verified } = verifyHeaderChain(
        bad,
        { kind: 'checkpoint', height: 0 },
        mainnet,
        forever,
      )
      expect(verified).toBe(1)
      const inBits = bit >= 8 * 72 && bit < 8 * 76
      if (!inBits) expect(violation?.rule, `bit ${bit}`).toBe('proof-of-work')
      else expect(['proof-of-work', 'target-range', 'difficulty']).toContain(violation?.rule)
    }
  })

  test('can be verified in parts, each continuing the one before', () => {
    const half = 2_500
    const first = headers.subarray(0, half * headerBytes)
    const one = verify(first)
    const two = verifyHeaderChain(
      headers.subarray(half * headerBytes),
      {
        kind: 'continuation',
        history: new LinkedHistory(links[half - 1] as HeaderLink, 822_528),
        height: 822_528 + half,
        previous: one.tip as string,
      },
      mainnet,
      forever,
    )
    expect(two.violation).toBeUndefined()
    expect(one.verified + two.verified).toBe(count)
    expect(one.work + two.work).toBe(verify(headers).work)
  })

  test('cannot begin within a retarget period', () => {
    expect(() =>
      verifyHeaderChain(headers, { kind: 'checkpoint', height: 822_529 }, mainnet, forever),
    ).toThrow('a checkpoint at height 822529 does not begin a period of 2016 blocks')
  })
})

describe('a chain of headers', () => {
  const chain = minedHeaders(regtest, 30, 0x207fffff, 600)
  const bytes = concat(chain)
  const verify = (headers: Uint8Array, now = forever) =>
    verifyHeaderChain(headers, genesis, regtest, now)

  test('is verified from its genesis block', () => {
    expect(verify(bytes)).toEqual({
      verified: 31,
      work: 62n,
      tip: chain[30]?.id,
      violation: undefined,
    })
  })

  test('of no headers verifies nothing', () => {
    expect(verify(new Uint8Array(0))).toEqual({
      verified: 0,
      work: 0n,
      tip: undefined,
      violation: undefined,
    })
  })

  test('must begin with the genesis block of its parameters', () => {
    expect(verifyHeaderChain(bytes, genesis, mainnet, forever).violation?.rule).toBe('target-range')
    const other = concat(minedHeaders(regtest, 1, 0x207fffff, 600).slice(1))
    expect(verify(other).violation).toMatchObject({
      rule: 'previous-block',
      message: expect.stringContaining('where regtest begins'),
    })
  })

  test('is told where it breaks', () => {
    const { violation, verified, tip } = verify(flipped(bytes, 8 * (20 * headerBytes + 10)))
    expect(verified).toBe(20)
    expect(tip).toBe(chain[19]?.id)
    expect(violation?.message).toMatch(/^height 20: /)
  })

  test('breaks where a header is left out, or two change places', () => {
    const without = concat(chain.filter((_, i) => i !== 12))
    expect(verify(without)).toMatchObject({ verified: 12, violation: { rule: 'previous-block' } })
    const swapped = [...chain]
    swapped.splice(12, 2, chain[13] as BlockHeader, chain[12] as BlockHeader)
    expect(verify(concat(swapped))).toMatchObject({
      verified: 12,
      violation: { rule: 'previous-block' },
    })
  })

  test('breaks where it runs ahead of the clock, for the time being', () => {
    const { time } = chain[25] as BlockHeader
    const { verified, violation } = verify(bytes, time - regtest.futureLimitSeconds - 1)
    expect(verified).toBe(25)
    expect(violation).toMatchObject({ rule: 'future-time', permanent: false, mutated: false })
    expect(verify(bytes, time - regtest.futureLimitSeconds).verified).toBe(26)
  })

  test('needs no work where the host judges it', () => {
    const idle = withFields(chain[30] as BlockHeader, { time: 2_000_000_000 })
    const unworked = Array.from({ length: 40 }, (_, nonce) => withFields(idle, { nonce }))
    const bad = unworked.find((h) => h.id > `8${'0'.repeat(63)}`) as typeof idle
    const with31 = concat([...chain.slice(0, 30), bad])
    expect(verify(with31).violation?.rule).toBe('proof-of-work')
    const trusting = verifyHeaderChain(with31, genesis, withoutHashing(regtest), forever)
    expect(trusting.violation).toBeUndefined()
  })

  test('is made of whole headers', () => {
    expect(() => verify(bytes.subarray(1))).toThrow(
      '2479 bytes are no whole number of headers of 80',
    )
  })
})
