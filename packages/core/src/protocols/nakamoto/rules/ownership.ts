import { instructionAt, opCheckSignature, pushOf } from './script.ts'
import type { Transaction, TransactionOutput } from './transaction.ts'

/**
 * Who owns a coin, on our own chains. This is not Bitcoin Script, though it looks like its oldest
 * form: a coin is locked by a push of its owner's public key and a signature check, and unlocked by a
 * push of the owner's signature over one digest of the whole transaction. Nothing else is ever
 * spendable. What a key and a signature are is up to whoever verifies them: real ones in a cluster,
 * the number of a node and an ideal signature in the simulator.
 *
 * The digest is the double SHA-256 of the transaction without witnesses and with all unlocking
 * scripts empty (`Transaction.signatureDigest`): it fixes every coin spent and every coin created.
 */

/** Whether `signature` is the owner's over `digest`. */
export type VerifySignature = (
  owner: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
) => boolean

/** The script that locks a coin to an owner: a public key, 1 to 255 bytes. */
export function lockTo(owner: Uint8Array): Uint8Array {
  if (owner.length === 0) throw new RangeError('an owner is named by at least one byte')
  return Uint8Array.of(...pushOf(owner), opCheckSignature)
}

/** The owner that a script locks to; `undefined` if it is not of that form, and so no one's here. */
export function ownerOf(lockingScript: Uint8Array): Uint8Array | undefined {
  const last = lockingScript.length - 1
  if (last < 1 || lockingScript[last] !== opCheckSignature) return undefined
  const owner = pushedAlone(lockingScript.subarray(0, last))
  return owner !== undefined && owner.length > 0 ? owner : undefined
}

/** The script that unlocks a coin with its owner's signature, at most 255 bytes. */
export function unlockWith(signature: Uint8Array): Uint8Array {
  return pushOf(signature)
}

/** Did the owner of `coin` sign `transaction`, in its input at this index? */
export function isSignedByOwner(
  transaction: Transaction,
  index: number,
  coin: TransactionOutput,
  verify: VerifySignature,
): boolean {
  const owner = ownerOf(coin.lockingScript)
  const signature = pushedAlone(transaction.inputs[index]?.unlockingScript ?? new Uint8Array(0))
  if (owner === undefined || signature === undefined) return false
  return verify(owner, transaction.signatureDigest, signature)
}

/** The bytes that a script of nothing but one push, in its shortest form, pushes. */
function pushedAlone(script: Uint8Array): Uint8Array | undefined {
  if (script.length === 0) return undefined
  const push = instructionAt(script, 0)
  if (push === undefined || push.end !== script.length || push.end - push.data > 255)
    return undefined
  const bytes = script.subarray(push.data, push.end)
  // Only one way to write it: or anyone could change the name of another's transaction.
  return pushOf(bytes).length === script.length ? bytes : undefined
}
