/** 32 bytes, highest first: a block's hash shows work if it is not above them. */
export type Target = Uint8Array

const targetBytes = 32

/** The target that `nBits` stands for; all zeros, which nothing meets, for one that is no target. */
export function targetOf(nBits: number): Target {
  const target = new Uint8Array(targetBytes)
  const exponent = nBits >>> 24
  const mantissa = nBits & 0x7f_ffff
  if ((nBits & 0x80_0000) !== 0) return target
  for (let i = 0; i < 3; i += 1) {
    const byte = (mantissa >>> (8 * (2 - i))) & 0xff
    const place = targetBytes - exponent + i
    if (place >= targetBytes || byte === 0) continue
    if (place < 0) return new Uint8Array(targetBytes)
    target[place] = byte
  }
  return target
}

/** Is this hash, lowest byte first as SHA-256 leaves it, at most the target? */
export function meets(hash: Uint8Array, target: Target): boolean {
  for (let i = 0; i < targetBytes; i += 1) {
    const difference = (hash[targetBytes - 1 - i] as number) - (target[i] as number)
    if (difference !== 0) return difference < 0
  }
  return true
}
