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
