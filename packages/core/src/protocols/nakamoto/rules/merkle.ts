import { digestBytes, doubleSha256, doubleSha256Into } from '../../../model/sha256.ts'
import { hashOf, type Identifier, identifierAt, nullIdentifier } from './identifier.ts'

/**
 * The merkle tree of a block's transactions (Bitcoin, section 7). A level of odd length repeats its
 * last hash, so that a list which really repeats its end has the same root as one which does not.
 * Whoever meets two equal siblings has been handed the second: a mutated copy of a block that may be
 * good (CVE-2012-2459).
 */
export interface MerkleRoot {
  readonly root: Identifier
  /** Two siblings of some level are equal. */
  readonly mutated: boolean
}

/** The root over these leaves, in order. No leaves have the null root. */
export function merkleRoot(leaves: readonly Identifier[]): MerkleRoot {
  if (leaves.length === 0) return { root: nullIdentifier, mutated: false }
  if (leaves.length === 1) return { root: leaves[0] as Identifier, mutated: false }
  const level = levelOf(leaves)
  let mutated = false
  for (let width = leaves.length; width > 1; width = (width + 1) >> 1) {
    mutated = hasEqualSiblings(level, width) || mutated
    hashPairs(level, width)
  }
  return { root: identifierAt(level, 0), mutated }
}

/** The siblings on the way from the leaf at `index` up to the root, lowest first: a proof of membership. */
export function merkleBranch(leaves: readonly Identifier[], index: number): readonly Identifier[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`no leaf ${index} among ${leaves.length}`)
  }
  const level = levelOf(leaves)
  const branch: Identifier[] = []
  let place = index
  for (let width = leaves.length; width > 1; width = (width + 1) >> 1) {
    const sibling = Math.min(place ^ 1, width - 1)
    branch.push(identifierAt(level, sibling * digestBytes))
    hashPairs(level, width)
    place >>= 1
  }
  return branch
}

/** The root that a leaf at `index` with this branch leads to. */
export function rootOfBranch(
  leaf: Identifier,
  index: number,
  branch: readonly Identifier[],
): Identifier {
  let hash = hashOf(leaf)
  let place = index
  for (const sibling of branch) {
    const pair = new Uint8Array(2 * digestBytes)
    pair.set(hash, (place & 1) * digestBytes)
    pair.set(hashOf(sibling), ((place & 1) ^ 1) * digestBytes)
    hash = doubleSha256(pair)
    place >>= 1
  }
  return identifierAt(hash, 0)
}

function levelOf(leaves: readonly Identifier[]): Uint8Array {
  // One place more than there are leaves, for the copy that an odd level needs.
  const level = new Uint8Array((leaves.length + 1) * digestBytes)
  for (let i = 0; i < leaves.length; i += 1)
    level.set(hashOf(leaves[i] as Identifier), i * digestBytes)
  return level
}

/** Replaces the `width` hashes of a level by the level above. */
function hashPairs(level: Uint8Array, width: number): void {
  if (width % 2 === 1) {
    level.copyWithin(width * digestBytes, (width - 1) * digestBytes, width * digestBytes)
  }
  for (let pair = 0; 2 * pair < width; pair += 1) {
    doubleSha256Into(level, pair * digestBytes, level, 2 * pair * digestBytes, 2 * digestBytes)
  }
}

function hasEqualSiblings(level: Uint8Array, width: number): boolean {
  for (let left = 0; left + 1 < width; left += 2) {
    if (equalHashes(level, left * digestBytes)) return true
  }
  return false
}

/** Is the hash at `offset` equal to the one after it? */
function equalHashes(level: Uint8Array, offset: number): boolean {
  for (let i = offset; i < offset + digestBytes; i += 1) {
    if (level[i] !== level[i + digestBytes]) return false
  }
  return true
}
