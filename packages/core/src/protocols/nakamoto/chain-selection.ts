import { type BlockEntry, forkPoint } from './block-index.ts'
import { CoinKeeping } from './coin-keeping.ts'
import type { Block } from './rules/block.ts'
import { checkBlock, checkBlockInContext } from './rules/block-rules.ts'
import { type Identifier, nullIdentifier } from './rules/identifier.ts'
import type { RuleViolation } from './rules/rule-violation.ts'

/**
 * Which chain is the active one: the one with the most work whose blocks are all here and all valid;
 * among equals the one whose last block arrived first, and the present one before any other (Bitcoin,
 * section 5). Changing over disconnects blocks back to the fork and connects those of the other
 * branch; one that breaks a rule of money on the way is marked invalid, and the next best is tried.
 */
export abstract class ChainSelection extends CoinKeeping {
  /** The end of the active chain changed; `fork` is where the chains part. */
  abstract tipChanged(before: BlockEntry, after: BlockEntry, fork: BlockEntry): void
  /** A block was found to break a rule. */
  abstract blame(entry: BlockEntry): void

  /** The end of the active chain. While that changes over, what it ended in before. */
  get tip(): BlockEntry {
    const { index, activeTip } = this
    if (activeTip === nullIdentifier) return index.genesis
    return index.entries.get(activeTip) ?? (this.indexAgain(activeTip) as BlockEntry)
  }

  /**
   * Takes in a block whose header is known, and changes the active chain if that makes a better one.
   * @returns what its body breaks, if anything
   */
  acceptBlock(entry: BlockEntry, block: Block): RuleViolation | undefined {
    if (this.isStored(entry) || this.isEarly(entry)) return undefined
    const broken = this.checkBody(entry, block)
    if (broken !== undefined) {
      if (this.isRemembered(broken)) this.markInvalid(entry)
      return broken
    }
    if (this.isStored(entry.parent as BlockEntry)) this.store(entry, block)
    else this.keepForLater(block)
    return undefined
  }

  /** What a body breaks, money aside. */
  checkBody(entry: BlockEntry, block: Block): RuleViolation | undefined {
    if (entry.sound === block) return undefined
    const { chain } = this.index
    const parent = entry.parent as BlockEntry
    const broken =
      checkBlock(block, chain) ?? checkBlockInContext(block, entry.height, parent.medianTime, chain)
    if (broken === undefined) entry.sound = block
    return broken
  }

  /**
   * Does this violation condemn the block for ever? Not if the body was only a bad copy: a good one
   * may have the same name (CVE-2012-2459).
   */
  isRemembered(broken: RuleViolation): boolean {
    return broken.permanent
  }

  isEarly(entry: BlockEntry): boolean {
    if (this.early.size === 0) return false
    const siblings = this.early.get(entry.header.previous)
    return siblings?.some((block) => block.id === entry.id) === true
  }

  keepForLater(block: Block): void {
    const { previous } = block.header
    const siblings = this.early.get(previous)
    if (siblings === undefined) this.early.set(previous, [block])
    else siblings.push(block)
  }

  /** Stores a block whose parent is stored, and those that waited for it. */
  store(entry: BlockEntry, block: Block): void {
    this.storeOne(entry, block)
    if (this.early.size === 0) return
    const parents = [entry.id]
    for (const parent of parents) {
      const children = this.early.get(parent) ?? []
      this.early.delete(parent)
      for (const child of children) {
        const childEntry = this.entryOf(child.id)
        // It may have been marked with its parent.
        if (childEntry === undefined) continue
        this.storeOne(childEntry, child)
        parents.push(child.id)
      }
    }
  }

  storeOne(entry: BlockEntry, block: Block): void {
    const { tip } = this
    this.headers.delete(entry.id)
    if (entry.parent === tip && this.isBetter(entry, tip)) return this.extend(tip, entry, block)
    this.record({ kind: 'block', block, active: false })
    if (this.isBetter(entry, tip)) this.activate(entry)
  }

  /** The usual case: the block comes next on the active chain. */
  extend(tip: BlockEntry, entry: BlockEntry, block: Block): void {
    if (this.connectCoins(entry, block) !== undefined) {
      this.record({ kind: 'block', block, active: false })
      this.markInvalid(entry)
      return
    }
    this.activeChain.push(entry.id)
    this.record(entry.extension(block))
    this.adopt(tip, entry, tip)
  }

  /** Makes `target` the end of the active chain; or, if it turns out invalid, the best there is. */
  activate(target: BlockEntry): void {
    const before = this.tip
    let goal = target
    while (!this.switchTo(goal)) goal = this.bestCandidate(before)
    if (goal === before) return
    this.record(goal.tipRecord)
    this.adopt(before, goal, forkPoint(before, goal))
  }

