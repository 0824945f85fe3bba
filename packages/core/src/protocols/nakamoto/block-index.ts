import type { Host, Output } from '../../model/index.ts'
import type { BlockEffects } from './block-effects.ts'
import type { Message, RecordOf } from './nakamoto.messages.ts'
import { chainOf, type NakamotoParameters } from './nakamoto.parameters.ts'
import type { Block } from './rules/block.ts'
import type { ChainParameters } from './rules/chain-parameters.ts'
import { CoinSet } from './rules/coin-set.ts'
import { workOf } from './rules/difficulty.ts'
import type { BlockHeader } from './rules/header.ts'
import { type HeaderLink, LinkedHistory } from './rules/header-history.ts'
import type { Identifier } from './rules/identifier.ts'
import { medianTimePast } from './rules/median-time.ts'

/**
 * A header in its place: all that follows from a header and its ancestors. Nothing in it depends on
 * who looks, so that all nodes of one host hold one and the same entry.
 */
export class BlockEntry implements HeaderLink {
  readonly id: Identifier
  readonly header: BlockHeader
  readonly height: number
  readonly parent: BlockEntry | undefined
  /** An ancestor much further back: see `ancestor`. */
  readonly skip: BlockEntry | undefined
  /** The expected number of hashes behind this block, and behind all blocks up to it. */
  readonly work: bigint
  readonly chainWork: bigint
  /** The median time past that the next block must exceed, in seconds. */
  readonly medianTime: number
  // Made once, because every node sends, records and puts out the same.
  readonly announcement: Message<'headers'>
  readonly tipRecord: RecordOf<'tip'>
  // What follows from the block, worked out by the first node that needs it.
  /** What connecting the block does to the coins of its branch. */
  effects: BlockEffects | undefined
  /** A body that was found to keep all rules but those of money. */
  sound: Block | undefined
  /** The block in compact form, as it is sent. */
  compact: Message<'compactBlock'> | undefined
  private extensionRecord: RecordOf<'block'> | undefined
  private extensionOutput: Output | undefined
  private compactRequest: Message<'getData'> | undefined

  constructor(header: BlockHeader, parent: BlockEntry | undefined) {
    this.id = header.id
    this.header = header
    this.height = parent === undefined ? 0 : parent.height + 1
    this.parent = parent
    this.skip = parent?.ancestor(skipHeight(this.height))
    this.work = parent?.header.bits === header.bits ? parent.work : workOf(header.bits)
    this.chainWork = (parent?.chainWork ?? 0n) + this.work
    this.medianTime = medianTimePast(new LinkedHistory(this), this.height)
    this.announcement = { kind: 'headers', headers: [header] }
    this.tipRecord = { kind: 'tip', block: this.id }
    this.effects = undefined
    this.sound = undefined
    this.compact = undefined
    this.extensionRecord = undefined
    this.extensionOutput = undefined
    this.compactRequest = undefined
  }

  /** The record of this block where it extends the active chain. */
  extension(block: Block): RecordOf<'block'> {
    if (this.extensionRecord?.block === block) return this.extensionRecord
    this.extensionRecord = { kind: 'block', block, active: true }
    return this.extensionRecord
  }

  /** Asks for this block in compact form. */
  get request(): Message<'getData'> {
    this.compactRequest ??= { kind: 'getData', blocks: [this.id], compact: true }
    return this.compactRequest
  }

  /** What a node puts out when this block extends its active chain. */
  get extended(): Output {
    const { id, height } = this
    this.extensionOutput ??= {
      kind: 'adopted',
      tip: id,
      height,
      disconnected: 0,
      connected: [id],
    }
    return this.extensionOutput
  }

  /** The block at this height on the branch that ends here, in a logarithmic number of steps. */
  ancestor(height: number): BlockEntry {
    if (height < 0 || height > this.height) {
      throw new RangeError(`no ancestor of height ${height} below a block of height ${this.height}`)
    }
    return ancestorOf(this, height)
  }

  /** Is `other` on the branch that ends here? */
  descendsFrom(other: BlockEntry): boolean {
    return other.height <= this.height && this.ancestor(other.height) === other
  }
}

function ancestorOf(block: BlockEntry, height: number): BlockEntry {
  let at = block
  while (at.height > height) {
    const { skip, parent } = at as { skip: BlockEntry; parent: BlockEntry }
    // The parent's skip may be the better one, if it does not reach too far.
    const viaParent = skipHeight(at.height - 1)
    const jump =
      skip.height === height ||
      (skip.height > height && !(viaParent < skip.height - 2 && viaParent >= height))
    at = jump ? skip : parent
  }
  return at
}

/** How far the skip of a block reaches: CBlockIndex::BuildSkip of Bitcoin Core. */
function skipHeight(height: number): number {
  if (height < 2) return 0
  return height % 2 === 1
    ? withoutLowestBit(withoutLowestBit(height - 1)) + 1
    : withoutLowestBit(height)
}

function withoutLowestBit(n: number): number {
  return n & (n - 1)
}

/** The last block that two branches have in common. */
export function forkPoint(left: BlockEntry, right: BlockEntry): BlockEntry {
  const height = Math.min(left.height, right.height)
  let a = left.ancestor(height)
  let b = right.ancestor(height)
  while (a !== b) {
    // Blocks of one height have skips of one height.
    const apart = a.skip !== b.skip
    a = (apart ? a.skip : a.parent) as BlockEntry
    b = (apart ? b.skip : b.parent) as BlockEntry
  }
  return a
}

/** What the nodes of one host share: pure functions of what they are filed under, computed once. */
export class BlockIndex {
  readonly chain: ChainParameters
  readonly genesis: BlockEntry
  readonly entries: Map<Identifier, BlockEntry>
  /** The coins after the genesis block: from here on nodes on one chain hold one and the same set. */
  readonly noCoins: CoinSet

  constructor(parameters: NakamotoParameters) {
    this.chain = chainOf(parameters)
    this.genesis = new BlockEntry(this.chain.genesis.header, undefined)
    this.entries = new Map([[this.genesis.id, this.genesis]])
    this.noCoins = CoinSet.of(new Map())
  }

  /** The entry of a header whose parent has one. */
  add(header: BlockHeader, parent: BlockEntry): BlockEntry {
    const known = this.entries.get(header.id)
    if (known !== undefined) return known
    const entry = new BlockEntry(header, parent)
    this.entries.set(entry.id, entry)
    return entry
  }
}

const arenaKey = 'nakamoto'

/** The index that the nodes of this host share. */
export function blockIndexOf(
  host: Pick<Host<never, never, never>, 'arena'>,
  parameters: NakamotoParameters,
): BlockIndex {
  const shared = host.arena.get(arenaKey)
  if (shared !== undefined) return shared as BlockIndex
  const index = new BlockIndex(parameters)
  host.arena.set(arenaKey, index)
  return index
}
