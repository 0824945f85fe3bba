import type { Attack } from '../../model/index.ts'
import { BlockWithholding } from './attacks/block-withholding.ts'
import { DoubleSpend } from './attacks/double-spend.ts'
import { Eclipse } from './attacks/eclipse.ts'
import { MutatedCopies } from './attacks/mutated-copies.ts'
import { OptimalSelfishMining } from './attacks/optimal-selfish-mining.ts'
import { SelfishMining } from './attacks/selfish-mining.ts'
import { TimeWarp } from './attacks/time-warp.ts'
import type { Nakamoto } from './nakamoto.ts'

/**
 * The known attacks on mining. Each means something for a certain share of the hash power, so none is
 * drawn by chance: a scenario names it, with `hashPower` and the parameters that begin with `attack`.
 */
export const nakamotoAttacks: readonly Attack<Nakamoto>[] = [
  {
    name: 'selfish-mining',
    what: 'keeps its blocks secret, and shows just enough to waste the work of others (Eyal and Sirer 2014)',
    node: SelfishMining,
    inChaos: false,
  },
  {
    name: 'optimal-selfish-mining',
    what: 'the same, by the policy that earns most (Sapirshtein, Sompolinsky and Zohar 2016)',
    node: OptimalSelfishMining,
    inChaos: false,
  },
  {
    name: 'double-spend',
    what: 'pays a merchant, and outruns the chain with the payment by a secret one without it (Nakamoto 2008; Rosenfeld 2012)',
    node: DoubleSpend,
    inChaos: false,
  },
  {
    name: 'eclipse',
    what: 'has all links of a victim, and shows it a chain of its own (Heilman, Kendler, Zohar and Goldberg 2015)',
    node: Eclipse,
    inChaos: false,
  },
  {
    name: 'block-withholding',
    what: 'works, as the member of a pool that pays for work, and throws away what it finds (Rosenfeld 2011)',
    node: BlockWithholding,
    inChaos: false,
  },
  {
    name: 'time-warp',
    what: 'lies about the time so that the difficulty falls without end (ArtForz 2011)',
    node: TimeWarp,
    inChaos: false,
  },
  {
    name: 'mutated-copies',
    what: 'passes blocks on in a bad form that has the same name (CVE-2012-2459)',
    node: MutatedCopies,
    inChaos: false,
  },
]
