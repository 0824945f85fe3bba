import { Writer } from '../model/schema/writer.ts'

const kinds = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  number: 4,
  text: 5,
  bigint: 6,
  bytes: 7,
  list: 8,
  set: 9,
  map: 10,
  object: 11,
} as const

const number = new DataView(new ArrayBuffer(8))

/**
 * Writes plain data that no schema describes, so that equal data give equal bytes and other data
 * others: whatever the order of properties, and of insertion into sets and maps. A property that is
 * undefined is none.
 * @throws RangeError for a function or a symbol
 */
export function writePlain(writer: Writer, value: unknown): void {
  switch (typeof value) {
    case 'undefined':
      return writer.byte(kinds.undefined)
    case 'boolean':
      return writer.byte(value ? kinds.true : kinds.false)
    case 'number':
      writer.byte(kinds.number)
      // Minus zero equals zero.
      number.setFloat64(0, value + 0)
      return writer.raw(new Uint8Array(number.buffer))
    case 'string':
      writer.byte(kinds.text)
      return writer.text(value)
    case 'bigint':
      writer.byte(kinds.bigint)
      return writer.text(value.toString(16))
    case 'object':
      return value === null ? writer.byte(kinds.null) : writeObject(writer, value)
    default:
      throw new RangeError(`a ${typeof value} is no plain data`)
  }
}

function writeObject(writer: Writer, value: object): void {
  if (value instanceof Uint8Array) {
    writer.byte(kinds.bytes)
    writer.bytes(value)
  } else if (Array.isArray(value)) {
    writer.byte(kinds.list)
    writer.natural(value.length)
    for (const element of value) writePlain(writer, element)
  } else if (value instanceof Set) {
    writer.byte(kinds.set)
    writeSorted(writer, [...value])
  } else if (value instanceof Map) {
    writer.byte(kinds.map)
    writeSorted(writer, [...value])
  } else {
    writer.byte(kinds.object)
    const fields = Object.entries(value).filter(([, content]) => content !== undefined)
    writeSorted(writer, fields)
  }
}

/** Writes values in the order of their bytes. */
function writeSorted(writer: Writer, values: readonly unknown[]): void {
  const written = values.map((value) => {
    const own = new Writer()
    writePlain(own, value)
    return own.finish()
  })
  written.sort(compareBytes)
  writer.natural(written.length)
  for (const bytes of written) writer.raw(bytes)
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shorter = Math.min(left.length, right.length)
  for (let i = 0; i < shorter; i += 1) {
    const difference = (left[i] as number) - (right[i] as number)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
