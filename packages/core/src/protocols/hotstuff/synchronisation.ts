import { equalBytes, type NodeId } from '../../model/index.ts'
import type { Block, Certificate, Message } from './hotstuff.messages.ts'
import { micros } from './hotstuff.parameters.ts'
import { HotStuffSafety } from './safety.ts'

/** So many blocks wait for a parent that is on its way: one a view, and fetching takes a few views. */
const maxWaiting = 16

/**
 * Block synchronisation (section 4.2 of the paper asks for it, and leaves it out). Only what is
 * certified is fetched: n − f nodes voted for it, so at least f + 1 correct ones hold it and all its
 * ancestors, and hashes tell whether what they send is right.
 */
export abstract class HotStuffSynchronisation extends HotStuffSafety {
  /** A block whose parent has arrived at last: it may be of the present view. */
  abstract parentArrived(block: Block): void
  /** Takes in a valid certificate. */
  abstract onCertificate(certificate: Certificate): void

  /** Fetches the block of a certificate, at once or after the one that is being fetched. */
  want(certificate: Certificate): void {
    if (this.wanted === undefined) {
      this.wanted = certificate
      this.fetchAttempts = 0
      this.fetch()
    } else if (certificate.view > (this.wantedNext ?? this.wanted).view) {
      // Not to be lost: it may have been formed here, and then nobody else has it.
      this.wantedNext = certificate
    }
  }

  /** Asks one of those who voted for what is missing, another one each time. */
  private fetch(): void {
    const missing = this.missing
    if (missing === undefined) return
    const voters = missing.votes.filter(({ node }) => node !== this.host.self)
    const start = this.host.self + this.fetchAttempts
    const asked = voters[start % voters.length]
    if (asked !== undefined) {
      const { view, block } = missing
      this.host.send(asked.node, { kind: 'fetch', view, block, above: this.executed.height })
    }
    this.host.setTimer('fetch', micros(this.parameters.fetchTimeoutMs))
  }

  /** The certificate of the next block to ask for. */
  private get missing(): Certificate | undefined {
    return this.arriving.at(-1)?.justify ?? this.wanted
  }

  fetchTimeout(): void {
    this.fetchAttempts += 1
    // What a higher certificate has overtaken may be on a dead branch, which nobody keeps.
    if (this.wanted !== undefined && this.wanted.view <= this.genericQC.view) this.endFetch()
    else this.fetch()
  }

  /** Sends the block and its ancestors; or the checkpoint, where these are not kept any more. */
  onFetch(from: NodeId, { view, block: id, above }: Message<'fetch'>): void {
    const blocks: Block[] = []
    let block = this.tree.get(view)
    if (block !== undefined && !equalBytes(block.id, id)) return
    while (block !== undefined && block.height > above) {
      blocks.push(block)
      if (blocks.length === this.parameters.maxBlocksPerReply) break
      block = this.blockOf(block.justify)
    }
    if (blocks.length > 0) this.host.send(from, { kind: 'blocks', blocks })
    else if (this.checkpoint.height > above) {
      this.host.send(from, { kind: 'snapshot', checkpoint: this.checkpoint })
    }
  }

  onBlocks({ blocks }: Message<'blocks'>): void {
    for (const block of blocks) {
      const missing = this.missing
      if (missing === undefined || this.holds(missing)) break
      if (!equalBytes(block.id, missing.block) || !equalBytes(this.idOf(block), block.id)) return
      this.arriving.push(block)
    }
    this.connect()
  }

  afterRestore(): void {
    this.arriving = this.arriving.filter(({ view }) => view > this.checkpoint.view)
    this.connect()
  }

  /** Accepts the branch that has arrived, if it now grows out of what is here; asks for more otherwise. */
  private connect(): void {
    const { wanted, missing } = this
    if (wanted === undefined || missing === undefined) return
    // Where the checkpoint is past it, nothing of it is needed.
    if (wanted.view >= this.checkpoint.view) {
      if (!this.holds(missing)) return this.fetch()
      for (const block of this.arriving.reverse()) this.accept(block)
    }
    if (this.holds(wanted)) this.learn(wanted)
    this.endFetch()
  }

  /** A proposal came late: perhaps it is all that was missing. */
  closeGap(): void {
    if (this.wanted === undefined) return
    this.releaseWaiting()
    if (!this.holds(this.wanted)) return
    this.learn(this.wanted)
    this.endFetch()
  }

  private endFetch(): void {
    this.wanted = undefined
    this.arriving = []
    this.host.cancelTimer('fetch')
    this.releaseWaiting()
    const next = this.wantedNext
    this.wantedNext = undefined
    if (next !== undefined) this.onCertificate(next)
  }

  /** Keeps a valid proposal until its parent is here. */
  keepWaiting(block: Block): void {
    this.waiting.set(block.view, block)
    if (this.waiting.size > maxWaiting) this.waiting.delete(Math.min(...this.waiting.keys()))
  }

  private releaseWaiting(): void {
    const views = [...this.waiting.keys()].sort((left, right) => left - right)
    for (const view of views) {
      const block = this.waiting.get(view) as Block
      const isHere = this.holds(block.justify)
      // The others wait for a branch that was certified since, or are of one that came to nothing.
      if (isHere || block.justify.view <= this.genericQC.view) this.waiting.delete(view)
      if (isHere) this.parentArrived(block)
    }
  }
}
