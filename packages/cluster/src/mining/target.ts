/** 32 bytes, highest first: a hash shows work if it is not above them. */
export type Target = Uint8Array

/** Is this hash, lowest byte first as SHA-256 leaves it, at most the target? */
export function meets(hash: Uint8Array, target: Target): boolean {
  const last = target.length - 1
  for (let i = 0; i <= last; i += 1) {
    const difference = (hash[last - i] as number) - (target[i] as number)
    if (difference !== 0) return difference < 0
  }
  return true
}
