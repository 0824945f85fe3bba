import { digestBytes, doubleSha256 } from '../../../model/sha256.ts'
import type { Block } from './block.ts'
import { hashOf, identifierAt } from './identifier.ts'
import { type RuleViolation, violation } from './rule-violation.ts'

/** A locking script that commits begins with OP_RETURN, a push of 36 bytes, and this mark (BIP141). */
const mark = Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed)
const commitmentBytes = mark.length + digestBytes

/**
 * Whether the block's witnesses are those it commits to (CheckWitnessMalleation of Bitcoin Core).
 * @param active whether segregated witness is, at this height
 */
export function checkWitnesses(block: Block, active: boolean): RuleViolation | undefined {
  const committed = active ? commitmentOf(block) : undefined
  if (committed === undefined) {
    if (!block.hasWitness) return undefined
    return violation('unexpected-witness', `block ${block.id} has witnesses and commits to none`)
  }
  const witness = block.transactions[0]?.inputs[0]?.witness ?? []
  const reserved = witness[0]
  if (witness.length !== 1 || reserved === undefined || reserved.length !== digestBytes) {
    return violation(
      'witness-reserved-value',
      `the coinbase of block ${block.id} has ${witness.length} witness values, not one of 32 bytes`,
    )
  }
  const computed = identifierAt(witnessCommitment(block, reserved), 0)
  const expected = identifierAt(committed, mark.length)
  if (computed === expected) return undefined
  return violation(
    'witness-commitment',
    `the witnesses of block ${block.id} hash to ${computed}, not to ${expected}`,
  )
}

/** The hash that commits to the block's witnesses, salted with the coinbase's reserved value. */
export function witnessCommitment(block: Block, reserved: Uint8Array): Uint8Array {
  const preimage = new Uint8Array(2 * digestBytes)
  preimage.set(hashOf(block.witnessRoot))
  preimage.set(reserved, digestBytes)
  return doubleSha256(preimage)
}

/** The locking script that carries a commitment. */
export function commitmentScript(commitment: Uint8Array): Uint8Array {
  return Uint8Array.of(...mark, ...commitment)
}

/** The script of the coinbase's last output that commits. */
function commitmentOf(block: Block): Uint8Array | undefined {
  const outputs = block.transactions[0]?.outputs ?? []
  return outputs.findLast(({ lockingScript }) => isCommitment(lockingScript))?.lockingScript
}

function isCommitment(script: Uint8Array): boolean {
  return script.length >= commitmentBytes && mark.every((byte, i) => script[i] === byte)
}
