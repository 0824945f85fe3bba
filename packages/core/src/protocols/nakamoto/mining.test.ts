import { describe, expect, test } from 'vitest'
import { checkBlock, checkBlockInContext } from './rules/block-rules.ts'
import { decodeHeader, headerBytes } from './rules/header.ts'
import { subsidyAt } from './rules/subsidy.ts'
import { ScriptedNetwork } from './testing/scripted-network.ts'

const pay = { kind: 'pay', to: 1, amount: 1_000, fee: 700 } as const

describe('a candidate', () => {
  test('builds on the tip, and keeps all rules but that of work', () => {
    const network = new ScriptedNetwork({ nodes: 2 })
    network.mineChain(0, 8)
    network.ask(0, pay)
    const node = network.node(0)
    const bytes = node.template()
    expect(bytes).toHaveLength(headerBytes)
    const header = decodeHeader(bytes)
    expect(header.previous).toBe(node.tip.id)
    const candidate = node.candidate
    if (candidate === undefined) throw new Error('no candidate')
    const { chain } = node.index
    expect(checkBlock(candidate, chain)).toBeUndefined()
    expect(checkBlockInContext(candidate, 9, node.tip.medianTime, chain)).toBeUndefined()
    const [coinbase, payment] = candidate.transactions
    expect(coinbase?.outputs[0]?.value).toBe(subsidyAt(9, chain) + 700)
    expect(payment?.id).toBe([...node.pool.keys()][0])
  })

  test('never is like another, even of the same second', () => {
    const network = new ScriptedNetwork({ nodes: 2 })
    const roots = [0, 0, 0, 1, 1].map((id) => decodeHeader(network.node(id).template()).merkleRoot)
    expect(new Set(roots).size).toBe(5)
  })

  test('is later than the median of those before it, though the clock is behind', () => {
    const network = new ScriptedNetwork({ nodes: 1, linked: () => false })
    network.mineChain(0, 12)
    network.host(0).clockOffset = -100_000_000
    const { medianTime } = network.node(0).tip
    expect(decodeHeader(network.node(0).template()).time).toBe(medianTime + 1)
    network.mine(0)
    expect(network.node(0).tip.height).toBe(13)
  })

  test('takes what pays most a byte first, but nothing before what it builds on', () => {
    const network = new ScriptedNetwork({ nodes: 2 })
    network.mineChain(0, 9)
    for (const fee of [100, 900, 500]) network.ask(0, { ...pay, fee })
    const fees = network
      .node(0)
      .chooseTransactions()
      .map((pooled) => pooled.fee)
    expect(fees).toEqual([900, 500, 100])
  })
})

describe('the work', () => {
  test('starts at the difficulty that the next block must have, and again at every tip', () => {
    const network = new ScriptedNetwork({ nodes: 1, linked: () => false })
    const bits = network.node(0).tip.header.bits
    expect(network.host(0).difficulty).toBe(bits)
    // Half the target spacing: at the end of the first period of 36 the work doubles.
    for (let i = 0; i < 35; i += 1) {
      network.now += 5_000_000
      network.mine(0)
    }
    expect(network.host(0).difficulty).not.toBe(bits)
    expect(network.host(0).difficulty).toBe(
      network.node(0).requiredBits(network.node(0).tip, network.now / 1_000_000),
    )
    network.mine(0)
    expect(network.node(0).tip.work > 18n * (network.node(0).tip.ancestor(1).work / 10n)).toBe(true)
  })

  test('is done by the first nodes alone, where not all mine', () => {
    const network = new ScriptedNetwork({ nodes: 3, parameters: { miners: 2 } })
    expect(network.hosts.map(({ difficulty }) => difficulty !== undefined)).toEqual([
      true,
      true,
      false,
    ])
  })

  test('on a candidate that lacks a payment starts over after a while', () => {
    const network = new ScriptedNetwork({ nodes: 2 })
    network.mineChain(0, 8)
    const node = network.node(0)
    const before = node.template()
    network.ask(0, pay)
    network.host(0).difficulty = undefined
    network.advance(999_999)
    expect(network.host(0).difficulty).toBeUndefined()
    network.advance(1)
    expect(network.host(0).difficulty).toBe(node.tip.header.bits)
    expect(node.candidate).toBeUndefined()
    expect(node.template()).not.toEqual(before)
  })

  test('found too late, for a candidate of before, comes to nothing', () => {
    const network = new ScriptedNetwork({ nodes: 1, linked: () => false })
    const node = network.node(0)
    const old = network.work(decodeHeader(node.template()))
    network.now += 10_000_000
    network.mine(0)
    const { tip } = node
    const bytes = node.template()
    node.mined(bytes.fill(0, 36, 68))
    expect(node.tip).toBe(tip)
    expect(old.previous).not.toBe(tip.id)
  })

  test('is told of: what was found, then what was adopted', () => {
    const network = new ScriptedNetwork({ nodes: 1, linked: () => false })
    network.now += 10_000_000
    const block = network.mine(0)
    expect(network.outputs.map(({ output }) => output)).toEqual([
      { kind: 'mined', block, height: 1 },
      { kind: 'adopted', tip: block, height: 1, disconnected: 0, connected: [block] },
    ])
  })
})

describe('regtest', () => {
  test('mines at its easiest difficulty, blocks of one second apart from each other', () => {
    const parameters = { chain: 1, targetSpacingSeconds: 600 }
    const network = new ScriptedNetwork({ nodes: 2, parameters })
    network.deliverAll()
    const ids = new Set<string>()
    for (let i = 0; i < 20; i += 1) {
      ids.add(network.mine(i % 2))
      network.deliverAll()
    }
    expect(ids.size).toBe(20)
    expect(network.tips()).toHaveLength(1)
    expect(network.node(0).tip.header.bits).toBe(0x207fffff)
  })
})
