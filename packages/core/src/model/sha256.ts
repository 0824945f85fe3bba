/**
 * SHA-256 (FIPS 180-4), synchronous and without a dependency.
 *
 * The simulator names every block and transaction by it, and a million block headers are verified
 * with it, so the compression runs eight rounds an iteration: after eight the working variables are
 * back in their places, and none has to be moved. Nothing is allocated but the digest.
 */

export const digestBytes = 32

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K = Int32Array.of(
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
)

/** The message schedule, and the hash value between blocks: used by one call at a time. */
const W = new Int32Array(64)
const H = new Int32Array(8)

/** The SHA-256 digest, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  absorb(bytes, 0, bytes.length)
  const digest = new Uint8Array(digestBytes)
  squeeze(digest, 0)
  return digest
}

/** SHA-256 of SHA-256, 32 bytes: what Bitcoin names blocks and transactions by. */
export function doubleSha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(digestBytes)
  doubleSha256Into(digest, 0, bytes, 0, bytes.length)
  return digest
}

/**
 * The double SHA-256 of `length` bytes from `offset`, written into `target` at `targetOffset`.
 * Allocates nothing; `target` and `bytes` may be the same array.
 */
export function doubleSha256Into(
  target: Uint8Array,
  targetOffset: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
): void {
  absorb(bytes, offset, length)
  for (let i = 0; i < 8; i += 1) W[i] = H[i] as number
  W[8] = 0x80000000
  W.fill(0, 9, 15)
  W[15] = 8 * digestBytes
  reset()
  compress()
  squeeze(target, targetOffset)
}

/** Hashes a whole message, padding included, into H. */
function absorb(bytes: Uint8Array, offset: number, length: number): void {
  reset()
  const end = offset + length
  let at = offset
  for (; at + 64 <= end; at += 64) {
    for (let i = 0; i < 16; i += 1) W[i] = wordAt(bytes, at + 4 * i)
    compress()
  }
  W.fill(0, 0, 16)
  let word = 0
  for (; at + 4 <= end; at += 4, word += 1) W[word] = wordAt(bytes, at)
  // The closing bit follows the last byte.
  let last = 0
  let shift = 24
  for (; at < end; at += 1, shift -= 8) last |= (bytes[at] as number) << shift
  W[word] = last | (0x80 << shift)
  if (word > 13) {
    compress()
    W.fill(0, 0, 16)
  }
  // The length in bits, 64 of them, highest word first.
  W[14] = Math.floor(length / 0x2000_0000)
  W[15] = length << 3
  compress()
}

function reset(): void {
  H[0] = 0x6a09e667
  H[1] = 0xbb67ae85
  H[2] = 0x3c6ef372
  H[3] = 0xa54ff53a
  H[4] = 0x510e527f
  H[5] = 0x9b05688c
  H[6] = 0x1f83d9ab
  H[7] = 0x5be0cd19
}

