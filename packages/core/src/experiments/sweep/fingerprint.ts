import { sha256, toHex } from '../../model/index.ts'
import { utf8Length, writeUtf8 } from '../../model/utf8.ts'

/** Sixteen hexadecimal digits that name plain data: the same for equal data, in whatever order its fields were written. */
export function fingerprint(data: unknown): string {
  const text = JSON.stringify(sorted(data))
  const bytes = new Uint8Array(utf8Length(text))
  writeUtf8(text, bytes, 0)
  return toHex(sha256(bytes)).slice(0, 16)
}

function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted)
  if (typeof data !== 'object' || data === null) return data
  const fields = Object.entries(data).filter(([, value]) => value !== undefined)
  fields.sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(fields.map(([name, value]) => [name, sorted(value)]))
}
