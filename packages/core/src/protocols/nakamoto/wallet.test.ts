import { describe, expect, test } from 'vitest'
import { decode, type NodeId, type Outcome } from '../../model/index.ts'
import { Balance, Receipt } from './nakamoto.messages.ts'
import type { Block } from './rules/block.ts'
import type { Identifier } from './rules/identifier.ts'
import { encodeTransaction } from './rules/transaction.ts'
import { forgeBranch, forgePayment } from './testing/forged-blocks.ts'
import { ScriptedNetwork } from './testing/scripted-network.ts'

const subsidy = 5_000_000_000
const pay = { kind: 'pay', to: 1, amount: 1_000_000, fee: 500 } as const

/** Two nodes, the first of which has mined coins that it may spend. */
function rich(parameters?: { readonly [name: string]: number }) {
  const network = new ScriptedNetwork({ nodes: 2, parameters: { ...parameters } })
  network.mineChain(0, 8)
  return network
}

function receiptOf(outcome: Outcome | undefined): Receipt {
  if (outcome?.kind !== 'done') throw new Error(`not done: ${JSON.stringify(outcome)}`)
  return decode(Receipt, outcome.result)
}

function balanceOf(network: ScriptedNetwork, asked: NodeId, owner: NodeId): Balance {
  const outcome = network.ask(asked, { kind: 'balance', owner })
  if (outcome?.kind !== 'done') throw new Error('no balance')
  return decode(Balance, outcome.result)
}

