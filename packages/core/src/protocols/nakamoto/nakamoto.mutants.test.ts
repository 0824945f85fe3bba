import { describe, expect, test } from 'vitest'
import { Experiment, planOf, type Scenario } from '../../experiments/index.ts'
import { MutatedCopies, mutatedCopy } from './attacks/mutated-copies.ts'
import { nakamotoMutants } from './nakamoto.mutants.ts'
import { Nakamoto } from './nakamoto.ts'
import { forgeBranch, forgePayment } from './testing/forged-blocks.ts'
import { ScriptedNetwork } from './testing/scripted-network.ts'

function verdictOf(scenario: Scenario) {
  const experiment = new Experiment(planOf(scenario))
  while (!experiment.advance(10_000));
  const { verdict, properties } = experiment.report(0)
  return { verdict, broken: properties.filter(({ held }) => !held).map(({ name }) => name) }
}

const seeds = [1, 2]

describe.each(nakamotoMutants)('$name', ({ name, breaks, parameters, scenario }) => {
  test.each(seeds)('is found with seed %i', (seed) => {
    const { verdict, broken } = verdictOf({ protocol: `nakamoto+${name}`, seed })
    expect(verdict).toBe('violated')
    expect(breaks).toContain(broken[0])
  })

  test.each(seeds)('is not what breaks: without it all holds with seed %i', (seed) => {
    const hints = scenario as Partial<Scenario> | undefined
    const honest = { protocol: 'nakamoto', seed, ...hints, ...(parameters && { parameters }) }
    expect(verdictOf(honest)).toEqual({ verdict: 'held', broken: [] })
  })
})

describe('mutated copies', () => {
  test('harm nobody but their sender, which all ignore from then on', () => {
    const network = new ScriptedNetwork({
      nodes: 5,
      classOf: (node) => (node === 0 ? MutatedCopies : Nakamoto),
    })
    network.mineChain(1, 10)
    for (const fee of [1, 2]) network.ask(1, { kind: 'pay', to: 2, amount: 1_000, fee })
    network.deliverAll()
    // Two payments and a coinbase: node 0 passes the block on with the second payment twice.
    network.mineChain(0, 1)
    network.mineChain(2, 3)
    const honest = [1, 2, 3, 4].map((id) => network.node(id))
    for (const { misbehaving, marks, tip } of honest) {
      expect(misbehaving).toEqual([0])
      expect(marks.size).toBe(0)
      expect(tip.id).toBe(network.node(2).tip.id)
    }
  })

  test('have the name and the merkle root of the block, where that is possible', () => {
    const network = new ScriptedNetwork({ nodes: 1, linked: () => false })
    network.mineChain(0, 12)
    const node = network.node(0)
    for (let payments = 0; payments <= 6; payments += 1) {
      const transactions = Array.from({ length: payments }, (_, i) => {
        const coinbase = node.blockOf(node.activeChain[i + 1] as string)?.transactions[0]
        return forgePayment(
          network,
          0,
          [{ id: coinbase?.id as string, index: 0 }],
          [{ to: 0, value: 1 }],
        )
      })
      const block = forgeBranch(network, node.tip, [{ transactions }])[0]
      const copy = block && mutatedCopy(block)
      // One, two and four transactions fill their tree.
      expect(copy === undefined, `${payments}`).toBe([0, 1, 3].includes(payments))
      if (copy === undefined) continue
      expect(copy.id).toBe(block?.id)
      expect(copy.transactions.length).toBeGreaterThan(payments + 1)
      expect(copy.merkle).toEqual({ root: block?.header.merkleRoot, mutated: true })
    }
  })
})
