import { bytes, type Infer, natural, oneOf, option, union } from '../../model/index.ts'

/** What is agreed on. */
export const Bit = oneOf('0', '1')
export type Bit = Infer<typeof Bit>
export const bits: readonly Bit[] = ['0', '1']

export const BenOrMessage = union({
  /** (1, r, x): in round r, the sender's value is x. */
  report: { round: natural, value: Bit },
  /**
   * (2, r, v, D): the sender has seen that more than half of all nodes reported v in round r.
   * Without a value, (2, r, ?): it has not seen that of any value.
   */
  proposal: { round: natural, value: option(Bit) },
})
export type BenOrMessage = Infer<typeof BenOrMessage>

/** A node that stops does so for good: there is nothing to come back to, and nothing to write. */
export const BenOrRecord = union({})
export type BenOrRecord = Infer<typeof BenOrRecord>

export const BenOrCommand = union({
  /** Begin with this value: the text 0 or 1. */
  propose: { value: bytes },
})
export type BenOrCommand = Infer<typeof BenOrCommand>

const zero = Uint8Array.of(0x30)
const one = Uint8Array.of(0x31)

/** A bit as clients write it: one byte, the digit. */
export function bytesOf(bit: Bit): Uint8Array {
  return bit === '0' ? zero : one
}

/** The bit that a client wrote; undefined for anything else. */
export function bitIn(value: Uint8Array): Bit | undefined {
  if (value.length !== 1) return undefined
  return bits.find((bit) => bytesOf(bit)[0] === value[0])
}
