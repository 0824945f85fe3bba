import {
  bool,
  bytes,
  type Infer,
  list,
  natural,
  nodeId,
  oneOf,
  padding,
  struct,
  text,
  union,
} from '../../model/index.ts'
import { compactBlockType, identifierType as identifier } from './chain-types.ts'
import {
  blockType as block,
  headerType as header,
  transactionType as transaction,
} from './rules/wire-types.ts'

/**
 * What nodes tell each other: Bitcoin's messages by their own names, one way or another. Where a
 * simulated block stands for more transactions than it carries, `padding` says how many bytes more.
 */
export const NakamotoMessage = union({
  /** A node's life begins, with this tip; `answer` asks for the same in return. Bitcoin's `version`. */
  hello: { tip: header, answer: bool },
  /** What follows the last block that both have? The locator names blocks of the sender's best branch, highest first. */
  getHeaders: { locator: list(identifier) },
  /** Headers of one branch, lowest first: an answer to `getHeaders`, or the announcement of a new tip. */
  headers: { headers: list(header) },
  /** From now on, push new blocks in compact form, or no longer (BIP152, high bandwidth). */
  sendCompact: { push: bool },
  /** Send these blocks: whole, or told by the short names of their transactions. */
  getData: { blocks: list(identifier), compact: bool },
  block: { block, padding },
  compactBlock: { compact: compactBlockType, padding },
  /** Send the transactions at these places of a block that came in compact form. */
  getBlockTransactions: { block: identifier, indexes: list(natural) },
  blockTransactions: { block: identifier, transactions: list(transaction), padding },
  /** The sender has none of these blocks. */
  notFound: { blocks: list(identifier) },
  /** The sender has these transactions. */
  inventory: { transactions: list(identifier) },
  getTransactions: { transactions: list(identifier) },
  transaction: { transaction },
})
export type NakamotoMessage = Infer<typeof NakamotoMessage>
export type Message<K extends NakamotoMessage['kind']> = Extract<NakamotoMessage, { kind: K }>

/** What goes to disk. */
export const NakamotoRecord = union({
  /** A block was stored; its parent had been before. If `active`, the active chain ends in it now. */
  block: { block, active: bool },
  /** The active chain ends in this block now, which was stored before. */
  tip: { block: identifier },
  /** What is to be thought of a block, by the rules, or because somebody said so. */
  mark: {
    block: identifier,
    as: oneOf('invalid', 'invalid by order', 'on an invalid block', 'not invalid'),
  },
  /** The wallet made this transaction for this request. */
  payment: { request: text, transaction },
})
export type NakamotoRecord = Infer<typeof NakamotoRecord>
export type RecordOf<K extends NakamotoRecord['kind']> = Extract<NakamotoRecord, { kind: K }>

/** What a client may ask for. Amounts are in satoshis. */
export const NakamotoCommand = union({
  /** Pay from the asked node's wallet. Done once the payment is final: see `Receipt`. */
  pay: { to: nodeId, amount: natural, fee: natural },
  /** Relay a signed transaction. Done once it is final: see `Receipt`. */
  submit: { transaction: bytes },
  /** How much the coins of a node are worth, by the asked node's chain: see `Balance`. */
  balance: { owner: nodeId },
  /** The asked node's tip: see `Receipt`. */
  tip: {},
  /** Treat a block, and all that is built on it, as invalid. */
  invalidate: { block: text },
  /** Take back what was held against a block, its ancestors and its descendants. */
  reconsider: { block: text },
})
export type NakamotoCommand = Infer<typeof NakamotoCommand>
export type Command<K extends NakamotoCommand['kind']> = Extract<NakamotoCommand, { kind: K }>

/** What `pay`, `submit`, `tip`, `invalidate` and `reconsider` are answered with: a block of the active chain. */
export const Receipt = struct({ block: identifier, height: natural })
export type Receipt = Infer<typeof Receipt>

/** What `balance` is answered with. */
export const Balance = struct({ satoshis: natural, coins: natural })
export type Balance = Infer<typeof Balance>
