/**
 * UTF-8 (RFC 3629), exact in both directions: text with a lone surrogate has no encoding, and
 * bytes that are not the one encoding of some text are refused. A byte order mark is a character
 * like any other. So `readUtf8` and `writeUtf8` are each other's inverse, which codecs, hashes and
 * signatures over encoded text rely on.
 */

/** Text or bytes with no counterpart on the other side. `position` counts code units or bytes. */
export class Utf8Error extends Error {
  readonly position: number

  constructor(message: string, position: number) {
    super(message)
    this.name = 'Utf8Error'
    this.position = position
  }
}

/**
 * The number of bytes that `text` takes.
 *
 * @throws Utf8Error if `text` contains a lone surrogate.
 */
export function utf8Length(text: string): number {
  const units = text.length
  let length = units
  for (let index = 0; index < units; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    if (unit < 0x800) {
      length += 1
    } else if (unit < 0xd800 || unit > 0xdfff) {
      length += 2
    } else {
      surrogatePair(text, index)
      // Two units became four bytes.
      length += 2
      index++
    }
  }
  return length
}

/**
 * Writes `text` to `target` from `offset` and returns the offset after its last byte. The caller
 * makes room for `utf8Length(text)` bytes.
 *
 * @throws Utf8Error if `text` contains a lone surrogate, RangeError if `target` is too short; in
 * both cases some bytes may have been written.
 */
export function writeUtf8(text: string, target: Uint8Array, offset: number): number {
  const units = text.length
  let at = offset
  for (let index = 0; index < units; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) {
      target[at++] = unit
    } else if (unit < 0x800) {
      target[at++] = 0xc0 | (unit >> 6)
      target[at++] = 0x80 | (unit & 0x3f)
    } else if (unit < 0xd800 || unit > 0xdfff) {
      target[at++] = 0xe0 | (unit >> 12)
      target[at++] = 0x80 | ((unit >> 6) & 0x3f)
      target[at++] = 0x80 | (unit & 0x3f)
    } else {
      const codePoint = surrogatePair(text, index++)
      target[at++] = 0xf0 | (codePoint >> 18)
      target[at++] = 0x80 | ((codePoint >> 12) & 0x3f)
      target[at++] = 0x80 | ((codePoint >> 6) & 0x3f)
      target[at++] = 0x80 | (codePoint & 0x3f)
    }
  }
  // Typed arrays drop writes beyond their end without a word.
  if (at > target.length) {
    throw new RangeError(
      `text of ${at - offset} bytes does not fit at ${offset} of ${target.length}`,
    )
  }
  return at
}

/**
 * The text encoded by the bytes from `start` up to, not including, `end`.
 *
 * @throws Utf8Error if they are not valid UTF-8 (a stray or missing continuation byte, an overlong
 * form, a surrogate, a code point above U+10FFFF), RangeError if they lie outside `bytes`.
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  checkRange(bytes, start, end)
  let text = ''
  let index = start
  // Eight characters a call: several times faster than one, and no array is made.
  for (; index + 8 <= end; index += 8) {
    const a = bytes[index] as number
    const b = bytes[index + 1] as number
    const c = bytes[index + 2] as number
    const d = bytes[index + 3] as number
    const e = bytes[index + 4] as number
    const f = bytes[index + 5] as number
    const g = bytes[index + 6] as number
    const h = bytes[index + 7] as number
    if ((a | b | c | d | e | f | g | h) >= 0x80) return text + readMixed(bytes, index, end)
    text += String.fromCharCode(a, b, c, d, e, f, g, h)
  }
  for (; index < end; index++) {
    const byte = bytes[index] as number
    if (byte >= 0x80) return text + readMixed(bytes, index, end)
    text += String.fromCharCode(byte)
  }
  return text
}

/**
 * Whether the bytes from `start` up to, not including, `end` are valid UTF-8: whether `readUtf8`
 * would accept them.
 *
 * @throws RangeError if they lie outside `bytes`.
 */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  checkRange(bytes, start, end)
  let index = start
  while (index < end) {
    if ((bytes[index] as number) < 0x80) {
      index++
      continue
    }
    const codePoint = codePointAt(bytes, index, end)
    if (codePoint < 0) return false
    index += encodedLength(codePoint)
  }
  return true
}

/** The code point of the surrogate pair at `index`. */
function surrogatePair(text: string, index: number): number {
  const high = text.charCodeAt(index)
  // Beyond the end this is NaN, which no comparison accepts.
  const low = text.charCodeAt(index + 1)
  if (high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
  }
  throw new Utf8Error(`lone surrogate U+${high.toString(16).toUpperCase()} at ${index}`, index)
}

function checkRange(bytes: Uint8Array, start: number, end: number): void {
  if (!(start >= 0 && start <= end && end <= bytes.length)) {
    throw new RangeError(`bytes ${start} to ${end} lie outside the ${bytes.length} bytes given`)
  }
}

/** Enough to make a call worth its cost, well below what an engine allows as arguments. */
const unitsPerCall = 1024

/** `readUtf8` for text that is not all ASCII. */
function readMixed(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let units: number[] = []
  let index = start
  while (index < end) {
    const codePoint = codePointAt(bytes, index, end)
    if (codePoint < 0) throw new Utf8Error(`invalid UTF-8 at byte ${index}`, index)
    index += encodedLength(codePoint)
    if (codePoint < 0x10000) {
      units.push(codePoint)
    } else {
      units.push(0xd800 + ((codePoint - 0x10000) >> 10), 0xdc00 + (codePoint & 0x3ff))
    }
    if (units.length >= unitsPerCall) {
      text += String.fromCharCode(...units)
      units = []
    }
  }
  return text + String.fromCharCode(...units)
}

/** The code point whose encoding begins at `index`, or -1 if none does. */
function codePointAt(bytes: Uint8Array, index: number, end: number): number {
  const first = bytes[index] as number
  if (first < 0x80) return first
  // C0 and C1 could only begin an overlong form; F5 and above lie beyond U+10FFFF.
  if (first < 0xc2 || first > 0xf4) return -1
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (index + length > end) return -1
  let codePoint = first & (0x7f >> length)
  for (let next = index + 1; next < index + length; next++) {
    const byte = bytes[next] as number
    if ((byte & 0xc0) !== 0x80) return -1
    codePoint = (codePoint << 6) | (byte & 0x3f)
  }
  const surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  const overlong = encodedLength(codePoint) < length
  return surrogate || overlong || codePoint > 0x10ffff ? -1 : codePoint
}

function encodedLength(codePoint: number): number {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x10000 ? 3 : 4
}

/** A text as UTF-8. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text))
  writeUtf8(text, bytes, 0)
  return bytes
}
