import {
  byteValues,
  encodedLength,
  FieldReader,
  FieldWriter,
  fieldSize,
  KeyValueFormatError,
  numberSize,
} from './key-value-encoding.ts'

/** First byte of a snapshot, to be changed with its format. */
const version = 1
const maxEntries = 2 ** 31 - 1

/**
 * The entries of a store as bytes: the version, their number, then keys and values by ascending
 * key, so that equal stores give equal bytes. `keys` are all the keys of `values`, ascending.
 */
export function encodeSnapshot(
  keys: readonly string[],
  values: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  let size = 1 + numberSize(keys.length)
  for (const [key, value] of values) size += fieldSize(encodedLength(key)) + fieldSize(value.length)
  const writer = new FieldWriter(size)
  writer.byte(version)
  writer.number(keys.length)
  for (const key of keys) {
    const value = values.get(key) as Uint8Array
    writer.text(key, encodedLength(key))
    writer.value(value, value.length, byteValues)
  }
  return writer.finish()
}

/**
 * The entries of a snapshot, by ascending key.
 *
 * @throws KeyValueFormatError if `bytes` are not the snapshot of some store.
 */
export function decodeSnapshot(bytes: Uint8Array): Map<string, Uint8Array> {
  const reader = new FieldReader(bytes)
  const found = reader.byte('version')
  if (found !== version) {
    throw new KeyValueFormatError(`snapshot of version ${found}; expected ${version}`)
  }
  const count = reader.number('number of entries', maxEntries)
  const values = new Map<string, Uint8Array>()
  let previous: string | undefined
  for (let index = 0; index < count; index++) {
    const key = reader.key()
    if (previous !== undefined && previous >= key) {
      throw new KeyValueFormatError(`key of entry ${index} does not follow the one before`)
    }
    previous = key
    values.set(key, reader.value('value', byteValues))
  }
  reader.finish()
  return values
}
