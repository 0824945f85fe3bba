/** A step of MurmurHash3. */
export function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const mixed = hash ^ k
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

/** The like, with the constants and turns of MurmurHash3's second lane: it collides elsewhere. */
export function mixOther(hash: number, word: number): number {
  let k = Math.imul(word, 0x239b961b)
  k = Math.imul((k << 16) | (k >>> 16), 0xab0e9789)
  const mixed = hash ^ k
  return (Math.imul((mixed << 17) | (mixed >>> 15), 5) + 0x0bcaa747) | 0
}

/** The finalizer of MurmurHash3, without which low bits depend on few of the high ones. */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
