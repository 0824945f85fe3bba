import { mixBytes } from '../model/schema/hash.ts'
import { Writer } from '../model/schema/writer.ts'

const writer = new Writer()

/** A hash of what is written: of all that a value holds, and not of what it remembers about itself. */
export function sealOf(write: (writer: Writer) => void): number {
  writer.reset()
  write(writer)
  return mixBytes(0, writer.buffer.subarray(0, writer.length))
}
