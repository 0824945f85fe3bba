import type { Socket } from 'node:net'
import { lengthBytes } from './frame-decoder.ts'

/** Frames up to this length are copied together before they are written; longer ones go as they are. */
const copiedBytes = 16_384
/** About so much is handed to the socket at once. */
const bunchBytes = 262_144

/** Writes one frame. */
export function writeFrame(socket: Socket, payload: Uint8Array): void {
  const frame = Buffer.allocUnsafe(lengthBytes + payload.length)
  frame.writeUInt32BE(payload.length)
  frame.set(payload, lengthBytes)
  socket.write(frame)
}

/**
 * Writes frames from `from` on, as few writes as possible, until a bunch is full.
 * @returns the place of the first frame that was not written
 */
export function writeBunch(
  socket: Socket,
  payloads: readonly (Uint8Array | undefined)[],
  from: number,
): number {
  let bytes = 0
  let end = from
  while (end < payloads.length && bytes < bunchBytes) {
    bytes += lengthBytes + (payloads[end] as Uint8Array).length
    end += 1
  }
  socket.cork()
  for (let i = from; i < end; ) {
    const first = payloads[i] as Uint8Array
    if (first.length > copiedBytes) {
      writeHead(socket, first.length)
      socket.write(first)
      i += 1
    } else {
      i = writeCopied(socket, payloads, i, end)
    }
  }
  socket.uncork()
  return end
}

function writeHead(socket: Socket, length: number): void {
  const head = Buffer.allocUnsafe(lengthBytes)
  head.writeUInt32BE(length)
  socket.write(head)
}

/** Copies a run of short frames into one buffer and writes it; returns the place after the run. */
function writeCopied(
  socket: Socket,
  payloads: readonly (Uint8Array | undefined)[],
  from: number,
  limit: number,
): number {
  let end = from
  let bytes = 0
  for (; end < limit; end += 1) {
    const { length } = payloads[end] as Uint8Array
    if (length > copiedBytes) break
    bytes += lengthBytes + length
  }
  const run = Buffer.allocUnsafe(bytes)
  let offset = 0
  for (let i = from; i < end; i += 1) {
    const payload = payloads[i] as Uint8Array
    run.writeUInt32BE(payload.length, offset)
    run.set(payload, offset + lengthBytes)
    offset += lengthBytes + payload.length
  }
  socket.write(run)
  return end
}
