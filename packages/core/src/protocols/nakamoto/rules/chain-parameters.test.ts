import { describe, expect, test } from 'vitest'
import { checkBlock } from './block-rules.ts'
import { chains, fast, mainnet, regtest, testnet4 } from './chain-parameters.ts'
import { decodeCompact, encodeCompact } from './difficulty.ts'

describe.each(chains.map((chain) => [chain.name, chain] as const))('%s', (_, chain) => {
  test('its genesis block keeps the rules, work included', () => {
    expect(checkBlock(chain.genesis, chain)).toBeUndefined()
  })

  test('the compact form of its limit is the limit, cut off', () => {
    expect(encodeCompact(chain.limit)).toBe(chain.limitBits)
    expect(decodeCompact(chain.limitBits).value <= chain.limit).toBe(true)
  })
})

test.each([
  ['mainnet', '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f'],
  ['testnet3', '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943'],
  ['testnet4', '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043'],
  ['regtest', '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206'],
  ['fast', '0000c43c2eb1e4bcb7b82ee57c945cc57db0e7f8af4e289f0e6e751dac8f88b4'],
])('%s begins with block %s', (name, id) => {
  expect(chains.find((chain) => chain.name === name)?.genesis.id).toBe(id)
})

test('no two chains can be taken for each other', () => {
  for (const key of ['name', 'magic', 'defaultPort'] as const) {
    expect(new Set(chains.map((chain) => chain[key])).size, key).toBe(chains.length)
  }
  expect(new Set(chains.map((chain) => chain.genesis.id)).size).toBe(chains.length)
})

test('the merkle roots of the genesis blocks are the published ones', () => {
  const { merkleRoot } = mainnet.genesis.header
  expect(merkleRoot).toBe('4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b')
  expect(regtest.genesis.header.merkleRoot).toBe(merkleRoot)
  expect(testnet4.genesis.header.merkleRoot).toBe(
    '7aa0a7ae1e223414cb807e40cd57e667b718e42aaf9306db9102fe28912b7b4e',
  )
})

test('a simulated chain retargets every six minutes', () => {
  expect(fast.retargetInterval * fast.targetSpacingSeconds).toBe(360)
})
