export { Block, decodeBlock, encodeBlock, maximumBlockWeight } from './block.ts'
export { checkBlock, checkBlockInContext } from './block-rules.ts'
export {
  type ActivationHeights,
  type ChainParameters,
  chains,
  fast,
  mainnet,
  regtest,
  testnet3,
  testnet4,
  withoutHashing,
} from './chain-parameters.ts'
export { type Coin, type Coins, type CoinView, isMature, totalSupply } from './coins.ts'
export {
  type CompactBlock,
  compactBlockOf,
  decodeCompactBlock,
  encodeCompactBlock,
  fill,
  type PrefilledTransaction,
  type Reconstruction,
  reconstruct,
} from './compact-block.ts'
export {
  checkTargetRange,
  decodeCompact,
  encodeCompact,
  meetsTarget,
  showBits,
  targetText,
  workOf,
} from './difficulty.ts'
export {
  BlockHeader,
  decodeHeader,
  encodeHeader,
  type HeaderFields,
  headerBytes,
  headerOffset,
} from './header.ts'
export {
  type HeaderChainStart,
  type HeaderChainVerdict,
  verifyHeaderChain,
} from './header-chain.ts'
export { type HeaderHistory, type HeaderLink, LinkedHistory } from './header-history.ts'
export { checkHeader, checkHeaderInContext } from './header-rules.ts'
export { hashOf, type Identifier, identifierAt, nullIdentifier } from './identifier.ts'
export { type Law, law, type RuleName } from './law.ts'
export {
  type AcceptedTransaction,
  type AppliedTransaction,
  applyTransaction,
  type BlockUndo,
  type ConnectedBlock,
  checkTransaction,
  connectBlock,
  disconnectBlock,
  type LedgerContext,
  revertTransaction,
} from './ledger.ts'
export { locatorHeights, maximumLocator } from './locator.ts'
export { isFinal, isOldEnough } from './lock-time.ts'
export { medianTimePast } from './median-time.ts'
export { type MerkleRoot, merkleBranch, merkleRoot, rootOfBranch } from './merkle.ts'
export { lockTo, ownerOf, unlockWith, type VerifySignature } from './ownership.ts'
export { requiredBits, retarget } from './retarget.ts'
export { type RuleViolation, violation } from './rule-violation.ts'
export { pushOf, pushOfHeight } from './script.ts'
export { largestSupplyAt, subsidyAt } from './subsidy.ts'
export {
  decodeTransaction,
  encodeTransaction,
  finalSequence,
  maximumMoney,
  nullIndex,
  type Outpoint,
  outpointOf,
  satoshisPerCoin,
  Transaction,
  type TransactionFields,
  type TransactionInput,
  type TransactionOutput,
  transactionSize,
  transactionWeight,
} from './transaction.ts'
export { checkTransactionAlone } from './transaction-rules.ts'
export { blockType, headerType, transactionType } from './wire-types.ts'
export { commitmentScript, witnessCommitment } from './witness-commitment.ts'
