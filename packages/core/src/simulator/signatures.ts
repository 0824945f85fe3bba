import type { NodeId, Signature } from '../model/index.ts'
import type { Random } from '../model/random.ts'
import { mix, mixBytes } from '../model/schema/hash.ts'

/** Bytes of an ideal signature. */
const signatureBytes = 12

/**
 * Ideal signatures: a keyed hash under a secret that only the world has, so that no node can make
 * one for another. That holds against protocols and adversaries, which see nothing but the bytes;
 * it is no cryptography.
 */
export class IdealSignatures {
  readonly #first: number
  readonly #second: number

  constructor(random: Random) {
    this.#first = random.nextUint32() | 0
    this.#second = random.nextUint32() | 0
  }

  sign(signer: NodeId, bytes: Uint8Array): Signature {
    const signature = new Uint8Array(signatureBytes)
    const view = new DataView(signature.buffer)
    view.setInt32(0, signer, true)
    view.setInt32(4, this.#lane(this.#first, signer, bytes), true)
    view.setInt32(8, this.#lane(this.#second, signer, bytes), true)
    return signature
  }

  verify(signer: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    if (signature.length !== signatureBytes) return false
    const view = new DataView(signature.buffer, signature.byteOffset)
    return (
      view.getInt32(0, true) === signer &&
      view.getInt32(4, true) === this.#lane(this.#first, signer, bytes) &&
      view.getInt32(8, true) === this.#lane(this.#second, signer, bytes)
    )
  }

  #lane(secret: number, signer: NodeId, bytes: Uint8Array): number {
    return mix(mixBytes(mix(secret, signer), bytes), secret)
  }
}
