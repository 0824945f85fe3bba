import { toHex } from '../model/hex.ts'
import { doubleSha256 } from '../model/sha256.ts'

/**
 * Proof of work without the work. Only a header that the explorer let a miner find counts as worked
 * for, so that no node can make up a block. (A header found in one order of events counts in all:
 * its id says all that went into it, so no other order can come upon it unless it was found there too.)
 */
export class WorkOracle {
  readonly #difficulties = new Map<string, number>()

  /** The header as found, its nonce as the template left it. */
  mint(template: Uint8Array, nBits: number): Uint8Array {
    const header = template.slice()
    this.#difficulties.set(toHex(doubleSha256(header).reverse()), nBits)
    return header
  }

  verify(id: string, nBits: number): boolean {
    return this.#difficulties.get(id) === nBits
  }
}
