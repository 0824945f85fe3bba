export {
  decodeCommand,
  decodeResult,
  encodeCommand,
  encodeResult,
  type KeyValueCommand,
  type KeyValueEntry,
  type KeyValueResult,
} from './key-value-command.ts'
export {
  KeyValueFormatError,
  maxKeyBytes,
  maxRangeBytes,
  maxRangeLimit,
  maxValueBytes,
} from './key-value-encoding.ts'
export { KeyValueStore } from './key-value-store.ts'
export { type Execution, runOnce, Session, Sessions } from './session.ts'
export { SharedCommands } from './shared-commands.ts'
export { UtxoLedger } from './utxo-ledger.ts'
export { LedgerAnswer, LedgerCommand, LedgerQuestion, LedgerResult } from './utxo-ledger-command.ts'
