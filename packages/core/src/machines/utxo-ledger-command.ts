import {
  bool,
  bytes,
  type Infer,
  list,
  map,
  natural,
  option,
  struct,
  text,
  union,
} from '../model/schema/index.ts'
import { blockType, transactionType } from '../protocols/nakamoto/rules/wire-types.ts'

/** What the ledger does. */
export const LedgerCommand = union({
  /** One payment, outside any block. Its fee is burnt. */
  transaction: { transaction: transactionType },
  /** A whole block, whose coinbase creates new money and takes the fees. */
  block: { block: blockType },
})
export type LedgerCommand = Infer<typeof LedgerCommand>

/** What became of a command. All amounts are in satoshis. */
export const LedgerResult = union({
  applied: { fee: natural },
  connected: { height: natural, fees: natural },
  /** It breaks this rule of the law, and changed nothing. */
  refused: { rule: text, message: text },
  malformed: { message: text },
})
export type LedgerResult = Infer<typeof LedgerResult>

/** What the ledger can be asked. */
export const LedgerQuestion = union({
  /** How much money there is. */
  supply: {},
  /** How much an owner has, mature or not. */
  balance: { owner: bytes },
  /** A coin by its name, `<transaction identifier>:<index>`. */
  coin: { outpoint: text },
  /** The last block. */
  tip: {},
})
export type LedgerQuestion = Infer<typeof LedgerQuestion>

const coin = struct({ value: natural, lockingScript: bytes, height: natural, coinbase: bool })

export const LedgerAnswer = union({
  amount: { satoshis: natural },
  coin: { coin: option(coin) },
  tip: { id: text, height: natural },
  malformed: { message: text },
})
export type LedgerAnswer = Infer<typeof LedgerAnswer>

/** The whole state. The times are those of all blocks, from the genesis block on, in seconds. */
export const LedgerSnapshot = struct({ tip: text, times: list(natural), coins: map(text, coin) })
export type LedgerSnapshot = Infer<typeof LedgerSnapshot>
