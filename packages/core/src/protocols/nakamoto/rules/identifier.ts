import { fromHex, toHex } from '../../../model/hex.ts'
import { digestBytes } from '../../../model/sha256.ts'

/**
 * The name of a block or a transaction as people see it: its double SHA-256, bytes reversed, in 64
 * hexadecimal digits. Reversed, because the hash is a little-endian number: so the zeros that proof
 * of work asks for come first, and comparing two names as text compares the numbers.
 */
export type Identifier = string

/** The identifier of nothing: what the genesis block and every coinbase point to. */
export const nullIdentifier: Identifier = '0'.repeat(2 * digestBytes)

/** The identifier whose hash is the 32 bytes at `offset`. */
export function identifierAt(bytes: Uint8Array, offset: number): Identifier {
  const reversed = new Uint8Array(digestBytes)
  for (let i = 0; i < digestBytes; i += 1) {
    reversed[digestBytes - 1 - i] = bytes[offset + i] as number
  }
  return toHex(reversed)
}

/** The 32 bytes of the hash that `identifier` shows. */
export function hashOf(identifier: Identifier): Uint8Array {
  if (identifier.length !== 2 * digestBytes) {
    throw new RangeError(
      `an identifier has ${2 * digestBytes} hexadecimal digits, not ${identifier.length}`,
    )
  }
  return fromHex(identifier).reverse()
}
