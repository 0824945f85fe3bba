import { describe, expect, test } from 'vitest'
import type { Block } from './block.ts'
import { checkBlock, checkBlockInContext } from './block-rules.ts'
import { mainnet, regtest, testnet4, withoutHashing } from './chain-parameters.ts'
import type { Coins } from './coins.ts'
import { encodeHeader } from './header.ts'
import { verifyHeaderChain } from './header-chain.ts'
import type { HeaderHistory } from './header-history.ts'
import { checkHeader, checkHeaderInContext } from './header-rules.ts'
import { nullIdentifier } from './identifier.ts'
import { law, type RuleName } from './law.ts'
import { checkTransaction, connectBlock, type LedgerContext } from './ledger.ts'
import type { RuleViolation } from './rule-violation.ts'
import {
  blockOf,
  coinbaseAt,
  input,
  mined,
  payment,
  payTo,
  verify,
  withFields,
} from './testing/sample-blocks.ts'
import {
  finalSequence,
  maximumMoney,
  nullIndex,
  Transaction,
  type TransactionFields,
} from './transaction.ts'
import { checkTransactionAlone } from './transaction-rules.ts'
import { commitmentScript, witnessCommitment } from './witness-commitment.ts'

type Broken = RuleViolation | undefined

const chain = withoutHashing(regtest)
const fifty = 5_000_000_000
const median = 1_300_000_000
const coinbase = coinbaseAt(1, [payTo(1, fifty)])
const plain = payment([{ outpoint: `${'1'.repeat(64)}:0`, by: 1 }], [payTo(2, 1)])

/** Headers one every ten minutes, the last at time `end`. */
const history = (height: number, end: number, bits: number): HeaderHistory => ({
  firstHeight: 0,
  timeAt: (at) => end - 600 * (height - at),
  bitsAt: () => bits,
})
const inContext = (
  fields: { version?: number; time?: number; bits?: number },
  now = 1e12,
): Broken =>
  checkHeaderInContext(
    { version: 4, time: median, bits: 0x1d00ffff, ...fields },
    history(500_000, median - 600, 0x1d00ffff),
    500_001,
    mainnet,
    now,
  )

/** The first block of a period of testnet4, whose parent is at `median - 600`. */
const firstOfPeriod = (time: number): Broken =>
  checkHeaderInContext(
    { version: 4, time, bits: 0x1d00ffde },
    history(2_015, median - 600, 0x1d00ffff),
    2_016,
    testnet4,
    1e12,
  )

const alone = (fields: Partial<TransactionFields>): Broken => {
  const { version, inputs, outputs, lockTime } = plain
  return checkTransactionAlone(new Transaction({ version, inputs, outputs, lockTime, ...fields }))
}
const block = (...transactions: Transaction[]): Broken => checkBlock(blockOf(transactions), chain)
const placed = (transactions: Transaction[]): Broken =>
  checkBlockInContext(blockOf(transactions), 1, median, chain)

// Money: at height 200 there are coins of owner 1 from block 150, and the coinbase of block 150.
const [old, young] = [`${'a'.repeat(64)}:0`, `${'b'.repeat(64)}:0`]
const { lockingScript } = payTo(1, 0)
const coins = (): Coins =>
  new Map([
    [old, { value: 1_000, lockingScript, height: 150, coinbase: false }],
    [young, { value: 1_000, lockingScript, height: 150, coinbase: true }],
  ])
const context: LedgerContext = {
  parameters: chain,
  height: 200,
  medianTimeAt: (height) => 600 * height,
  signatures: verify,
}
const subsidy = fifty / 2
const connect = (...transactions: Transaction[]): Broken => {
  const result = connectBlock(coins(), blockOf(transactions), context)
  return result.kind === 'violation' ? result : undefined
}
const reward = coinbaseAt(200, [payTo(9, subsidy)])
const spending = (outpoint: string, value: number, sequence = finalSequence): Transaction =>
  payment([{ outpoint, by: 1 }], [payTo(2, value)], { inputs: [input(outpoint, { sequence })] })

