/**
 * As much of Bitcoin Script as the rules need without executing it: where its instructions begin and
 * end, what it pushes, and how many signature checks it names.
 */

const pushData1 = 0x4c
const pushData2 = 0x4d
const pushData4 = 0x4e
const opcode1 = 0x51
const opReturn = 0x6a
export const opCheckSignature = 0xac
const opCheckSignatureVerify = 0xad
const opCheckMultisig = 0xae
const opCheckMultisigVerify = 0xaf

/** A script longer than this fails whenever it is run. */
const largestScript = 10_000
/** How many signatures a multisignature counts for: the most that it could have. */
const multisigOperations = 20

/** The script that pushes these bytes, at most 255 of them. */
export function pushOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 255) throw new RangeError(`a push of ${bytes.length} bytes: at most 255 fit`)
  const prefix = bytes.length < pushData1 ? [bytes.length] : [pushData1, bytes.length]
  const script = new Uint8Array(prefix.length + bytes.length)
  script.set(prefix)
  script.set(bytes, prefix.length)
  return script
}

/** The script that pushes a height, as the coinbase must begin with it (BIP34). */
export function pushOfHeight(height: number): Uint8Array {
  if (height === 0) return Uint8Array.of(0)
  if (height <= 16) return Uint8Array.of(opcode1 + height - 1)
  const digits: number[] = []
  for (let rest = height; rest > 0; rest = Math.floor(rest / 256)) digits.push(rest % 256)
  // The highest bit is the sign: a number that reaches it takes one more byte.
  if ((digits[digits.length - 1] as number) >= 0x80) digits.push(0)
  return Uint8Array.of(digits.length, ...digits)
}

/**
 * The instruction at `offset`: where it ends, and where the data that it pushes begins (there as well
 * if it pushes none). `undefined` if the script is cut off within it.
 */
export function instructionAt(
  script: Uint8Array,
  offset: number,
): { readonly data: number; readonly end: number } | undefined {
  const opcode = script[offset] as number
  const widthOfLength =
    opcode === pushData1 ? 1 : opcode === pushData2 ? 2 : opcode === pushData4 ? 4 : 0
  const data = offset + 1 + widthOfLength
  if (data > script.length) return undefined
  let length = opcode < pushData1 ? opcode : 0
  for (let i = widthOfLength; i > 0; i -= 1) length = length * 256 + (script[offset + i] as number)
  const end = data + length
  return end > script.length ? undefined : { data, end }
}

/**
 * How many signature checks a script names, each multisignature counted as twenty (the "legacy"
 * count of Bitcoin Core). Counting stops where the script is cut off.
 */
export function countSignatureOperations(script: Uint8Array): number {
  let count = 0
  for (let offset = 0; offset < script.length; ) {
    const opcode = script[offset] as number
    if (opcode === opCheckSignature || opcode === opCheckSignatureVerify) count += 1
    if (opcode === opCheckMultisig || opcode === opCheckMultisigVerify) count += multisigOperations
    const instruction = instructionAt(script, offset)
    if (instruction === undefined) return count
    offset = instruction.end
  }
  return count
}

/** No one can ever spend what this script locks: it is not worth remembering as a coin. */
export function isUnspendable(lockingScript: Uint8Array): boolean {
  return lockingScript[0] === opReturn || lockingScript.length > largestScript
}
