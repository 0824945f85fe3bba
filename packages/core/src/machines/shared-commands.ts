import type { KeyValueCommand } from './key-value-command.ts'
import { decodeCommandAs } from './key-value-command.ts'
import { byteValues } from './key-value-encoding.ts'

/** How many commands are remembered; a power of two. */
const places = 256

/**
 * The commands decoded last, for replicas that live in one process: what all of them run, the same
 * bytes in the same array, is decoded once. Nobody changes the bytes of a command, nor what they decode to.
 */
export class SharedCommands {
  private readonly bytes = new Array<Uint8Array | undefined>(places).fill(undefined)
  private readonly commands = new Array<KeyValueCommand<Uint8Array> | undefined>(places).fill(
    undefined,
  )

  /** @throws KeyValueFormatError if `bytes` are not the encoding of a command */
  decode(bytes: Uint8Array): KeyValueCommand<Uint8Array> {
    const place = placeOf(bytes)
    const known = this.commands[place]
    if (known !== undefined && this.bytes[place] === bytes) return known
    const command = decodeCommandAs(bytes, byteValues)
    this.bytes[place] = bytes
    this.commands[place] = command
    return command
  }
}

/** By the last bytes, in which values and keys differ most. Where two meet, the later one is remembered. */
function placeOf(bytes: Uint8Array): number {
  const { length } = bytes
  if (length < 3) return 0
  const last = bytes[length - 1] as number
  const before = bytes[length - 2] as number
  const third = bytes[length - 3] as number
  return (last + 10 * before + 100 * third) & (places - 1)
}