describe('a payment', () => {
  test('is answered once its block has six confirmations, with that block', () => {
    const network = rich()
    const request = network.newRequest()
    expect(network.ask(0, pay, request)).toBeUndefined()
    network.deliverAll()
    network.mineChain(1, 5)
    expect(network.answer(request)).toBeUndefined()
    network.mineChain(1, 1)
    expect(receiptOf(network.answer(request))).toEqual({
      block: network.node(0).activeChain[9],
      height: 9,
    })
    expect(balanceOf(network, 0, 1).satoshis).toBe(6 * subsidy + 500 + 1_000_000)
    expect(balanceOf(network, 1, 0)).toEqual({ satoshis: 8 * subsidy - 500 - 1_000_000, coins: 8 })
  })

  test('spends the oldest coins, and only those that are mature and free', () => {
    const network = rich()
    network.ask(0, { ...pay, amount: 2 * subsidy })
    const [payment] = [...network.node(0).pool.values()]
    const coinbases = network
      .node(0)
      .activeChain.slice(1)
      .map((id) => network.block(id).transactions[0]?.creates[0])
    expect(payment?.transaction.spends).toEqual(coinbases.slice(0, 3))
    // Of eight coinbases four are mature at height 9, and three of those are taken.
    expect(network.ask(0, { ...pay, amount: 2 * subsidy })).toEqual({
      kind: 'refused',
      reason: `not enough mature coins for ${2 * subsidy} satoshis and a fee of 500`,
      leader: undefined,
    })
    expect(network.ask(0, pay)).toBeUndefined()
    expect(network.node(0).pool.size).toBe(2)
  })

  test.for([
    ['to nobody', { ...pay, to: 7 }],
    ['of nothing', { ...pay, amount: 0 }],
    ['of more than there is', { ...pay, amount: 9 * subsidy }],
  ] as const)('%s is refused', ([, command]) => {
    const network = rich()
    expect(network.ask(0, command)?.kind).toBe('refused')
    expect(network.node(0).payments.size).toBe(0)
  })

  test('asked for again pays once: before it is final, after it, and after a crash', () => {
    const network = rich()
    const request = network.newRequest()
    network.ask(0, pay, request)
    network.ask(0, pay, request)
    network.deliverAll()
    expect(network.node(0).pool.size).toBe(1)
    network.crash(0)
    network.start(0)
    network.deliverAll()
    network.ask(0, pay, request)
    network.mineChain(1, 6)
    const receipt = receiptOf(network.answer(request))
    expect(receipt.height).toBe(9)
    network.replies.length = 0
    network.crash(0)
    network.start(0)
    expect(receiptOf(network.ask(0, pay, request))).toEqual(receipt)
    network.mineChain(1, 6)
    expect(balanceOf(network, 0, 1).satoshis).toBe(12 * subsidy + 500 + 1_000_000)
  })

  test('is not seen by anybody before it is bound to its request on disk', () => {
    const network = rich()
    network.host(0).diskStuck = true
    network.ask(0, pay)
    expect(network.inFlight).toHaveLength(0)
    // Not even in a block of the payer's own.
    network.now += 10_000_000
    network.mine(0)
    expect(network.inFlight).toHaveLength(0)
    network.crash(0)
    expect(network.host(0).records.some(({ kind }) => kind === 'payment')).toBe(false)
  })

  test('that was in a block of a lost branch is put into another', () => {
    const network = rich()
    const request = network.newRequest()
    network.ask(0, pay, request)
    network.pass = () => undefined
    network.mineChain(0, 1)
    expect([...network.node(0).confirmedAt.values()]).toEqual([9])
    network.mineChain(1, 2)
    network.pass = (envelope) => envelope
    network.mineChain(1, 1)
    expect([...network.node(0).confirmedAt.values()]).toEqual([0])
    network.mineChain(1, 7)
    // On its way to height 11 the payer names the payment to its peers again: the next block has it.
    expect(receiptOf(network.answer(request)).height).toBe(12)
  })

  test('whose coins another spent for good is refused, and asked for again too', () => {
    const network = new ScriptedNetwork({ nodes: 2, parameters: { confirmations: 2 } })
    network.mineChain(0, 8)
    const request = network.newRequest()
    const parent = network.node(0).tip
    const coin = network.block(parent.ancestor(1).id).transactions[0]?.id as Identifier
    network.ask(0, pay, request)
    network.inFlight.length = 0
    // The same key was used elsewhere.
    const rival = forgePayment(network, 0, [{ id: coin, index: 0 }], [{ to: 1, value: 1 }])
    const branch = forgeBranch(network, parent, [{ transactions: [rival] }, {}, {}])
    const give = (block: Block | undefined) =>
      network.receive({
        from: 1,
        to: 0,
        message: { kind: 'block', block: block as Block, padding: 0 },
      })
    give(branch[0])
    expect(network.answer(request)).toBeUndefined()
    give(branch[1])
    give(branch[2])
    expect(network.answer(request)?.kind).toBe('refused')
    expect(network.ask(0, pay, request)?.kind).toBe('refused')
  })

  test('that peers lost is named to them again', () => {
    const network = rich()
    const request = network.newRequest()
    network.ask(0, pay, request)
    network.inFlight.length = 0
    network.mineChain(1, 2)
    expect(network.node(1).pool.size).toBe(1)
    network.mineChain(1, 6)
    expect(receiptOf(network.answer(request)).height).toBe(11)
  })

  test('that was asked of a wallet which restarts is paid without asking again', () => {
    const network = rich()
    network.ask(0, pay)
    network.crash(0)
    network.inFlight.length = 0
    network.start(0)
    network.mineChain(1, 2)
    expect(network.block(network.node(1).activeChain[10] as Identifier).transactions).toHaveLength(
      2,
    )
  })
})

describe('a submitted transaction', () => {
  const signed = (network: ScriptedNetwork, value: number) => {
    const id = network.block(network.node(0).activeChain[1] as Identifier).transactions[0]?.id
    return forgePayment(network, 0, [{ id: id as Identifier, index: 0 }], [{ to: 1, value }])
  }

  test('is relayed, and answered once it is final', () => {
    const network = rich()
    const request = network.newRequest()
    const transaction = encodeTransaction(signed(network, subsidy))
    network.ask(1, { kind: 'submit', transaction }, request)
    network.deliverAll()
    network.mineChain(0, 6)
    expect(receiptOf(network.answer(request)).height).toBe(9)
  })

  test.for([
    ['bytes that are none', () => Uint8Array.of(1, 2, 3), /^not a transaction: /],
    [
      'one that pays out too much',
      (network: ScriptedNetwork) => encodeTransaction(signed(network, subsidy + 1)),
      /pays out/,
    ],
  ] as const)('is refused: %s', ([, make, reason]) => {
    const network = rich()
    const outcome = network.ask(0, { kind: 'submit', transaction: make(network) })
    expect(outcome?.kind === 'refused' && outcome.reason).toMatch(reason)
  })
})

test('the tip is told to whoever asks', () => {
  const network = rich()
  expect(receiptOf(network.ask(1, { kind: 'tip' }))).toEqual({
    block: network.node(1).tip.id,
    height: 8,
  })
})
