import { describe, expect, test } from 'vitest'
import { Nakamoto } from '../nakamoto.ts'
import { ScriptedNetwork } from '../testing/scripted-network.ts'
import { BlockWithholding } from './block-withholding.ts'
import { DoubleSpend } from './double-spend.ts'
import { Eclipse } from './eclipse.ts'
import { OptimalSelfishMining } from './optimal-selfish-mining.ts'
import { SelfishMining } from './selfish-mining.ts'
import { TimeWarp } from './time-warp.ts'

/** Node 0 attacks; the others, which are linked with it and each other, are honest. */
function attackedBy(
  attack: typeof Nakamoto,
  options: {
    readonly nodes?: number
    readonly parameters?: { readonly [name: string]: number }
    readonly linked?: (left: number, right: number) => boolean
  } = {},
): ScriptedNetwork {
  return new ScriptedNetwork({
    nodes: 3,
    classOf: (node) => (node === 0 ? attack : Nakamoto),
    ...options,
  })
}

/** Some node finds blocks, ten seconds apart. Messages arrive unless `quiet`. */
function mine(network: ScriptedNetwork, node: number, blocks = 1, quiet = false): void {
  for (let i = 0; i < blocks; i += 1) {
    network.now += 10_000_000
    const host = network.host(node)
    network.mine(host.self)
    if (!quiet) network.deliverAll()
  }
}

const heights = (network: ScriptedNetwork) => network.living.map(({ tip }) => tip.height)

describe('selfish mining', () => {
  test('keeps what it finds, and shows it when only one block of its lead is left', () => {
    const network = attackedBy(SelfishMining)
    mine(network, 0, 3)
    expect(heights(network)).toEqual([0, 0, 0])
    mine(network, 1)
    expect(heights(network)).toEqual([1, 1, 1])
    mine(network, 1)
    // The pool had three, others two: it shows all, and theirs are void.
    expect(heights(network)).toEqual([3, 3, 3])
    expect(network.tips()).toHaveLength(1)
    expect((network.node(0) as SelfishMining).secret).toEqual([])
  })

  test('takes the block of another where it has none', () => {
    const network = attackedBy(SelfishMining)
    mine(network, 1)
    expect(heights(network)).toEqual([1, 1, 1])
    expect((network.node(0) as SelfishMining).secretTip.height).toBe(1)
  })

  test('ties with one block against one, and wins with the next', () => {
    const network = attackedBy(SelfishMining, { parameters: { attackGamma: 1 } })
    mine(network, 0)
    mine(network, 1)
    const attacker = network.node(0) as SelfishMining
    expect(attacker.race).toBe('active')
    expect(attacker.shown).toBe(1)
    // Node 1 keeps its own; who has seen which first is for the network to say.
    mine(network, 0)
    expect(heights(network)).toEqual([2, 2, 2])
    expect(network.tips()).toHaveLength(1)
    expect(network.node(1).tip.id).toBe(attacker.tip.id)
  })

  test('gives up its one block when others win the tie', () => {
    const network = attackedBy(SelfishMining)
    mine(network, 0)
    mine(network, 1)
    mine(network, 1)
    const attacker = network.node(0) as SelfishMining
    expect(attacker.secret).toEqual([])
    expect(attacker.tip.id).toBe(network.node(1).tip.id)
  })

  test('has its tied block in the chain when others build on it', () => {
    const network = attackedBy(SelfishMining, { parameters: { attackGamma: 1 } })
    mine(network, 0)
    const own = (network.node(0) as SelfishMining).secretTip.id
    // The pool's block reaches node 2 before that of node 1 does.
    network.pass = (envelope) => (envelope.from === 1 && envelope.to === 2 ? undefined : envelope)
    mine(network, 1)
    network.pass = (envelope) => envelope
    expect(network.node(2).tip.id).toBe(own)
    mine(network, 2)
    expect(network.node(1).activeChain[1]).toBe(own)
    expect((network.node(0) as SelfishMining).secret).toEqual([])
  })

  test('forgets its secrets in a crash, and goes on with what is public', () => {
    const network = attackedBy(SelfishMining)
    mine(network, 1, 2)
    mine(network, 0, 2)
    network.crash(0)
    network.start(0)
    network.deliverAll()
    expect((network.node(0) as SelfishMining).secretTip.height).toBe(2)
    mine(network, 1)
    expect(heights(network)).toEqual([3, 3, 3])
  })

  test('does not pass on what others find', () => {
    const apart = (left: number, right: number) => left === 0 || right === 0
    const network = attackedBy(SelfishMining, { linked: apart })
    mine(network, 1)
    expect(heights(network)).toEqual([1, 1, 0])
  })
})

describe('optimal selfish mining', () => {
  test('goes on one block behind, where its policy says so', () => {
    const parameters = { attackHashShare: 0.45, attackTruncation: 10 }
    const network = attackedBy(OptimalSelfishMining, { parameters })
    mine(network, 0)
    mine(network, 1, 2)
    const attacker = network.node(0) as OptimalSelfishMining
    expect(attacker.secret).toHaveLength(1)
    mine(network, 0, 2)
    expect(heights(network)).toEqual([3, 3, 3])
    expect(network.node(1).tip.id).toBe(attacker.tip.id)
  })
})

