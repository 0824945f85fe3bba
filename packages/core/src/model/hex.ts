/** The two hexadecimal digits of every byte. */
const pairs: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)

/** The bytes as lower-case hexadecimal digits, two a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 1) text += pairs[bytes[i] as number]
  return text
}

/**
 * The bytes that these hexadecimal digits, upper or lower case, stand for.
 * @throws RangeError if the text has an odd length or holds anything but hexadecimal digits
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) {
    throw new RangeError(`${text.length} hexadecimal digits are no whole number of bytes`)
  }
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = (digitAt(text, 2 * i) << 4) | digitAt(text, 2 * i + 1)
  }
  return bytes
}

function digitAt(text: string, place: number): number {
  const code = text.charCodeAt(place)
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  if (lower >= 97 && lower <= 102) return lower - 87
  throw new RangeError(
    `'${text.charAt(place)}' at place ${place} is no hexadecimal digit (0 to 9, a to f)`,
  )
}
