import {
  bool,
  durable,
  type Infer,
  list,
  map,
  natural,
  nodeId,
  oneOf,
  option,
  struct,
  text,
} from '../../model/index.ts'
import {
  coinSetType,
  coinType,
  compactBlockType,
  identifierType as identifier,
} from './chain-types.ts'
import { blockType, headerType, transactionType } from './rules/wire-types.ts'

/** What a node has asked of one peer, since the peer's life began. */
export const Peer = struct({
  /** A block that the peer spoke of and that is not known here yet; null if there is none. */
  claimed: identifier,
  /** How many blocks the peer has been asked for and not yet sent. */
  inFlight: natural,
  /** How many requests in a row the peer let pass. */
  unanswered: natural,
})
export type Peer = Infer<typeof Peer>

/** A block that a peer was asked for. Instants are of the node's own clock, in microseconds. */
const BlockRequest = struct({
  peer: nodeId,
  deadline: natural,
  /** The block in compact form, if only the transactions that lack are on their way. */
  compact: option(compactBlockType),
})

const HeadersRequest = struct({ peer: nodeId, deadline: natural })

/** A transaction that peers have and this node wants: who was asked, and who else could be. */
const WantedTransaction = struct({ deadline: natural, holders: list(nodeId) })

/** A transaction in the memory pool. */
export const PooledTransaction = struct({
  transaction: transactionType,
  /** Satoshis. */
  fee: natural,
  weight: natural,
})
export type PooledTransaction = Infer<typeof PooledTransaction>

/** A client that waits for its transaction to be final. */
const Waiting = struct({ client: natural, sequence: natural, transaction: identifier })

export const nakamotoState = {
  // What survives a crash.
  /** Every stored block but the genesis block, in the order of arrival: no block before its parent. */
  blocks: durable(list(blockType)),
  /** What the active chain ends in; null until the first block after the genesis block. */
  activeTip: durable(identifier),
  /** The blocks held to be invalid, and those built on them. */
  marks: durable(map(identifier, oneOf('invalid', 'invalid by order', 'on an invalid block'))),
  /** The transactions made or relayed for clients, by request. */
  payments: durable(map(text, transactionType)),

  // The tree of headers, and which of them have their blocks.
  /** The stored blocks that are not on the active chain: their places in the order of arrival, from 1. */
  sideBlocks: map(identifier, natural),
  /** Good headers whose blocks are not stored. */
  headers: map(identifier, headerType),
  /** The header at the end of the branch that is to be preferred, whether its blocks are here or not. */
  bestHeader: identifier,
  /** Blocks that came before their parents, by the parent. */
  early: map(identifier, list(blockType)),

  // The active chain, and the money by it.
  /** The ids of its blocks, by height. */
  activeChain: list(identifier),
  /** All unspent outputs. */
  coins: coinSetType,
  /** Which of them are the node's own. */
  ownCoins: map(text, coinType),

  // Transactions that wait for a block.
  pool: map(identifier, PooledTransaction),
  /** Who in the pool spends a coin. */
  spenders: map(text, identifier),
  poolBytes: natural,

  // Peers, in the order of `host.peers`.
  peers: list(Peer),
  /** The block of most work that each is known to have. */
  peerBest: list(identifier),
  /** Those that want new blocks pushed in compact form. */
  pushTo: list(nodeId),
  /** Peers that sent what no correct node would, in ascending order: they are ignored. */
  misbehaving: list(nodeId),
  /** The blocks that are on their way. */
  requests: map(identifier, BlockRequest),
  /** Whose answer to `getHeaders` is on its way. */
  headersRequest: option(HeadersRequest),
  /** Who has more headers to tell, once fewer wait for their blocks. */
  moreHeadersAt: option(nodeId),
  /** While anything is expected the request timer is armed. */
  requestTimerArmed: bool,
  wanted: map(identifier, WantedTransaction),
  /** Those that were asked to push new blocks, the one least recently of use first. */
  pushing: list(nodeId),

  // The miner and the wallet.
  /** The block under work: its header lacks the nonce. */
  candidate: option(blockType),
  /** The miner knows of transactions that the candidate lacks. */
  refreshDue: bool,
  /** The transactions of `payments`, and the height of the active chain at which each is; 0 if at none. */
  confirmedAt: map(identifier, natural),
  /** Those of them that are in no block of the active chain. */
  unconfirmed: map(identifier, transactionType),
  /** Clients that wait for an answer, by request. */
  waiting: map(text, Waiting),
} as const