describe('double spend', () => {
  const parameters = { attackConfirmations: 2, attackGiveUp: 4 }

  /** The attacker has a coin that it can spend. */
  function prepared(): { network: ScriptedNetwork; attacker: DoubleSpend } {
    const network = attackedBy(DoubleSpend, { parameters })
    mine(network, 0)
    mine(network, 1, 5)
    const attacker = network.node(0) as DoubleSpend
    expect(attacker.attacking).toBe(true)
    return { network, attacker }
  }

  test('mines like anybody until it has a coin', () => {
    const network = attackedBy(DoubleSpend, { parameters })
    mine(network, 0, 2)
    expect(heights(network)).toEqual([2, 2, 2])
    expect((network.node(0) as DoubleSpend).attacking).toBe(false)
  })

  test('pays the merchant once it is one block ahead, and void is the payment with two confirmations', () => {
    const { network, attacker } = prepared()
    expect(attacker.sent).toBe(false)
    mine(network, 0)
    const { payment } = attacker
    expect(attacker.sent).toBe(true)
    expect(network.node(1).pool.has(payment?.id ?? '')).toBe(true)
    mine(network, 1, 2)
    expect(network.node(1).confirmedHeight(payment as never)).toBe(7)
    mine(network, 0, 2)
    expect(attacker.successes).toBe(1)
    expect(network.tips()).toHaveLength(1)
    expect(network.node(1).confirmedHeight(payment as never)).toBe(0)
    expect(network.node(1).pool.has(payment?.id ?? '')).toBe(false)
  })

  test('waits for the merchant, however far it is ahead', () => {
    const { network, attacker } = prepared()
    mine(network, 0, 5)
    expect(heights(network)).toEqual([6, 6, 6])
    mine(network, 1, 2)
    expect(attacker.successes).toBe(1)
    expect(heights(network)).toEqual([11, 11, 11])
  })

  test('begins again where another finds a block before it is ahead', () => {
    const { network, attacker } = prepared()
    const { payment } = attacker
    mine(network, 1)
    expect(attacker.attempts).toBe(0)
    expect(attacker.sent).toBe(false)
    expect(attacker.payment).not.toBe(payment)
    mine(network, 0)
    expect(attacker.secretTip.height).toBe(8)
  })

  test('gives up when it is too far behind: the merchant keeps the money', () => {
    const { network, attacker } = prepared()
    mine(network, 0)
    const { payment } = attacker
    mine(network, 1, 5)
    expect([attacker.attempts, attacker.successes]).toEqual([1, 0])
    expect(network.node(1).confirmedHeight(payment as never)).toBe(7)
    expect(attacker.secret).toEqual([])
  })

  test('is of the same coin, and nobody else can have signed it', () => {
    const { attacker, network } = prepared()
    expect(attacker.payment?.spends).toEqual(attacker.refund?.spends)
    expect(attacker.payment?.id).not.toBe(attacker.refund?.id)
    const coins = attacker.payment?.spends.map((coin) => attacker.coins.get(coin))
    expect(coins?.every((coin) => coin !== undefined && attacker.isOwn(coin))).toBe(true)
    expect(network.node(1).misbehaving).toEqual([])
  })
})

describe('eclipse', () => {
  const parameters = { attackConfirmations: 2, attackVictim: 3 }
  const linked = (left: number, right: number) =>
    (left !== 3 && right !== 3) || left === 0 || right === 0

  test('shows the victim a payment that nobody else has, and in the end the public chain', () => {
    const network = attackedBy(Eclipse, { nodes: 4, parameters, linked })
    mine(network, 0)
    mine(network, 1, 5)
    const attacker = network.node(0) as Eclipse
    // In block 6 the attacker's coin can be spent: it is the first that the victim is not told of.
    expect(heights(network)).toEqual([6, 6, 6, 5])
    const payment = attacker.payment as never
    const refund = attacker.refund as never
    mine(network, 1, 3)
    expect(heights(network)).toEqual([9, 9, 9, 5])
    mine(network, 0)
    // The payment is in the branch that the victim alone has, the refund in everybody else's.
    expect(network.node(3).confirmedHeight(payment)).toBe(6)
    expect(network.node(1).confirmedHeight(payment)).toBe(0)
    expect(network.node(1).confirmedHeight(refund)).toBe(6)
    // The victim's own block confirms it.
    mine(network, 1, 3)
    mine(network, 3)
    expect(attacker.over).toBe(true)
    expect(network.tips()).toHaveLength(1)
    expect(network.node(3).confirmedHeight(payment)).toBe(0)
  })
})

test('block withholding publishes nothing of what it finds', () => {
  const network = attackedBy(BlockWithholding)
  mine(network, 0, 3)
  expect(heights(network)).toEqual([0, 0, 0])
  mine(network, 1)
  expect(heights(network)).toEqual([1, 1, 1])
  const found = network.outputs.filter(({ node, output }) => node === 0 && output.kind === 'mined')
  expect(found).toHaveLength(3)
})

describe('time warp', () => {
  /** The difficulties of the periods of a chain of node 0's alone, one block every ten seconds. */
  function bitsOfPeriods(attack: typeof Nakamoto, parameters = {}): number[] {
    const network = attackedBy(attack, { nodes: 2, parameters })
    mine(network, 0, 36 * 6)
    const { activeChain } = network.node(1)
    return [0, 1, 2, 3, 4, 5].map(
      (period) => network.block(activeChain[period * 36 + 1] as string).header.bits,
    )
  }

  /** How much easier the last period is than the first. */
  function easier(bits: readonly number[]): number {
    const target = (compact: number) => (compact & 0xff_ffff) * 256 ** (compact >>> 24)
    return target(bits.at(-1) as number) / target(bits[0] as number)
  }

  test('makes blocks easier and easier at a constant pace, which honest blocks do not', () => {
    expect(easier(bitsOfPeriods(Nakamoto))).toBeCloseTo(1, 0)
    expect(easier(bitsOfPeriods(TimeWarp))).toBeGreaterThan(20)
  })

  test('is stopped by the rule that ties a period to the one before', () => {
    const bits = bitsOfPeriods(TimeWarp, { timewarpGraceSeconds: 0 })
    expect(easier(bits)).toBeLessThan(2)
  })
})
