import { Request } from '../../machines/signed-request.ts'
import {
  type Attack,
  type AttackerHost,
  bool,
  type NodeId,
  option,
  withFields,
} from '../../model/index.ts'
import {
  Block,
  Certificate,
  type HotStuffMessage,
  type HotStuffRecord,
  type Message,
} from './hotstuff.messages.ts'
import { HotStuff } from './hotstuff.ts'

function accomplicesOf({ host }: HotStuff): readonly NodeId[] {
  return (host as AttackerHost<HotStuffMessage, HotStuffRecord, string>).accomplices
}

/** The certificate that stands so many blocks further down the branch of this one, or the lowest that is here. */
function certificateBelow(node: HotStuff, certificate: Certificate, blocks: number): Certificate {
  let below = certificate
  for (let i = 0; i < blocks; i += 1) {
    const block = node.blockOf(below)
    if (block === undefined || !node.holds(block.justify)) break
    below = block.justify
  }
  return below
}

/** Two blocks in one view, each for one half of the others; accomplices get both, and vote for both. */
class Equivocates extends HotStuff {
  override sendBlock(block: Block): void {
    if (block.requests.length === 0) return super.sendBlock(block)
    const { view, height, justify } = block
    const content = { view, height, justify, requests: [] }
    const empty = Block({ id: this.idOf(content), ...content })
    const accomplices = accomplicesOf(this)
    for (const [place, to] of this.host.peers.entries()) {
      const both = accomplices.includes(to)
      if (both || place % 2 === 0) this.sendTo(to, block)
      if (both || place % 2 === 1) this.sendTo(to, empty)
    }
    this.accept(block)
    this.sendVote(this.voteFor(block, 0))
    this.sendVote(this.voteFor(empty, 0))
  }

  private sendTo(to: NodeId, block: Block): void {
    this.host.send(to, { kind: 'generic', block, timeout: this.viewProof })
  }

  override onGeneric(from: NodeId, message: Message<'generic'>): void {
    super.onGeneric(from, message)
    if (accomplicesOf(this).includes(from)) this.sendVote(this.voteFor(message.block, 0))
  }
}

/** Keeps a certificate, and the block that carries it, to itself and one other node, which may lock on it alone. */
class ShowsToOne extends HotStuff {
  override broadcast(message: HotStuffMessage): void {
    if (message.kind !== 'generic') return super.broadcast(message)
    const { peers } = this.host
    const leadsAgainAfter = this.host.nodes.length
    const turn = Math.floor(message.block.view / leadsAgainAfter)
    this.host.send(peers[turn % peers.length] as NodeId, message)
  }
}

class WithholdsVotes extends HotStuff {
  override prepare(): void {}
}

class ReportsOldCertificates extends HotStuff {
  override genericQCToReport(): Certificate {
    return certificateBelow(this, this.genericQC, 4)
  }
}

/**
 * Makes no certificate of the votes that it collects, until everybody gives up on its predecessor;
 * then extends a block further down the branch, so that those after it come to nothing, if only the
 * others vote for that.
 */
class Forks extends HotStuff {
  override certify(): void {}

  override genericQCToExtend(): Certificate {
    return certificateBelow(this, this.genericQC, Math.floor(this.host.random() * 5))
  }
}

/**
 * Certifies a block in secret: shows it to f + 1 of the others, whose votes come with their new-view
 * messages, and are enough with the attackers' own. Its next block is the child of that one, long
 * after others were certified on another branch.
 */
class RevivesHidden extends withFields(HotStuff, { hidden: option(Certificate) }) {
  override proposeBlock(): void {
    const { hidden, genericQC } = this
    if (hidden !== undefined && hidden.view > this.lockedQC.view && this.holds(hidden)) {
      this.hidden = undefined
      this.proposedView = this.curView
      return this.sendBlock(this.createLeaf(hidden))
    }
    const below = certificateBelow(this, genericQC, 1)
    if (below === genericQC) return super.proposeBlock()
    this.proposedView = this.curView
    this.hide(this.createLeaf(below))
  }

  private hide(block: Block): void {
    this.record({ kind: 'block', block })
    const accomplices = accomplicesOf(this)
    const others = this.host.peers.filter((node) => !accomplices.includes(node))
    for (const to of others) {
      // So that they are in this view.
      this.host.send(to, { kind: 'sync', justify: this.genericQC, timeout: this.viewProof })
    }
    for (const to of [...others.slice(0, this.correctAmong), ...accomplices]) {
      if (to !== this.host.self)
        this.host.send(to, { kind: 'generic', block, timeout: this.viewProof })
    }
    this.votes.set(this.host.self, this.voteFor(block, 0))
  }

  /** Accomplices vote to each other alone. */
  override onGeneric(from: NodeId, message: Message<'generic'>): void {
    super.onGeneric(from, message)
    if (!accomplicesOf(this).includes(from)) return
    const { view, block, signature } = this.voteFor(message.block, 0)
    this.host.send(from, { kind: 'vote', view, block, signature })
  }

  override onVote(from: NodeId, vote: Message<'vote'>): void {
    if (accomplicesOf(this).includes(from)) this.collectVote(from, vote)
    else super.onVote(from, vote)
  }

  override certify(certificate: Certificate): void {
    if (this.leaderOf(certificate.view) === this.host.self) this.hidden = certificate
    else super.certify(certificate)
  }
}

