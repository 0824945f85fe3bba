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
    setWord(signature, 0, signer)
    setWord(signature, 4, this.#lane(this.#first, signer, bytes))
    setWord(signature, 8, this.#lane(this.#second, signer, bytes))
    return signature
  }

  verify(signer: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    if (signature.length !== signatureBytes) return false
    return (
      wordAt(signature, 0) === signer &&
      wordAt(signature, 4) === this.#lane(this.#first, signer, bytes) &&
      wordAt(signature, 8) === this.#lane(this.#second, signer, bytes)
    )
  }

  #lane(secret: number, signer: NodeId, bytes: Uint8Array): number {
    return mix(mixBytes(mix(secret, signer), bytes), secret)
  }
}

// Byte by byte: a view of so few bytes costs more than all that is done with it.

function setWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word
  bytes[at + 1] = word >> 8
  bytes[at + 2] = word >> 16
  bytes[at + 3] = word >> 24
}

function wordAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
  return low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)
}