/** A block whose coinbase has this witness, and commits to the witnesses of all, or to something else. */
function witnessed(
  witness: Uint8Array[],
  commits: 'rightly' | 'wrongly' | 'twice' | 'not',
  spendWitness = Uint8Array.of(7),
): Broken {
  const spend = new Transaction({
    version: 2,
    inputs: [input(old, { witness: [spendWitness] })],
    outputs: [payTo(2, 1)],
    lockTime: 0,
  })
  const { inputs } = coinbaseAt(1, [])
  const build = (commitment: Uint8Array): Block => {
    const commitTo = (hash: Uint8Array) => ({ value: 0, lockingScript: commitmentScript(hash) })
    const outputs = [payTo(1, fifty), commitTo(commitment)]
    // What is no longer the last commitment may be wrong.
    if (commits === 'twice') outputs.splice(1, 0, commitTo(new Uint8Array(32)))
    const first = new Transaction({
      version: 1,
      inputs: inputs.map((each) => ({ ...each, witness })),
      outputs: commits === 'not' ? outputs.slice(0, 1) : outputs,
      lockTime: 0,
    })
    return blockOf([first, spend])
  }
  const right = witnessCommitment(build(new Uint8Array(32)), witness[0] ?? new Uint8Array(32))
  const wrong = right.with(0, (right[0] as number) ^ 1)
  return checkBlockInContext(build(commits === 'wrongly' ? wrong : right), 1, median, chain)
}

const padded = (bytes: number): Transaction =>
  new Transaction({
    version: 2,
    inputs: plain.inputs,
    outputs: [{ value: 0, lockingScript: new Uint8Array(bytes) }],
    lockTime: 0,
  })

/** For each rule of the law, something that breaks it and nothing that comes before it. */
const breaches: { readonly [rule in RuleName]: () => Broken } = {
  'target-range': () => checkHeader(withFields(regtest.genesis.header, { bits: 0 }), regtest),
  'proof-of-work': () => checkHeader(withFields(mainnet.genesis.header, { nonce: 1 }), mainnet),
  'previous-block': () =>
    verifyHeaderChain(
      Uint8Array.of(
        ...encodeHeader(regtest.genesis.header),
        ...encodeHeader(mined(withFields(regtest.genesis.header, { time: 2e9 }))),
      ),
      { kind: 'genesis' },
      regtest,
      1e12,
    ).violation,
  difficulty: () => inContext({ bits: 0x1d00fffe }),
  'median-time': () => inContext({ time: median - 600 * 6 }),
  timewarp: () => firstOfPeriod(median - 1_201),
  'future-time': () => inContext({}, median - 7_201),
  'header-version': () => inContext({ version: 3 }),

  'merkle-root': () => checkBlock(blockOf([coinbase], { merkleRoot: nullIdentifier }), chain),
  'merkle-duplicate': () => block(coinbase, plain, spending(old, 1), spending(old, 1)),
  'block-size': () => block(coinbase, padded(999_900)),
  'block-weight': () => witnessed([new Uint8Array(32)], 'rightly', new Uint8Array(4_000_000)),
  'coinbase-first': () => block(plain),
  'coinbase-only': () => block(coinbase, coinbaseAt(1, [payTo(2, 1)])),
  'coinbase-height': () => placed([coinbaseAt(2, [payTo(1, fifty)])]),
  'signature-operations': () =>
    block(
      coinbase,
      new Transaction({
        version: 2,
        inputs: plain.inputs,
        outputs: [{ value: 0, lockingScript: new Uint8Array(20_001).fill(0xac) }],
        lockTime: 0,
      }),
    ),
  'lock-time': () =>
    placed([
      coinbase,
      payment([{ outpoint: old, by: 1 }], [], {
        lockTime: 1,
        inputs: [input(old, { sequence: 0 })],
      }),
    ]),
  'witness-reserved-value': () => witnessed([new Uint8Array(31)], 'rightly'),
  'witness-commitment': () => witnessed([new Uint8Array(32)], 'wrongly'),
  'unexpected-witness': () => witnessed([], 'not'),

  'inputs-present': () => alone({ inputs: [] }),
  'outputs-present': () => alone({ outputs: [] }),
  'transaction-size': () => checkTransactionAlone(padded(1_000_000)),
  'output-value': () => alone({ outputs: [payTo(1, -1)] }),
  'duplicate-input': () => alone({ inputs: [input(old), input(old)] }),
  'coinbase-script': () =>
    alone({
      inputs: [input(`${nullIdentifier}:${nullIndex}`, { unlockingScript: Uint8Array.of(1) })],
    }),
  'null-input': () => alone({ inputs: [input(old), input(`${nullIdentifier}:${nullIndex}`)] }),

  'coin-exists': () => connect(reward, spending(`${'c'.repeat(64)}:0`, 1)),
  'double-spend': () => connect(reward, spending(old, 1), spending(old, 2)),
  'coinbase-maturity': () => connect(reward, spending(young, 1)),
  'value-conserved': () => connect(reward, spending(old, 1_001)),
  'relative-lock-time': () => connect(reward, spending(old, 1, 51)),
  signature: () => connect(reward, payment([{ outpoint: old, by: 2 }], [payTo(2, 1)])),
  'unspent-overwrite': () => {
    const there = coins()
    const { lockingScript: script, value } = payTo(9, subsidy)
    there.set(`${reward.id}:0`, { value, lockingScript: script, height: 100, coinbase: true })
    const result = connectBlock(there, blockOf([reward]), context)
    return result.kind === 'violation' ? result : undefined
  },
  'coinbase-value': () => connect(coinbaseAt(200, [payTo(9, subsidy + 1)])),
}