/** Mixes the block in W[0..15] into H (FIPS 180-4, section 6.2.2). */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the rounds are written out, eight at a time, which is what makes it fast
function compress(): void {
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15] as number
    const y = W[i - 2] as number
    const sigma0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const sigma1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    W[i] = ((W[i - 16] as number) + sigma0 + (W[i - 7] as number) + sigma1) | 0
  }
  let a = H[0] as number
  let b = H[1] as number
  let c = H[2] as number
  let d = H[3] as number
  let e = H[4] as number
  let f = H[5] as number
  let g = H[6] as number
  let h = H[7] as number
  // A round adds Sigma1(e) + Ch(e, f, g) + K + W to h, that to d, and Sigma0(a) + Maj(a, b, c) to h;
  // then the names move one place. Here the places stay and the names in the text move.
  for (let i = 0; i < 64; i += 8) {
    h =
      (h +
        (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
        (g ^ (e & (f ^ g))) +
        (K[i] as number) +
        (W[i] as number)) |
      0
    d = (d + h) | 0
    h =
      (h +
        (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
        ((a & b) | (c & (a | b)))) |
      0
    g =
      (g +
        (((d >>> 6) | (d << 26)) ^ ((d >>> 11) | (d << 21)) ^ ((d >>> 25) | (d << 7))) +
        (f ^ (d & (e ^ f))) +
        (K[i + 1] as number) +
        (W[i + 1] as number)) |
      0
    c = (c + g) | 0
    g =
      (g +
        (((h >>> 2) | (h << 30)) ^ ((h >>> 13) | (h << 19)) ^ ((h >>> 22) | (h << 10))) +
        ((h & a) | (b & (h | a)))) |
      0
    f =
      (f +
        (((c >>> 6) | (c << 26)) ^ ((c >>> 11) | (c << 21)) ^ ((c >>> 25) | (c << 7))) +
        (e ^ (c & (d ^ e))) +
        (K[i + 2] as number) +
        (W[i + 2] as number)) |
      0
    b = (b + f) | 0
    f =
      (f +
        (((g >>> 2) | (g << 30)) ^ ((g >>> 13) | (g << 19)) ^ ((g >>> 22) | (g << 10))) +
        ((g & h) | (a & (g | h)))) |
      0
    e =
      (e +
        (((b >>> 6) | (b << 26)) ^ ((b >>> 11) | (b << 21)) ^ ((b >>> 25) | (b << 7))) +
        (d ^ (b & (c ^ d))) +
        (K[i + 3] as number) +
        (W[i + 3] as number)) |
      0
    a = (a + e) | 0
    e =
      (e +
        (((f >>> 2) | (f << 30)) ^ ((f >>> 13) | (f << 19)) ^ ((f >>> 22) | (f << 10))) +
        ((f & g) | (h & (f | g)))) |
      0
    d =
      (d +
        (((a >>> 6) | (a << 26)) ^ ((a >>> 11) | (a << 21)) ^ ((a >>> 25) | (a << 7))) +
        (c ^ (a & (b ^ c))) +
        (K[i + 4] as number) +
        (W[i + 4] as number)) |
      0
    h = (h + d) | 0
    d =
      (d +
        (((e >>> 2) | (e << 30)) ^ ((e >>> 13) | (e << 19)) ^ ((e >>> 22) | (e << 10))) +
        ((e & f) | (g & (e | f)))) |
      0
    c =
      (c +
        (((h >>> 6) | (h << 26)) ^ ((h >>> 11) | (h << 21)) ^ ((h >>> 25) | (h << 7))) +
        (b ^ (h & (a ^ b))) +
        (K[i + 5] as number) +
        (W[i + 5] as number)) |
      0
    g = (g + c) | 0
    c =
      (c +
        (((d >>> 2) | (d << 30)) ^ ((d >>> 13) | (d << 19)) ^ ((d >>> 22) | (d << 10))) +
        ((d & e) | (f & (d | e)))) |
      0
    b =
      (b +
        (((g >>> 6) | (g << 26)) ^ ((g >>> 11) | (g << 21)) ^ ((g >>> 25) | (g << 7))) +
        (a ^ (g & (h ^ a))) +
        (K[i + 6] as number) +
        (W[i + 6] as number)) |
      0
    f = (f + b) | 0
    b =
      (b +
        (((c >>> 2) | (c << 30)) ^ ((c >>> 13) | (c << 19)) ^ ((c >>> 22) | (c << 10))) +
        ((c & d) | (e & (c | d)))) |
      0
    a =
      (a +
        (((f >>> 6) | (f << 26)) ^ ((f >>> 11) | (f << 21)) ^ ((f >>> 25) | (f << 7))) +
        (h ^ (f & (g ^ h))) +
        (K[i + 7] as number) +
        (W[i + 7] as number)) |
      0
    e = (e + a) | 0
    a =
      (a +
        (((b >>> 2) | (b << 30)) ^ ((b >>> 13) | (b << 19)) ^ ((b >>> 22) | (b << 10))) +
        ((b & c) | (d & (b | c)))) |
      0
  }
  H[0] = (H[0] as number) + a
  H[1] = (H[1] as number) + b
  H[2] = (H[2] as number) + c
  H[3] = (H[3] as number) + d
  H[4] = (H[4] as number) + e
  H[5] = (H[5] as number) + f
  H[6] = (H[6] as number) + g
  H[7] = (H[7] as number) + h
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  )
}

function squeeze(target: Uint8Array, targetOffset: number): void {
  for (let i = 0, at = targetOffset; i < 8; i += 1, at += 4) {
    const word = H[i] as number
    target[at] = word >>> 24
    target[at + 1] = word >>> 16
    target[at + 2] = word >>> 8
    target[at + 3] = word
  }
}
