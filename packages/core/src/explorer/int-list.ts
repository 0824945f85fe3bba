/** 4 MB. */
const chunkBits = 20
const chunkLength = 1 << chunkBits

/** 32-bit integers in the order in which they were pushed, at four bytes each; growing copies none of them. */
export class IntList {
  length = 0
  readonly #chunks: Int32Array[] = []

  get bytes(): number {
    return this.#chunks.length * chunkLength * 4
  }

  at(place: number): number {
    return (this.#chunks[place >>> chunkBits] as Int32Array)[place & (chunkLength - 1)] as number
  }

  set(place: number, value: number): void {
    ;(this.#chunks[place >>> chunkBits] as Int32Array)[place & (chunkLength - 1)] = value
  }

  push(value: number): void {
    const place = this.length & (chunkLength - 1)
    if (place === 0) this.#chunks.push(new Int32Array(chunkLength))
    const last = this.#chunks[this.#chunks.length - 1] as Int32Array
    last[place] = value
    this.length += 1
  }
}
