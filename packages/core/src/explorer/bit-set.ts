/** Natural numbers, a bit for each up to the largest: however many they are, unlike in a `Set`. */
export class BitSet {
  #words = new Int32Array(32)

  get bytes(): number {
    return this.#words.byteLength
  }

  has(member: number): boolean {
    const at = member >>> 5
    if (at >= this.#words.length) return false
    return (((this.#words[at] as number) >>> (member & 31)) & 1) === 1
  }

  add(member: number): void {
    const at = member >>> 5
    if (at >= this.#words.length) {
      const larger = new Int32Array(Math.max(2 * this.#words.length, at + 1))
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words[at] = (this.#words[at] as number) | (1 << (member & 31))
  }
}