/**
 * Shows the certificate of its view to one node, which locks by it; then has all others extend an
 * older one, and falls silent as soon as that is certified. Now it takes the one that is locked.
 */
class Strands extends withFields(HotStuff, { silent: bool }) {
  override sendBlock(block: Block): void {
    if (this.viewProof !== undefined) return super.sendBlock(block)
    const accomplices = accomplicesOf(this)
    const victim = this.host.peers.find((node) => !accomplices.includes(node))
    for (const to of this.host.peers) {
      if (to === victim || accomplices.includes(to)) {
        this.host.send(to, { kind: 'generic', block, timeout: undefined })
      }
    }
    this.accept(block)
  }

  override genericQCToExtend(): Certificate {
    const steps = this.viewProof === undefined ? 0 : 2
    return certificateBelow(this, this.genericQC, steps)
  }

  override learn(certificate: Certificate): void {
    super.learn(certificate)
    const block = this.blockOf(certificate)
    if (block === undefined || block.view - block.justify.view < 4) return
    if (accomplicesOf(this).includes(this.leaderOf(block.view))) this.silent = true
  }

  override receive(from: NodeId, message: HotStuffMessage): void {
    if (!this.silent) super.receive(from, message)
  }

  override timeout(timer: 'view' | 'fetch'): void {
    if (!this.silent) super.timeout(timer)
  }
}

/** Extends a block that nobody has, nor ever had, by a certificate of its own making. */
class InventsParents extends HotStuff {
  override genericQCToExtend(): Certificate {
    const view = this.curView - 1
    const block = this.host.hash(this.genericQC.block)
    const signature = this.signed({ kind: 'vote', view, block })
    const votes = this.host.nodes.slice(0, this.quorum).map((node) => ({ node, signature }))
    return Certificate({ view, block, votes })
  }
}

/**
 * Certifies a block that nobody saw by its own vote, which it writes down as often as it takes. The
 * block is of the view before, so that by the liveness rule it would open every lock.
 */
class PadsCertificates extends HotStuff {
  override proposeBlock(): void {
    const justify = certificateBelow(this, this.genericQC, 4)
    const view = this.curView - 1
    if (justify.view >= view) return super.proposeBlock()
    this.proposedView = this.curView
    const content = { view, height: this.heightOf(justify) + 1, justify, requests: [] }
    const hidden = Block({ id: this.idOf(content), ...content })
    // Whoever believes the certificate asks its signer for the block.
    this.record({ kind: 'block', block: hidden })
    const signature = this.signed({ kind: 'vote', view, block: hidden.id })
    const vote = { node: this.host.self, signature }
    const votes = Array.from({ length: this.quorum }, () => vote)
    this.sendBlock(this.createLeaf(Certificate({ view, block: hidden.id, votes })))
  }
}

/** Proposes under the name of one client what another asked for. */
class ForgesRequests extends HotStuff {
  override createLeaf(justify: Certificate): Block {
    const honest = super.createLeaf(justify)
    const { view, height } = honest
    const requests = honest.requests.map((request) => this.forged(request))
    const content = { view, height, justify, requests }
    return Block({ id: this.idOf(content), ...content })
  }

  private forged({ client, sequence, body, signature }: Request): Request {
    // Of the same kind, by their first byte, so that the client finds nothing odd in the answer.
    const other = this.oldestPending(
      (pending) => pending.client === client || pending.body[0] !== body[0],
    )[0]
    return Request({ client, sequence, body: other?.body ?? body.subarray(1), signature })
  }
}

export const hotStuffAttacks: readonly Attack<HotStuff>[] = [
  {
    name: 'equivocates',
    what: 'as a leader proposes two blocks, each to one half of the others; accomplices vote for both',
    node: Equivocates,
    inChaos: true,
  },
  {
    name: 'shows-to-one',
    what: 'as a leader shows its block, and the certificate that it formed, to one node alone (the lock of section 4.4, for which two phases are too few)',
    node: ShowsToOne,
    inChaos: true,
  },
  {
    name: 'withholds-votes',
    what: 'never votes',
    node: WithholdsVotes,
    inChaos: true,
  },
  {
    name: 'reports-old-certificates',
    what: 'lies in new-view messages: reports a certificate that is older than its highest',
    node: ReportsOldCertificates,
    inChaos: true,
  },
  {
    name: 'forks',
    what: 'keeps votes to itself, and extends an older block, which overwrites what is not locked (Gai et al., Dissecting the Performance of Chained-BFT, 2021)',
    node: Forks,
    inChaos: true,
  },
  {
    name: 'revives-hidden',
    what: 'certifies a block in secret, and extends it when others have long been certified on another branch',
    node: RevivesHidden,
    inChaos: true,
  },
  {
    name: 'strands',
    what: 'has one node lock alone, the others extend an older block, and falls silent so that they need the one',
    node: Strands,
    inChaos: true,
  },
  {
    name: 'invents-parents',
    what: 'proposes blocks that extend one that nobody can fetch',
    node: InventsParents,
    inChaos: true,
  },
  {
    name: 'pads-certificates',
    what: 'certifies a block of its own by one vote, counted as often as it takes',
    node: PadsCertificates,
    inChaos: true,
  },
  {
    name: 'forges-requests',
    what: 'proposes requests that clients did not make',
    node: ForgesRequests,
    inChaos: true,
  },
]
