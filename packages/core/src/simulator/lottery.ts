import { toHex } from '../model/hex.ts'
import type { Random } from '../model/random.ts'
import { doubleSha256 } from '../model/sha256.ts'

/** Where the nonce is in a block header of 80 bytes. */
const nonceOffset = 76

/**
 * Proof of work as an oracle. Finding a nonce is a memoryless search, so a node with hash power `h`
 * at difficulty `D` (expected hashes a block) finds blocks as a Poisson process of rate h/D; the
 * merged process of all miners has the sum of the rates, and each success is a miner's own with
 * probability proportional to its rate. One draw for all is therefore the same as one draw for each.
 */
export class Lottery {
  readonly #random: Random
  readonly #hashesPerSecond: readonly number[]
  /** Successes a second, for each node that mines; 0 for those that do not. */
  readonly #rates: Float64Array
  readonly #difficulties: Float64Array
  /** The blocks that work was done for: nobody can make a valid id otherwise. */
  readonly #minted = new Map<string, number>()
  readonly #expectedHashes: (nBits: number) => number

  constructor(
    random: Random,
    hashesPerSecond: readonly number[],
    expectedHashes: (nBits: number) => number,
  ) {
    this.#random = random
    this.#hashesPerSecond = hashesPerSecond
    this.#rates = new Float64Array(hashesPerSecond.length)
    this.#difficulties = new Float64Array(hashesPerSecond.length)
    this.#expectedHashes = expectedHashes
  }

  /** Starts a node, or changes its difficulty. Returns whether the rates changed, so that the next success must be drawn anew. */
  mine(node: number, nBits: number): boolean {
    if (this.#difficulties[node] === nBits) return false
    this.#difficulties[node] = nBits
    this.#rates[node] = (this.#hashesPerSecond[node] as number) / this.#expectedHashes(nBits)
    return true
  }

  stop(node: number): boolean {
    if (this.#difficulties[node] === 0) return false
    this.#difficulties[node] = 0
    this.#rates[node] = 0
    return true
  }

  /** Microseconds until anybody's next success; undefined where nobody mines. */
  drawDelayMicros(): number | undefined {
    let sum = 0
    for (const rate of this.#rates) sum += rate
    if (sum <= 0) return undefined
    return Math.max(1, Math.round(this.#random.exponential(1_000_000 / sum)))
  }

  /** Whose success it is. */
  drawWinner(): number {
    let sum = 0
    for (const rate of this.#rates) sum += rate
    let place = this.#random.next() * sum
    let winner = -1
    for (let node = 0; node < this.#rates.length; node += 1) {
      const rate = this.#rates[node] as number
      if (rate === 0) continue
      winner = node
      place -= rate
      if (place < 0) break
    }
    return winner
  }

  /** Sets the winning nonce in a header and remembers its id as worked for. */
  mint(header: Uint8Array, nBits: number): Uint8Array {
    const worked = header.slice()
    new DataView(worked.buffer, worked.byteOffset).setUint32(
      nonceOffset,
      this.#random.nextUint32() >>> 0,
      true,
    )
    this.#minted.set(toHex(doubleSha256(worked).reverse()), nBits)
    return worked
  }

  difficultyOf(node: number): number {
    return this.#difficulties[node] as number
  }

  verify(id: string, nBits: number): boolean {
    return this.#minted.get(id) === nBits
  }
}
