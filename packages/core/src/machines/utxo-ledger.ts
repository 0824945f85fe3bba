import { DecodeError, decode, encode, equalBytes, type Type } from '../model/schema/index.ts'
import type { StateMachine } from '../model/state-machine.ts'
import type { Block } from '../protocols/nakamoto/rules/block.ts'
import { checkBlock, checkBlockInContext } from '../protocols/nakamoto/rules/block-rules.ts'
import {
  type ChainParameters,
  withoutHashing,
} from '../protocols/nakamoto/rules/chain-parameters.ts'
import { type Coin, type Coins, totalSupply } from '../protocols/nakamoto/rules/coins.ts'
import type { Identifier } from '../protocols/nakamoto/rules/identifier.ts'
import {
  applyTransaction,
  type BlockUndo,
  connectBlock,
  disconnectBlock,
  type LedgerContext,
  revertTransaction,
} from '../protocols/nakamoto/rules/ledger.ts'
import { medianTimePast } from '../protocols/nakamoto/rules/median-time.ts'
import { ownerOf, type VerifySignature } from '../protocols/nakamoto/rules/ownership.ts'
import { type RuleViolation, violation } from '../protocols/nakamoto/rules/rule-violation.ts'
import type { Transaction } from '../protocols/nakamoto/rules/transaction.ts'
import {
  LedgerAnswer,
  LedgerCommand,
  LedgerQuestion,
  LedgerResult,
  LedgerSnapshot,
} from './utxo-ledger-command.ts'

/** How to take back one command. */
type Undo =
  /** It changed nothing. */
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'transaction'
      readonly transaction: Transaction
      readonly spent: readonly Coin[]
    }
  | { readonly kind: 'block'; readonly block: Block; readonly undo: BlockUndo }

/**
 * Bitcoin's ledger of unspent outputs as a replicated state machine: it holds the money and keeps
 * the rules of money, while the protocol underneath decides the order. So of a block's header only
 * the link to the block before is asked, not its work, difficulty or time.
 *
 * Commands, results, questions and answers are those of `utxo-ledger-command.ts`. Who owns a coin is
 * told by `ownership.ts`, which is not Bitcoin Script.
 */
export class UtxoLedger implements StateMachine {
  private readonly parameters: ChainParameters
  private readonly verify: VerifySignature
  private coins: Coins = new Map()
  private tip: Identifier
  /** The times of all blocks, from the genesis block on. */
  private times: number[]
  private undoable: Undo[] = []

  constructor(parameters: ChainParameters, verify: VerifySignature) {
    this.parameters = withoutHashing(parameters)
    this.verify = verify
    this.tip = parameters.genesis.id
    this.times = [parameters.genesis.header.time]
  }

  apply(command: Uint8Array): Uint8Array {
    return encode(LedgerResult, this.execute(tryDecode(LedgerCommand, command)))
  }

  query(question: Uint8Array): Uint8Array {
    return encode(LedgerAnswer, this.answer(tryDecode(LedgerQuestion, question)))
  }

  snapshot(): Uint8Array {
    const { tip, times, coins } = this
    return encode(LedgerSnapshot, { tip, times, coins })
  }

  /**
   * Replaces the state, and forgets all undo data.
   * @throws DecodeError if `snapshot` is none; the ledger is then left as it was
   */
  restore(snapshot: Uint8Array): void {
    const { tip, times, coins } = decode(LedgerSnapshot, snapshot)
    if (times.length === 0) throw new DecodeError('a ledger without even a genesis block')
    this.tip = tip
    this.times = times
    this.coins = coins
    this.undoable = []
  }

  /** @throws Error if no command is left that was neither undone nor forgotten */
  undo(): void {
    const latest = this.undoable.pop()
    if (latest === undefined) throw new Error('there is no command to undo')
    switch (latest.kind) {
      case 'nothing':
        return
      case 'transaction':
        revertTransaction(this.coins, latest.transaction, latest.spent)
        return
      case 'block':
        disconnectBlock(this.coins, latest.block, latest.undo)
        this.tip = latest.block.header.previous
        this.times.pop()
    }
  }

  forgetUndo(depth: number): void {
    this.undoable.splice(0, this.undoable.length - depth)
  }

  /** The height of the last block. */
  private get height(): number {
    return this.times.length - 1
  }

  /** Where the next block, or the next transaction outside a block, stands. */
  private get context(): LedgerContext {
    const history = { firstHeight: 0, timeAt: (at: number) => this.times[at] as number }
    return {
      parameters: this.parameters,
      height: this.height + 1,
      medianTimeAt: (at) => medianTimePast(history, at),
      signatures: this.verify,
    }
  }

  private execute(command: LedgerCommand | Malformed): LedgerResult {
    // Every command leaves its undo, also one that changes nothing: `undo` takes back one a call.
    this.undoable.push({ kind: 'nothing' })
    switch (command.kind) {
      case 'transaction':
        return this.pay(command.transaction)
      case 'block':
        return this.connect(command.block)
      case 'malformed':
        return command
    }
  }

  private pay(transaction: Transaction): LedgerResult {
    const applied = applyTransaction(this.coins, transaction, this.context)
    if (applied.kind === 'violation') return refusal(applied)
    this.undoable[this.undoable.length - 1] = {
      kind: 'transaction',
      transaction,
      spent: applied.spent,
    }
    return { kind: 'applied', fee: applied.fee }
  }

  private connect(block: Block): LedgerResult {
    const { context, parameters, tip } = this
    const broken =
      block.header.previous === tip
        ? (checkBlock(block, parameters) ??
          checkBlockInContext(
            block,
            context.height,
            context.medianTimeAt(context.height - 1),
            parameters,
          ))
        : violation('previous-block', `block ${block.id} does not follow ${tip}, the last block`)
    if (broken !== undefined) return refusal(broken)
    const connected = connectBlock(this.coins, block, context)
    if (connected.kind === 'violation') return refusal(connected)
    this.tip = block.id
    this.times.push(block.header.time)
    this.undoable[this.undoable.length - 1] = { kind: 'block', block, undo: connected.undo }
    return { kind: 'connected', height: context.height, fees: connected.fees }
  }

  private answer(question: LedgerQuestion | Malformed): LedgerAnswer {
    switch (question.kind) {
      case 'supply':
        return { kind: 'amount', satoshis: totalSupply(this.coins) }
      case 'balance':
        return { kind: 'amount', satoshis: this.balanceOf(question.owner) }
      case 'coin':
        return { kind: 'coin', coin: this.coins.get(question.outpoint) }
      case 'tip':
        return { kind: 'tip', id: this.tip, height: this.height }
      case 'malformed':
        return question
    }
  }

  private balanceOf(owner: Uint8Array): number {
    let balance = 0
    for (const coin of this.coins.values()) {
      const holder = ownerOf(coin.lockingScript)
      if (holder !== undefined && equalBytes(holder, owner)) balance += coin.value
    }
    return balance
  }
}

interface Malformed {
  readonly kind: 'malformed'
  readonly message: string
}

function tryDecode<T>(type: Type<T>, bytes: Uint8Array): T | Malformed {
  try {
    return decode(type, bytes)
  } catch (error) {
    if (error instanceof DecodeError) return { kind: 'malformed', message: error.message }
    throw error
  }
}

function refusal({ rule, message }: RuleViolation): LedgerResult {
  return { kind: 'refused', rule, message }
}
