import type { NodeId } from '../../model/index.ts'
import { lockTo, ownerOf } from './rules/ownership.ts'

/**
 * Coins belong to nodes: the public key in a locking script is the number of a node, in four bytes,
 * lowest first, and the host verifies the signatures of that node.
 */
const ownerBytes = 4

/** The script that locks a coin to a node. */
export function lockToNode(node: NodeId): Uint8Array {
  return lockTo(Uint8Array.of(node, node >>> 8, node >>> 16, node >>> 24))
}

/** The node that a script locks to, or -1 if it is none. */
export function ownerNode(lockingScript: Uint8Array): NodeId {
  const owner = ownerOf(lockingScript)
  return owner === undefined ? -1 : nodeOfKey(owner)
}

/** The node with this public key, or -1 if there cannot be one. */
export function nodeOfKey(key: Uint8Array): NodeId {
  if (key.length !== ownerBytes) return -1
  const [a, b, c, d] = key as unknown as readonly [number, number, number, number]
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
}
