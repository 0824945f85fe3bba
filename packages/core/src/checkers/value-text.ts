import { toHex } from '../model/index.ts'
import { isUtf8, readUtf8 } from '../model/utf8.ts'

/** A proposed or decided value in a sentence: in quotes where it is text. */
export function valueText(value: Uint8Array): string {
  const text = plainValueText(value)
  return isUtf8(value, 0, value.length) ? `'${text}'` : text
}

/** A proposed or decided value: the text that it is, or else its bytes in hexadecimal. */
export function plainValueText(value: Uint8Array): string {
  return isUtf8(value, 0, value.length) ? readUtf8(value, 0, value.length) : `0x${toHex(value)}`
}