describe('the law', () => {
  test.each(Object.entries(law))('%s can be broken, and reports its own name', (name, rule) => {
    const broken = breaches[name as RuleName]()
    expect(broken?.rule).toBe(name)
    expect(broken).toMatchObject({
      kind: 'violation',
      permanent: rule.remembered === 'for ever',
      mutated: rule.remembered === 'never',
    })
    expect(broken?.message.length).toBeGreaterThan(20)
    expect(broken?.message).not.toMatch(/\n|undefined|NaN|\[object/)
  })

  test('only what the observer is too early for, or what does not fit its header, may yet be valid', () => {
    const passing = Object.entries(law).filter(([, rule]) => rule.remembered !== 'for ever')
    expect(Object.fromEntries(passing.map(([name, rule]) => [name, rule.remembered]))).toEqual({
      'future-time': 'until later',
      'merkle-root': 'never',
      'merkle-duplicate': 'never',
      'witness-reserved-value': 'never',
      'witness-commitment': 'never',
      'unexpected-witness': 'never',
    })
  })
})

describe('what is within the law', () => {
  test('a header at the very edge of every rule', () => {
    expect(inContext({ time: median - 600 * 6 + 1 })).toBeUndefined()
    expect(inContext({}, median - 7_200)).toBeUndefined()
    expect(firstOfPeriod(median - 1_200)).toBeUndefined()
  })

  test.each([
    [227_930, 1],
    [227_931, 2],
    [363_724, 2],
    [363_725, 3],
    [388_380, 3],
    [388_381, 4],
  ])('from height %d on a block of mainnet needs version %d', (height, least) => {
    const check = (version: number): Broken =>
      checkHeaderInContext(
        { version, time: median, bits: 0x1d00ffff },
        history(height - 1, median - 600, 0x1d00ffff),
        height,
        { ...mainnet, retargetInterval: 1_000_000 },
        1e12,
      )
    expect(check(least)).toBeUndefined()
    if (least > 1) expect(check(least - 1)?.rule).toBe('header-version')
    if (least > 1) expect(check(-1)?.rule).toBe('header-version')
  })

  test('a block with the most signature operations, and one with the most coins', () => {
    const outputs = [{ value: 0, lockingScript: new Uint8Array(19_999).fill(0xac) }]
    const { version, inputs, lockTime } = plain
    const checks = new Transaction({ version, inputs, outputs, lockTime })
    // The coinbase's own output has one more.
    expect(checkBlock(blockOf([coinbase, checks]), chain)).toBeUndefined()
    expect(alone({ outputs: [payTo(1, maximumMoney)] })).toBeUndefined()
    expect(alone({ outputs: [payTo(1, maximumMoney + 1)] })?.rule).toBe('output-value')
    expect(alone({ outputs: [payTo(1, maximumMoney), payTo(1, 1)] })?.rule).toBe('output-value')
  })

  test.each([
    [1, false],
    [2, true],
    [100, true],
    [101, false],
  ])('a coinbase script of %d bytes: %s', (length, allowed) => {
    const unlockingScript = new Uint8Array(length)
    const first = alone({ inputs: [input(`${nullIdentifier}:${nullIndex}`, { unlockingScript })] })
    expect(first === undefined).toBe(allowed)
  })

  test('witnesses that are committed to, in whichever output commits last', () => {
    const reserved = new Uint8Array(32).fill(5)
    expect(witnessed([reserved], 'rightly')).toBeUndefined()
    expect(witnessed([reserved], 'twice')).toBeUndefined()
    expect(witnessed([reserved, reserved], 'rightly')?.rule).toBe('witness-reserved-value')
    expect(witnessed([], 'rightly')?.rule).toBe('witness-reserved-value')
  })

  test('before witnesses are active nothing commits to them', () => {
    const before = { ...chain, activation: { ...chain.activation, segwit: 2 } }
    const wrong = { value: 0, lockingScript: commitmentScript(new Uint8Array(32)) }
    const early = blockOf([coinbaseAt(1, [payTo(1, fifty), wrong])])
    expect(checkBlockInContext(early, 1, median, before)).toBeUndefined()
    expect(checkBlockInContext(early, 1, median, chain)?.rule).toBe('witness-reserved-value')
  })

  test('money at the very edge of every rule', () => {
    expect(connect(reward, spending(old, 1_000))).toBeUndefined()
    expect(connect(coinbaseAt(200, [payTo(9, subsidy + 1)]), spending(old, 999))).toBeUndefined()
    expect(connect(reward, spending(old, 1, 50))).toBeUndefined()
    const mature = { ...context, parameters: { ...chain, coinbaseMaturity: 50 } }
    const spend = blockOf([reward, spending(young, 1)])
    expect(connectBlock(coins(), spend, mature).kind).toBe('connected')
  })

  test('transactions of version 1, and all before BIP68, have no relative lock times', () => {
    const early = payment([{ outpoint: old, by: 1 }], [payTo(2, 1)], {
      version: 1,
      inputs: [input(old, { sequence: 51 })],
    })
    expect(connect(reward, early)).toBeUndefined()
    const before = { ...chain, activation: { ...chain.activation, csv: 201 } }
    const result = connectBlock(coins(), blockOf([reward, spending(old, 1, 51)]), {
      ...context,
      parameters: before,
    })
    expect(result.kind).toBe('connected')
  })

  test('before BIP113 lock times are compared with the time of the block', () => {
    const before = { ...chain, activation: { ...chain.activation, csv: 2 } }
    const locked = payment([{ outpoint: old, by: 1 }], [payTo(2, 1)], {
      lockTime: median + 1,
      inputs: [input(old, { sequence: 0 })],
    })
    const later = blockOf([coinbase, locked], { time: median + 2 })
    expect(checkBlockInContext(later, 1, median, before)).toBeUndefined()
    expect(checkBlockInContext(later, 1, median, chain)?.rule).toBe('lock-time')
  })
})

describe('a loose transaction', () => {
  const check = (transaction: Transaction, at = context) =>
    checkTransaction(coins(), transaction, at)

  test('is accepted with its fee and weight', () => {
    const transaction = spending(old, 400)
    expect(check(transaction)).toEqual({ kind: 'accepted', fee: 600, weight: expect.any(Number) })
  })

  test.each([
    ['coinbase-only', coinbase],
    ['coin-exists', spending(`${'c'.repeat(64)}:0`, 1)],
    ['coinbase-maturity', spending(young, 1)],
    ['value-conserved', spending(old, 1_001)],
    ['relative-lock-time', spending(old, 1, 51)],
    ['signature', payment([{ outpoint: old, by: 2 }], [payTo(2, 1)])],
    ['outputs-present', payment([{ outpoint: old, by: 1 }], [])],
    [
      'lock-time',
      payment([{ outpoint: old, by: 1 }], [payTo(2, 1)], {
        lockTime: 200,
        inputs: [input(old, { sequence: 0 })],
      }),
    ],
  ])('is refused where it breaks %s', (rule, transaction) => {
    expect(check(transaction)).toMatchObject({ kind: 'violation', rule })
  })

  test('may be signed by anyone where signatures are skipped', () => {
    const stolen = payment([{ outpoint: old, by: 2 }], [payTo(2, 1)])
    expect(check(stolen, { ...context, signatures: 'skip' }).kind).toBe('accepted')
  })
})
