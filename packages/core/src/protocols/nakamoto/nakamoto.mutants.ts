import type { Mutant } from '../../model/index.ts'
import type { BlockEffects } from './block-effects.ts'
import type { BlockEntry } from './block-index.ts'
import { Nakamoto } from './nakamoto.ts'
import type { Coin } from './rules/coins.ts'
import { retarget } from './rules/retarget.ts'
import type { RuleViolation } from './rules/rule-violation.ts'
import type { Outpoint } from './rules/transaction.ts'

class RetargetsOffByOne extends Nakamoto {
  override requiredBits(parent: BlockEntry, time: number): number {
    const { chain } = this.index
    const height = parent.height + 1
    const first = height - chain.retargetInterval - 1
    if (!chain.retargets || height % chain.retargetInterval !== 0 || first < 0) {
      return super.requiredBits(parent, time)
    }
    const { bits, time: last } = parent.header
    return retarget(bits, parent.ancestor(first).header.time, last, chain)
  }
}

class IgnoresMedianTime extends Nakamoto {
  override medianTime(_parent: BlockEntry): number {
    return -1
  }
}

class PrefersLength extends Nakamoto {
  override isBetter(one: BlockEntry, other: BlockEntry): boolean {
    return one.height > other.height
  }
}

class RemembersMutatedBlocks extends Nakamoto {
  override isRemembered(_broken: RuleViolation): boolean {
    return true
  }
}

class ForgetsAnOutput extends Nakamoto {
  override coinsToRestore(effects: BlockEffects): (readonly [Outpoint, Coin])[] {
    return super.coinsToRestore(effects).slice(1)
  }
}

class FinalAtOnce extends Nakamoto {
  override isFinal(height: number): boolean {
    return height > 0
  }
}

/** Blocks that come so fast for their network that forks are frequent, with payments in them. */
const manyForks = {
  parameters: { targetSpacingSeconds: 1 },
  scenario: { network: 'wan', workload: 'payments', clients: 8, for: '300s' },
} as const

export const nakamotoMutants: readonly Mutant<Nakamoto>[] = [
  {
    name: 'retarget-off-by-one',
    bug: 'the difficulty is adjusted over one interval more than the 2,015 of 2,016 that the law takes',
    breaks: ['validity'],
    node: RetargetsOffByOne,
  },
  {
    name: 'median-time-ignored',
    bug: 'a block may be earlier than the median of the eleven before it: one clock turned back turns back time',
    breaks: ['validity'],
    node: IgnoresMedianTime,
    parameters: { targetSpacingSeconds: 10 },
    scenario: { faults: ['clock:0,1:-100s@300s'] },
  },
  {
    name: 'longest-instead-of-most-work',
    bug: 'the chain with the most blocks is chosen, as the paper has it, not the one with the most work, as its program has it',
    breaks: ['most work'],
    node: PrefersLength,
    // Both sides of a long partition adjust their difficulty, the weak side to an easier one. No
    // payment is final meanwhile, so that nothing else is found broken first.
    parameters: { targetSpacingSeconds: 1, confirmations: 10_000 },
    scenario: {
      nodes: 6,
      network: 'wan',
      byzantine: [],
      hashPower: [8, 8, 8, 1, 1, 1],
      faults: ['partition:0,1,2|3,4,5@5s+1000s'],
      for: '1200s',
      chaos: false,
    },
  },
  {
    name: 'mutated-merkle-cached-as-invalid',
    bug: 'a block is held invalid for ever for a bad copy of its body under the same merkle root (CVE-2012-2459); node 0 sends such copies',
    breaks: ['validity'],
    node: RemembersMutatedBlocks,
    parameters: manyForks.parameters,
    scenario: { ...manyForks.scenario, byzantine: ['0=mutated-copies'] },
  },
  {
    name: 'undo-forgets-an-output',
    bug: 'a block that is disconnected does not give back the first coin that it spent',
    breaks: ['conservation of money', 'validity', 'assertion'],
    node: ForgetsAnOutput,
    ...manyForks,
  },
  {
    name: 'final-at-the-first-confirmation',
    bug: 'a payment is called final as soon as it is in a block',
    breaks: ['no double spend among final payments'],
    node: FinalAtOnce,
    ...manyForks,
  },
]
