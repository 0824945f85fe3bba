/**
 * The 32-bit hash that schemas derive (the mixing steps of MurmurHash3). It tells values apart in
 * traces and tables; it is no protection against someone who wants a collision, and whoever relies
 * on two values being the same confirms it with the derived equality.
 */
export function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  k = Math.imul(k, 0x1b873593)
  const mixed = hash ^ k
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

/** Mixes a number of up to 53 bits and its sign: `x | 0` alone would drop the high bits. */
export function mixNumber(hash: number, value: number): number {
  if ((value | 0) === value) return mix(hash, value)
  return mix(mix(hash, value | 0), Math.floor(value / 0x1_0000_0000) | 0)
}

export function mixBytes(hash: number, bytes: Uint8Array): number {
  let mixed = mix(hash, bytes.length)
  const whole = bytes.length & ~3
  for (let i = 0; i < whole; i += 4) {
    mixed = mix(
      mixed,
      (bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24),
    )
  }
  for (let i = whole; i < bytes.length; i += 1) mixed = mix(mixed, bytes[i] as number)
  return mixed
}

export function mixText(hash: number, text: string): number {
  let mixed = mix(hash, text.length)
  for (let i = 0; i < text.length; i += 1) mixed = mix(mixed, text.charCodeAt(i))
  return mixed
}

/** Spreads every bit of a hash over all others: for sums of hashes, and before a table lookup. */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
