/** Where a chunk is split in two. Small enough to move, large enough to keep chunks few. */
const maxChunk = 512

/**
 * A sorted set of keys: chunks of sorted keys, none of them empty, in ascending order. Adding and
 * removing move at most one chunk; for the sizes of interest that is faster than a tree, and the
 * keys of a prefix lie side by side. Order is that of `<` on strings.
 */
export class SortedKeys {
  private chunks: string[][] = []

  /** The set of `keys`, which ascend strictly. */
  static of(keys: readonly string[]): SortedKeys {
    const set = new SortedKeys()
    for (let start = 0; start < keys.length; start += maxChunk / 2) {
      set.chunks.push(keys.slice(start, start + maxChunk / 2))
    }
    return set
  }

  /** Adds a key that is not in the set. */
  add(key: string): void {
    const position = this.chunkOf(key)
    const chunk = this.chunks[position]
    if (chunk === undefined) {
      this.chunks.push([key])
      return
    }
    chunk.splice(firstAtLeast(chunk, key), 0, key)
    if (chunk.length > maxChunk) this.chunks.splice(position + 1, 0, chunk.splice(maxChunk / 2))
  }

  /** Removes a key that is in the set. */
  delete(key: string): void {
    const position = this.chunkOf(key)
    const chunk = this.chunks[position] as string[]
    chunk.splice(firstAtLeast(chunk, key), 1)
    if (chunk.length === 0) this.chunks.splice(position, 1)
  }

  /** The keys from `start` on, ascending. The set must not change meanwhile. */
  *from(start: string): Generator<string, void> {
    const position = this.chunkOf(start)
    const first = this.chunks[position]
    if (first === undefined) return
    yield* first.slice(firstAtLeast(first, start))
    for (let next = position + 1; next < this.chunks.length; next++) {
      yield* this.chunks[next] as string[]
    }
  }

  /** The last chunk that begins at or before `key`; the first one if none does. */
  private chunkOf(key: string): number {
    let low = 0
    let high = this.chunks.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.chunks[middle]?.[0] as string) <= key) low = middle
      else high = middle
    }
    return low
  }
}

/** The position of the first key of `chunk` that is not below `key`. */
function firstAtLeast(chunk: readonly string[], key: string): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunk[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
