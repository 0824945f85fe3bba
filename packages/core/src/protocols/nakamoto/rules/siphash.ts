/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a fast keyed hash of 64 bits. Each 64-bit word of its
 * state is two 32-bit halves here, because JavaScript has no other fast integers.
 */

/** A key of 128 bits: four words of 32 bits, lowest first. */
export type SipKey = readonly [number, number, number, number]

/** v0 low, v0 high, v1 low, v1 high, ...: used by one call at a time. */
const v = new Int32Array(8)

/** The hash of the bytes: its low and its high 32 bits, as natural numbers. */
export function sipHash24(key: SipKey, bytes: Uint8Array): { low: number; high: number } {
  v[0] = key[0] ^ 0x70736575
  v[1] = key[1] ^ 0x736f6d65
  v[2] = key[2] ^ 0x6e646f6d
  v[3] = key[3] ^ 0x646f7261
  v[4] = key[0] ^ 0x6e657261
  v[5] = key[1] ^ 0x6c796765
  v[6] = key[2] ^ 0x79746573
  v[7] = key[3] ^ 0x74656462
  const words = Math.floor(bytes.length / 8)
  for (let word = 0; word < words; word += 1) {
    absorb(littleEndian(bytes, 8 * word, 4), littleEndian(bytes, 8 * word + 4, 4))
  }
  const rest = 8 * words
  const left = bytes.length - rest
  // The last word carries what is left of the bytes, and their number in its highest byte.
  absorb(
    littleEndian(bytes, rest, Math.min(left, 4)),
    littleEndian(bytes, rest + 4, Math.max(left - 4, 0)) | (bytes.length << 24),
  )
  v[4] = (v[4] as number) ^ 0xff
  for (let i = 0; i < 4; i += 1) round()
  return { low: fold(0) >>> 0, high: fold(1) >>> 0 }
}

function absorb(low: number, high: number): void {
  v[6] = (v[6] as number) ^ low
  v[7] = (v[7] as number) ^ high
  round()
  round()
  v[0] = (v[0] as number) ^ low
  v[1] = (v[1] as number) ^ high
}

function fold(half: number): number {
  return (
    (v[half] as number) ^
    (v[2 + half] as number) ^
    (v[4 + half] as number) ^
    (v[6 + half] as number)
  )
}

function littleEndian(bytes: Uint8Array, offset: number, count: number): number {
  let word = 0
  for (let i = 0; i < count; i += 1) word |= (bytes[offset + i] as number) << (8 * i)
  return word
}

/** SipRound: a network of additions, rotations and exclusive ors. */
function round(): void {
  mix(0, 2, 13)
  swapHalves(0)
  mix(4, 6, 16)
  mix(0, 6, 21)
  mix(4, 2, 17)
  swapHalves(4)
}

/** `a += b; b <<<= bits; b ^= a`, where a and b are places in the state. */
function mix(a: number, b: number, bits: number): void {
  const low = v[b] as number
  const high = v[b + 1] as number
  const sum = ((v[a] as number) >>> 0) + (low >>> 0)
  v[a] = sum
  v[a + 1] = (v[a + 1] as number) + high + (sum > 0xffff_ffff ? 1 : 0)
  v[b] = ((low << bits) | (high >>> (32 - bits))) ^ (v[a] as number)
  v[b + 1] = ((high << bits) | (low >>> (32 - bits))) ^ (v[a + 1] as number)
}

/** A rotation by 32. */
function swapHalves(a: number): void {
  const low = v[a] as number
  v[a] = v[a + 1] as number
  v[a + 1] = low
}