  adopt(before: BlockEntry, after: BlockEntry, fork: BlockEntry): void {
    if (this.bestHeader !== after.id && this.isBetter(after, this.entry(this.bestHeader))) {
      this.bestHeader = after.id
    }
    this.host.output(
      after.parent === before
        ? after.extended
        : {
            kind: 'adopted',
            tip: after.id,
            height: after.height,
            disconnected: before.height - fork.height,
            connected: this.activeChain.slice(fork.height + 1),
          },
    )
    this.tipChanged(before, after, fork)
  }

  /** @returns false if a block on the way turned out invalid; the active chain then ends in its parent */
  switchTo(target: BlockEntry): boolean {
    let end = this.entry(this.activeChain[this.activeChain.length - 1] as Identifier)
    const fork = forkPoint(end, target)
    while (end !== fork) {
      this.disconnect(end)
      end = end.parent as BlockEntry
    }
    for (let height = fork.height + 1; height <= target.height; height += 1) {
      if (!this.connect(target.ancestor(height))) return false
    }
    return true
  }

  /**
   * The best stored and valid block: `preferred` if none is better, and otherwise the first that
   * arrived of the best.
   */
  bestCandidate(preferred: BlockEntry): BlockEntry {
    let best = this.marks.has(preferred.id) ? this.index.genesis : preferred
    for (const { id } of this.blocks) {
      if (this.marks.has(id)) continue
      const entry = this.entry(id)
      if (this.isBetter(entry, best)) best = entry
    }
    return best
  }

  /** Connects the block after the last. @returns false if it broke a rule of money: it is marked invalid */
  connect(entry: BlockEntry): boolean {
    if (this.connectCoins(entry, this.bodyOf(entry) as Block) !== undefined) {
      this.markInvalid(entry)
      return false
    }
    this.activateSideBlock(entry)
    return true
  }

  /** A stored block comes next on the active chain. */
  activateSideBlock({ id }: BlockEntry): void {
    this.sideBlocks.delete(id)
    this.activeChain.push(id)
  }

  /** Disconnects the last block. */
  disconnect(end: BlockEntry): void {
    this.disconnectCoins(this.effectsOf(end))
    this.sideBlocks.set(end.id, this.placeOf(end) as number)
    this.activeChain.pop()
  }

  // Invalid blocks.

  /** Marks a block invalid, and what is built on it; headers alone are forgotten. */
  markInvalid(entry: BlockEntry, as: 'invalid' | 'invalid by order' = 'invalid'): void {
    this.mark(entry, as)
    if (as === 'invalid') this.blame(entry)
    for (const { id } of this.blocks) {
      const other = this.entry(id)
      if (other !== entry && other.descendsFrom(entry)) this.mark(other, 'on an invalid block')
    }
    for (const id of this.headers.keys()) {
      if (this.entry(id).descendsFrom(entry)) this.forgetHeader(id)
    }
    if (!this.isKnown(this.bestHeader) || this.marks.has(this.bestHeader)) {
      this.chooseBestHeader()
    }
  }

  mark(entry: BlockEntry, as: 'invalid' | 'invalid by order' | 'on an invalid block'): void {
    if (this.marks.get(entry.id) === as) return
    this.record({ kind: 'mark', block: entry.id, as })
  }

  forgetHeader(id: Identifier): void {
    this.headers.delete(id)
    this.early.delete(id)
  }

  chooseBestHeader(): void {
    let best = this.bestCandidate(this.tip)
    // Among equals the order of a map must not matter: the smaller name wins.
    for (const id of [...this.headers.keys()].sort()) {
      const entry = this.entry(id)
      if (this.isBetter(entry, best)) best = entry
    }
    this.bestHeader = best.id
  }

  /** Holds a block invalid because somebody says so. */
  invalidate(entry: BlockEntry): void {
    const wasActive = this.isActive(entry)
    this.markInvalid(entry, 'invalid by order')
    if (wasActive) this.activate(this.bestCandidate(entry.parent as BlockEntry))
  }

  /** Takes back what was held against a block, its ancestors and its descendants. */
  reconsider(id: Identifier): void {
    const entry = this.entryOf(id)
    for (const marked of [...this.marks.keys()].sort()) {
      if (marked === id || (entry !== undefined && this.isRelated(entry, marked))) {
        this.record({ kind: 'mark', block: marked, as: 'not invalid' })
      }
    }
    this.chooseBestHeader()
    const best = this.bestCandidate(this.tip)
    if (best !== this.tip) this.activate(best)
  }

  isRelated(entry: BlockEntry, marked: Identifier): boolean {
    const other = this.entryOf(marked)
    return other !== undefined && (other.descendsFrom(entry) || entry.descendsFrom(other))
  }
}
