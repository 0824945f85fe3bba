import type { ParameterValues } from '../../model/index.ts'
import { chainOf, type NakamotoParameters } from './nakamoto.parameters.ts'
import type { Block } from './rules/block.ts'
import { checkBlock, checkBlockInContext } from './rules/block-rules.ts'
import type { ChainParameters } from './rules/chain-parameters.ts'
import type { Coins } from './rules/coins.ts'
import { workOf } from './rules/difficulty.ts'
import type { BlockHeader } from './rules/header.ts'
import { type HeaderLink, LinkedHistory } from './rules/header-history.ts'
import { checkHeader, checkHeaderInContext } from './rules/header-rules.ts'
import type { Identifier } from './rules/identifier.ts'
import { type BlockUndo, connectBlock, disconnectBlock } from './rules/ledger.ts'
import { medianTimePast } from './rules/median-time.ts'

/** A block as the auditor sees it. */
export interface AuditedBlock extends HeaderLink {
  readonly id: Identifier
  readonly header: BlockHeader
  readonly block: Block
  readonly height: number
  readonly parent: AuditedBlock | undefined
  readonly chainWork: bigint
  readonly medianTime: number
  /** What is wrong with the block or its ancestors, in one line; undefined if nothing is. */
  readonly fault: string | undefined
  /** All money after this block, in satoshis, and in how many coins. */
  readonly supply: number
  readonly coins: number
  /** What takes the block's money back; undefined for a block with a fault. */
  readonly undo: BlockUndo | undefined
}

/**
 * Judges every block once, from the rules alone and from nothing that a node has computed, so that a
 * bug which all nodes share is still seen. Proof of work and signatures, of which only hosts can be
 * the judges, it takes on trust.
 */
export class ChainAuditor {
  readonly chain: ChainParameters
  readonly genesis: AuditedBlock
  private readonly blocks = new Map<Identifier, AuditedBlock>()
  /** The money after the block `at`. */
  private readonly money: Coins = new Map()
  private at: AuditedBlock
  /** The block asked about last: all nodes record the newest. */
  private last: AuditedBlock

  constructor(parameters: ParameterValues) {
    this.chain = chainOf(parameters as NakamotoParameters)
    const { genesis } = this.chain
    const { id, header } = genesis
    this.genesis = {
      id,
      header,
      block: genesis,
      height: 0,
      parent: undefined,
      chainWork: workOf(header.bits),
      medianTime: header.time,
      fault: undefined,
      supply: 0,
      coins: 0,
      undo: undefined,
    }
    this.blocks.set(id, this.genesis)
    this.at = this.genesis
    this.last = this.genesis
  }

  /** A block that was audited before. */
  get(id: Identifier): AuditedBlock | undefined {
    return this.blocks.get(id)
  }

  /**
   * Judges a block whose parent was judged before.
   * @returns the judgement; of a second body under one name, that of the body, which is not kept
   */
  audit(block: Block): AuditedBlock {
    if (block === this.last.block) return this.last
    this.last = this.auditOf(block)
    return this.last
  }

  private auditOf(block: Block): AuditedBlock {
    const known = this.blocks.get(block.id)
    if (known !== undefined && (known.block === block || haveSameBody(known.block, block))) {
      return known
    }
    const parent = this.blocks.get(block.header.previous)
    if (parent === undefined) throw new Error(`block ${block.id} was recorded before its parent`)
    const judged = this.judge(block, parent)
    if (known === undefined) this.blocks.set(block.id, judged)
    return judged
  }

  /** The coins after this block. They must not be changed, and change with the next call. */
  coinsAfter(block: AuditedBlock): Coins {
    this.moveTo(block)
    return this.money
  }

  private judge(block: Block, parent: AuditedBlock): AuditedBlock {
    const { header } = block
    const height = parent.height + 1
    const link = { header, height, parent }
    const medianTime = medianTimePast(new LinkedHistory(link), height)
    const chainWork = parent.chainWork + workOf(header.bits)
    const base = { id: block.id, block, ...link, medianTime, chainWork }
    const broken = parent.fault ?? this.faultOf(block, parent)
    if (broken !== undefined) {
      return { ...base, fault: broken, supply: parent.supply, coins: parent.coins, undo: undefined }
    }
    this.moveTo(parent)
    const connected = connectBlock(this.money, block, {
      parameters: this.chain,
      height,
      medianTimeAt: (at) => ancestorAt(parent, at).medianTime,
      signatures: 'skip',
    })
    if (connected.kind === 'violation') {
      const fault = connected.message
      return { ...base, fault, supply: parent.supply, coins: parent.coins, undo: undefined }
    }
    const supply = parent.supply + connected.supplyChange
    const coins = this.money.size
    const judged = { ...base, fault: undefined, supply, coins, undo: connected.undo }
    this.at = judged
    return judged
  }

  private faultOf(block: Block, parent: AuditedBlock): string | undefined {
    const { header } = block
    const height = parent.height + 1
    const history = new LinkedHistory(parent)
    const broken =
      checkHeader(header, this.chain) ??
      checkHeaderInContext(header, history, height, this.chain, Number.POSITIVE_INFINITY) ??
      checkBlock(block, this.chain) ??
      checkBlockInContext(block, height, parent.medianTime, this.chain)
    return broken?.message
  }

  /** Brings the money from where it is to after this block. */
  private moveTo(target: AuditedBlock): void {
    const ahead: AuditedBlock[] = []
    let goal = target
    while (goal !== this.at) {
      if (goal.height > this.at.height) {
        ahead.push(goal)
        goal = goal.parent as AuditedBlock
      } else {
        const { block, undo, parent } = this.at
        disconnectBlock(this.money, block, undo as BlockUndo)
        this.at = parent as AuditedBlock
      }
    }
    for (const next of ahead.reverse()) {
      const { height, block, parent } = next
      connectBlock(this.money, block, {
        parameters: this.chain,
        height,
        medianTimeAt: (at) => ancestorAt(parent as AuditedBlock, at).medianTime,
        signatures: 'skip',
      })
      this.at = next
    }
  }
}

function haveSameBody(one: Block, other: Block): boolean {
  return (
    one.transactions.length === other.transactions.length &&
    one.transactions.every(({ witnessId }, i) => witnessId === other.transactions[i]?.witnessId)
  )
}

function ancestorAt(block: AuditedBlock, height: number): AuditedBlock {
  let at = block
  while (at.height > height) at = at.parent as AuditedBlock
  return at
}

/** A name for a sentence: the last digits, which differ. */
export function brief(id: Identifier): string {
  return `…${id.slice(-8)}`
}
