import { type NodeId, oneOf, withFields } from '../../../model/index.ts'
import type { BlockEntry } from '../block-index.ts'
import type { Block } from '../rules/block.ts'
import { type BranchLengths, SecretBranch } from './secret-branch.ts'

/**
 * Whether it is possible to tie (Sapirshtein, Sompolinsky and Zohar 2016, section 3): `relevant`: the
 * last block was another's, and has not reached everybody yet; `irrelevant`: it was the attacker's
 * own; `active`: the attacker has tied, and others work on two branches of equal length.
 */
export const races = ['irrelevant', 'relevant', 'active'] as const
export type Race = (typeof races)[number]

/**
 * What the attacker does: `adopt`: give up its branch for the public one. `override`: show one block
 * more than others have. `match`: show as many as they have, so that some work on its branch.
 */
export const selfishActions = ['adopt', 'override', 'match', 'wait'] as const
export type SelfishAction = (typeof selfishActions)[number]

/**
 * Selfish mining (Eyal and Sirer, "Majority is not Enough: Bitcoin Mining is Vulnerable", 2014,
 * algorithm 1): the pool keeps what it finds to itself, and shows of it just enough to make others
 * waste their work. The pool gets more than its share of the blocks once it has more than
 * (1 − γ) / (3 − 2γ) of the hash power.
 *
 * γ, the share of honest hash power that works on the pool's branch in a tie, is not assumed but comes
 * about: the pool hears of a rival block, and sends its own branch at once to each of its peers with
 * probability `attackGamma`. It wins those whom it reaches before the rival does, which its links
 * must be fast enough for; the finder of the rival block it never wins. The others learn of its
 * branch when that has won. It passes no block of others on.
 */
export class SelfishMining extends withFields(SecretBranch, { race: oneOf(...races) }) {
  override secretGrew(): void {
    if (this.race !== 'active') this.race = 'irrelevant'
    this.act()
  }

  override publicGrew(): void {
    this.race = 'relevant'
    this.act()
  }

  act(): void {
    const lengths = this.lengths()
    switch (this.choose(lengths, this.race)) {
      case 'adopt':
        this.race = 'irrelevant'
        return this.abandon()
      case 'override':
        this.race = 'irrelevant'
        return this.show(this.countAhead(lengths.others))
      case 'match':
        this.race = 'active'
        return this.match(lengths.others)
      case 'wait':
        return
    }
  }

  choose({ own, others }: BranchLengths, race: Race): SelfishAction {
    if (others > own) return 'adopt'
    // Nobody else has found anything: the lead grows in secret.
    if (others === 0) return 'wait'
    // A lead of two has shrunk to one; or a tie was won by a block on top of it.
    if (own === others + 1) return 'override'
    return race === 'relevant' ? 'match' : 'wait'
  }

  match(count: number): void {
    this.show(count)
    const headers = this.secret.slice(0, this.shown).map(({ header }: Block) => header)
    for (const to of this.peersToWin()) this.host.send(to, { kind: 'headers', headers })
  }

  peersToWin(): NodeId[] {
    return this.host.peers.filter(() => this.host.random() < this.parameters.attackGamma)
  }

  override announce(tip: BlockEntry, fork: BlockEntry): void {
    if (this.isSecret(tip.id)) super.announce(tip, fork)
  }
}
