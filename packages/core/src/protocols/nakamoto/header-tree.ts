import { machine, microsPerSecond } from '../../model/index.ts'
import { type BlockEntry, type BlockIndex, blockIndexOf } from './block-index.ts'
import { NakamotoCommand, NakamotoMessage, NakamotoRecord } from './nakamoto.messages.ts'
import { nakamotoParameters } from './nakamoto.parameters.ts'
import { nakamotoState } from './nakamoto.state.ts'
import type { Block } from './rules/block.ts'
import { checkTargetRange } from './rules/difficulty.ts'
import type { BlockHeader } from './rules/header.ts'
import { LinkedHistory } from './rules/header-history.ts'
import {
  checkDifficulty,
  checkFuture,
  checkMedianTime,
  checkTimewarp,
  checkVersion,
} from './rules/header-rules.ts'
import type { Identifier } from './rules/identifier.ts'
import { requiredBits } from './rules/retarget.ts'
import { type RuleViolation, violation } from './rules/rule-violation.ts'

/**
 * The headers that a node knows: a tree, rooted in the genesis block, of headers that keep every rule
 * a header can keep by itself and towards its ancestors. Which of them have their blocks, and which of
 * those form the active chain, is the next chapter: `chain-selection.ts`.
 */
export abstract class HeaderTree extends machine({
  state: nakamotoState,
  message: NakamotoMessage,
  record: NakamotoRecord,
  command: NakamotoCommand,
  timers: ['request', 'resync', 'refresh'],
  parameters: nakamotoParameters,
}) {
  /** What this node shares with all nodes of its host. It must only be asked about what the node knows. */
  get index(): BlockIndex {
    return blockIndexOf(this.host, this.parameters)
  }

  /** The time for headers: the node's clock, in seconds since 1970. */
  nowSeconds(): number {
    const { clockOriginSeconds } = this.parameters
    const origin = clockOriginSeconds < 0 ? this.index.genesis.header.time : clockOriginSeconds
    return origin + Math.floor(this.host.now() / microsPerSecond)
  }

  /** Is this header known and good? */
  isKnown(id: Identifier): boolean {
    return this.entryOf(id) !== undefined
  }

  isActive({ id, height }: BlockEntry): boolean {
    return id === this.activeTip || this.activeChain[height] === id
  }

  /** Is the block of this header stored? */
  isStored(entry: BlockEntry): boolean {
    return this.isActive(entry) || (this.sideBlocks.size > 0 && this.sideBlocks.has(entry.id))
  }

  /** The place in the tree of a header that is known. */
  entryOf(id: Identifier): BlockEntry | undefined {
    const entry = this.index.entries.get(id)
    if (entry === undefined) return this.indexAgain(id)
    return this.isStored(entry) || this.headers.has(id) ? entry : undefined
  }

  /** The entry of a block that must be known. */
  entry(id: Identifier): BlockEntry {
    const entry = this.entryOf(id)
    if (entry === undefined) throw new Error(`block ${id} is not known`)
    return entry
  }

  /** The body of a stored block. */
  blockOf(id: Identifier): Block | undefined {
    const entry = this.entryOf(id)
    return entry === undefined ? undefined : this.bodyOf(entry)
  }

  /** The same, of one that is known. */
  bodyOf(entry: BlockEntry): Block | undefined {
    const place = this.placeOf(entry)
    return place === undefined ? undefined : this.blockAt(place)
  }

  /** The place of a stored block in the order of arrival, from 1; the genesis block's is 0. */
  placeOf(entry: BlockEntry): number | undefined {
    if (!this.isActive(entry)) return this.sideBlocks.get(entry.id)
    // Before it came its ancestors, and of the side blocks none or some or all.
    let place = Math.min(entry.height + this.sideBlocks.size, this.blocks.length)
    while (this.blockAt(place).id !== entry.id) place -= 1
    return place
  }

  /** The block at this place in the order of arrival. */
  blockAt(place: number): Block {
    return place === 0 ? this.index.chain.genesis : (this.blocks[place - 1] as Block)
  }

  /**
   * Fills the index with what is known here but was never indexed by this host: the active chain, and
   * the branch of this header.
   * @returns the header's place, if it is known
   */
  indexAgain(id: Identifier): BlockEntry | undefined {
    const { index } = this
    const { entries } = index
    const end = this.activeChain[this.activeChain.length - 1]
    if (end !== undefined && !entries.has(end)) {
      let parent = index.genesis
      for (const { header } of this.blocks) {
        if (header.id === this.activeChain[parent.height + 1]) parent = index.add(header, parent)
      }
    }
    const branch: BlockHeader[] = []
    let at = id
    while (!entries.has(at)) {
      const place = this.sideBlocks.get(at)
      const header = place === undefined ? this.headers.get(at) : this.blockAt(place).header
      if (header === undefined) return undefined
      branch.push(header)
      at = header.previous
    }
    let entry = entries.get(at) as BlockEntry
    for (const header of branch.reverse()) entry = index.add(header, entry)
    return entry
  }

  /**
   * Adds a header to the tree, if its parent is there and it breaks no rule.
   * @returns the header's place, or what it breaks
   */
  acceptHeader(header: BlockHeader): BlockEntry | RuleViolation {
    const known = this.entryOf(header.id)
    if (known !== undefined) return known
    const parent = this.entryOf(header.previous)
    if (parent === undefined) {
      return violation('previous-block', `the parent of block ${header.id} is not known`)
    }
    const broken = this.checkMarks(header) ?? this.checkHeader(header, parent)
    if (broken !== undefined) return broken
    const entry = this.index.add(header, parent)
    this.headers.set(entry.id, header)
    const best = this.bestHeader === parent.id ? parent : this.entry(this.bestHeader)
    if (this.isBetter(entry, best)) this.bestHeader = entry.id
    return entry
  }

  /** A block that was found invalid stays so, and so does what is built on it. */
  checkMarks(header: BlockHeader): RuleViolation | undefined {
    if (this.marks.size === 0) return undefined
    if (!this.marks.has(header.id) && !this.marks.has(header.previous)) return undefined
    return violation(
      'previous-block',
      `block ${header.id} is invalid, or built on an invalid block`,
    )
  }

  /** What a header breaks by itself and towards its ancestors. */
  checkHeader(header: BlockHeader, parent: BlockEntry): RuleViolation | undefined {
    const { chain } = this.index
    const { bits, time, version } = header
    const height = parent.height + 1
    return (
      (bits === parent.header.bits ? undefined : checkTargetRange(bits, chain.limit)) ??
      this.checkWork(header) ??
      checkDifficulty(bits, this.requiredBits(parent, time), height) ??
      checkMedianTime(time, this.medianTime(parent), height) ??
      (chain.timewarpGraceSeconds === undefined
        ? undefined
        : checkTimewarp(time, new LinkedHistory(parent), height, chain)) ??
      checkFuture(time, height, chain, this.nowSeconds()) ??
      checkVersion(version, height, chain)
    )
  }

  /** Proof of work, of which the host is the judge. */
  checkWork(header: BlockHeader): RuleViolation | undefined {
    if (this.host.verifyWork(header.id, header.bits)) return undefined
    return violation('proof-of-work', `no work was done for block ${header.id}`)
  }

  /** The difficulty, as `nBits`, of the block after `parent`, if it has this time. */
  requiredBits(parent: BlockEntry, time: number): number {
    return requiredBits(new LinkedHistory(parent), parent.height + 1, time, this.index.chain)
  }

  /** The time that the block after `parent` must exceed. */
  medianTime(parent: BlockEntry): number {
    return parent.medianTime
  }

  /** Is a branch to be preferred to another? The one with more work is: not the longer one (Bitcoin, section 4). */
  isBetter(one: BlockEntry, other: BlockEntry): boolean {
    return one.chainWork > other.chainWork
  }
}
