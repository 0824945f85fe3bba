import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeId, Signature } from '@quorate/core/model'

/** A file of keys that cannot be used. The message says which, and what would be right. */
export class NodeKeysError extends Error {
  override readonly name = 'NodeKeysError'
}

/** This node's private key, and the public keys of all nodes (Ed25519). */
export interface NodeKeys {
  sign(bytes: Uint8Array): Signature
  verify(node: NodeId, bytes: Uint8Array, signature: Signature): boolean
}

const keyFileName = 'key.pem'

/**
 * Makes sure that a data directory has a private key, readable by its owner alone.
 * @returns the public key: 43 characters, what `x` is in a JSON Web Key (RFC 8037)
 */
export function ensureNodeKey(directory: string): string {
  const path = join(directory, keyFileName)
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx', flush: true })
  }
  return publicText(readPrivateKey(path))
}

/** Writes the file that every node of the cluster reads: the public keys of nodes 0, 1, 2 and so on, one a line. */
export function writePublicKeys(path: string, publicKeys: readonly string[]): void {
  writeFileSync(path, publicKeys.map((key) => `${key}\n`).join(''))
}

/** @throws NodeKeysError unless there is a key for each of `count` nodes, and the private key is that of `self` */
export function readNodeKeys(
  directory: string,
  publicKeysPath: string,
  self: NodeId,
  count: number,
): NodeKeys {
  const lines = readFileSync(publicKeysPath, 'utf8').trimEnd().split('\n')
  if (lines.length !== count) {
    throw new NodeKeysError(
      `${publicKeysPath} has ${lines.length} lines: it must have ${count}, the public key of one node each`,
    )
  }
  const publicKeys = lines.map((line, node) => readPublicKey(line, publicKeysPath, node))
  const path = join(directory, keyFileName)
  const privateKey = readPrivateKey(path)
  if (publicText(privateKey) !== lines[self]) {
    throw new NodeKeysError(
      `${path} is not the private key of node ${self}: line ${self + 1} of ${publicKeysPath} must be ${publicText(privateKey)}`,
    )
  }
  return {
    sign: (bytes) => sign(null, bytes, privateKey),
    verify: (node, bytes, signature) => {
      const key = publicKeys[node]
      return key !== undefined && verify(null, bytes, key, signature)
    },
  }
}

function readPrivateKey(path: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(path))
  } catch (error) {
    throw new NodeKeysError(`${path} is no private key in PEM: ${(error as Error).message}`)
  }
}

function readPublicKey(x: string, path: string, node: NodeId): KeyObject {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  } catch {
    throw new NodeKeysError(`line ${node + 1} of ${path} is no Ed25519 public key: '${x}'`)
  }
}

function publicText(privateKey: KeyObject): string {
  return String(createPublicKey(privateKey).export({ format: 'jwk' }).x)
}
