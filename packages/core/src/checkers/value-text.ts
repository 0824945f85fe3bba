import { toHex } from '../model/index.ts'
import { isUtf8, readUtf8 } from '../model/utf8.ts'

/** A proposed or decided value, for people: the text that it is, or else its bytes in hexadecimal. */
export function valueText(value: Uint8Array): string {
  return isUtf8(value, 0, value.length)
    ? `'${readUtf8(value, 0, value.length)}'`
    : `0x${toHex(value)}`
}
